import { ACCESS_NAMES, type AccessLevel } from './access';
import type { Connection } from './connection';
import { MispError } from './errors';
import type { KeyFacts } from './keyFacts';
import { FITTING_ROLE, listed, powerOf, VERBS, type KeyPower } from './keyPower';

/** What the check of a key found, beside what its credential says. */
export interface KeyFinding {
	facts: KeyFacts;
	power: KeyPower;
	/** Whole days until the key expires; undefined when it does not, or MISP does not tell. */
	daysLeft?: number | undefined;
	/** Why the key must not be used with this credential. */
	refusal?: MispError | undefined;
	/** What a person should change soon, in sentences. */
	warnings: string[];
}

const DAY_MS = 86_400_000;

/** From when on a coming expiry is a warning. */
const WARN_DAYS = 14;

const NEW_KEY =
	'Create a new one in MISP under My Profile > Auth keys and enter it in the credential.';

/** The date of an epoch, such as `2026-12-01`. */
const dateOf = (epoch: number): string => new Date(epoch * 1000).toISOString().slice(0, 10);

const verbs = (levels: AccessLevel[]): string => listed(levels.map((level) => VERBS[level]));

/** Whose key it is, in brackets, so that the reader knows where to change it. */
const ofWhom = ({ user, readOnly }: KeyFacts): string =>
	user ? ` (${readOnly ? 'read-only key' : `role ${user.role}`} of ${user.email})` : '';

/** Judges the facts about a key by what the credential says. */
export function findingOf(facts: KeyFacts, connection: Connection): KeyFinding {
	const { access, acceptsBroaderKey } = connection;
	const power = powerOf(facts.permissions, access);
	const { expires } = facts;
	const leftMs = expires === undefined ? undefined : expires * 1000 - Date.now();
	const broader = power.broader.length > 0 && acceptsBroaderKey !== true;
	const warnings: string[] = [];
	if (leftMs !== undefined && expires !== undefined && leftMs < WARN_DAYS * DAY_MS) {
		const days = Math.floor(leftMs / DAY_MS);
		const when = days < 1 ? 'in less than a day' : days === 1 ? 'in 1 day' : `in ${days} days`;
		warnings.push(`The key of this credential expires ${when} (${dateOf(expires)}). ${NEW_KEY}`);
	}
	if (facts.complete && power.missing.length > 0) warnings.push(missingText(facts, power, access));
	if (facts.unknown.length > 0) {
		warnings.push(
			`${facts.complete ? 'The key of this credential could not be checked completely' : 'It could not be checked what the key of this credential may do'}. ${facts.unknown.join(' ')}`,
		);
	}
	return {
		facts,
		power,
		daysLeft: leftMs === undefined ? undefined : Math.floor(leftMs / DAY_MS),
		refusal: broader ? refusalOf(facts, power, access) : undefined,
		warnings,
	};
}

/** "This key can write and publish (role Publisher of …), but the credential is "Read Only"." */
function broaderText(facts: KeyFacts, { broader }: KeyPower, access: AccessLevel): string {
	return `This key can ${verbs(broader)}${ofWhom(facts)}, but the credential is "${ACCESS_NAMES[access]}".`;
}

function missingText(facts: KeyFacts, { level, missing }: KeyPower, access: AccessLevel): string {
	const remedy = facts.readOnly
		? 'Use a key without "Read only"'
		: `Use the key of a user whose role may, such as ${FITTING_ROLE[access]}`;
	return `This key cannot ${verbs(missing)}${ofWhom(facts)}, but the credential is "${ACCESS_NAMES[access]}". ${remedy}, or lower the Access Level to "${ACCESS_NAMES[level]}".`;
}

function refusalOf(facts: KeyFacts, power: KeyPower, access: AccessLevel): MispError {
	const remedy =
		access === 'read'
			? 'create a key with "Read only" ticked (My Profile > Auth keys)'
			: `create a key for a user whose role cannot ${verbs(power.broader)}, such as ${FITTING_ROLE[access]},`;
	return new MispError('scope', broaderText(facts, power, access), {
		hint: `In MISP, ${remedy} and enter it in the credential, or raise the Access Level to "${ACCESS_NAMES[power.level]}". To go on with this key nevertheless, switch on "Accept a Key That Can Do More" in the credential.`,
	});
}

/**
 * Everything about a key that an audit would object to, in sentences: the warnings, and what is no
 * trouble today but makes a stolen key worth more.
 */
export function objectionsTo(
	{ facts, power, warnings }: KeyFinding,
	access: AccessLevel,
): string[] {
	const { legacy, entry, expiryKnown, expires } = facts;
	return [
		...(power.broader.length > 0 ? [broaderText(facts, power, access)] : []),
		...warnings,
		...(legacy === true
			? [
					'This MISP has one key per user, which never expires and works from any address. An administrator can switch on Security.advanced_authkeys.',
				]
			: []),
		...(expiryKnown && expires === undefined ? ['The key never expires.'] : []),
		...(entry?.allowedIps.length === 0 ? ['The key works from any address.'] : []),
	];
}

/** What to say of a key that MISP does not take any more, if it is known when it expired. */
export function expiredError(facts: KeyFacts | undefined, error: unknown): unknown {
	const expires = facts?.expires;
	const ours = error instanceof MispError && error.kind === 'authentication';
	if (!ours || expires === undefined || expires * 1000 > Date.now()) return error;
	return new MispError(
		'authentication',
		`The key of this credential expired on ${dateOf(expires)}.`,
		{
			hint: NEW_KEY,
			status: error.status,
			request: error.request,
		},
	);
}
