import type { Misp } from './client';
import { MispError, recover, type MispErrorKind } from './errors';
import { isTrue } from './flag';
import { effectivePermissions, readOnlyBySymptoms } from './keyPower';
import { path } from './path';

type Row = Record<string, unknown>;

interface Me {
	User: Row & { id: string; email: string; authkey?: string };
	Role: Row & { name: string };
	Organisation?: { name?: string };
}

interface KeyEntry {
	AuthKey: Row & { id: string; authkey_start: string; authkey_end: string; user_id?: string };
}

/** What MISP says about the key in use. Times are epoch seconds. */
export interface KeyFacts {
	version?: string | undefined;
	user?: { id: string; email: string; organisation: string; role: string } | undefined;
	/** One key per user, without expiry, addresses or read-only; undefined when MISP does not tell. */
	legacy?: boolean | undefined;
	readOnly: boolean;
	/** MISP's permissions as they count for this key. */
	permissions: Record<string, boolean>;
	/** The key's own entry in MISP, where that can be read. */
	entry?:
		| {
				id: string;
				comment: string;
				created: number;
				allowedIps: string[];
				/** Only on instances that log the addresses of keys. */
				lastUsed: number | undefined;
		  }
		| undefined;
	/** Undefined when the key never expires, or MISP does not tell. */
	expires?: number | undefined;
	/** Whether MISP told when the key expires, and be it never. */
	expiryKnown: boolean;
	/** Whether nothing beyond `permissions` is possible with this key. */
	complete: boolean;
	/** What could not be asked, in sentences. */
	unknown: string[];
}

/** Failures that every other request would meet as well: the key is wrong, or no MISP answers. */
const EVERYWHERE: MispErrorKind[] = [
	'authentication',
	'tls',
	'network',
	'timeout',
	'tooLarge',
	'maintenance',
	'notMisp',
	'cancelled',
];

/** Replies of instances that have no list of keys, or do not show it to this user. */
const NO_LIST: MispErrorKind[] = ['permission', 'notFound', 'validation'];

const seconds = (value: unknown): number => {
	const number = Number(value ?? 0);
	return Number.isFinite(number) && number > 0 ? number : 0;
};

/** `X-Auth-Key-Expiration`, which MISP sends with every reply to a key that expires. */
const expiryIn = (header: string | undefined): number => seconds(Date.parse(header ?? '') / 1000);

/**
 * Asks MISP about the key in use: `GET /servers/getVersion`, then `GET /users/view/me` and
 * `POST /auth_keys/index`.
 *
 * @throws MispError when MISP does not answer at all, or not to this key. What else fails is named
 *   in `unknown`.
 */
export async function askKeyFacts(misp: Misp): Promise<KeyFacts> {
	const failures: MispError[] = [];
	const attempt = async <T>(work: Promise<T>, stops: MispErrorKind[]): Promise<T | undefined> =>
		await work.catch((error: unknown) => {
			if (!(error instanceof MispError) || stops.includes(error.kind)) throw error;
			failures.push(error);
			return undefined;
		});
	// Alone at first: a wrong key should be logged by MISP once and not three times.
	const reply = await attempt(
		misp.request({ method: 'GET', path: path`/servers/getVersion`, expect: 'version' }),
		EVERYWHERE,
	);
	const version = (reply?.data ?? {}) as Row;
	const [me, entries] = await Promise.all([
		attempt(misp.get<Me>(path`/users/view/me`, { expect: 'User' }), ['cancelled']),
		attempt(entriesOf(misp), ['cancelled']),
	]);
	if (reply === undefined && me === undefined) throw failures[0] as MispError;
	const key = entries?.find(
		({ AuthKey }) =>
			AuthKey.authkey_start === misp.connection.key.slice(0, 4) &&
			AuthKey.authkey_end === misp.connection.key.slice(-4) &&
			(me === undefined || AuthKey.user_id === undefined || AuthKey.user_id === me.User.id),
	)?.AuthKey;
	const role = me?.Role ?? {};
	const readOnly = key ? isTrue(key.read_only) : readOnlyBySymptoms(role, version) === true;
	const expires = expiryIn(reply?.headers['x-auth-key-expiration']) || seconds(key?.expiration);
	// A read-only key may do the same with every role.
	const complete = me !== undefined || (readOnly && key !== undefined);
	return {
		version: typeof version.version === 'string' ? version.version : undefined,
		user:
			me && typeof me.User.email === 'string'
				? {
						id: me.User.id,
						email: me.User.email,
						organisation: me.Organisation?.name ?? '',
						role: me.Role.name ?? '?',
					}
				: undefined,
		legacy: key ? false : me && (me.User.authkey ?? '') !== '',
		readOnly,
		permissions: effectivePermissions(role, version, readOnly),
		entry: key && {
			id: key.id,
			comment: String(key.comment ?? ''),
			created: seconds(key.created),
			allowedIps: Array.isArray(key.allowed_ips) ? key.allowed_ips.map(String) : [],
			lastUsed: seconds(key.last_used) || undefined,
		},
		expires: expires || undefined,
		expiryKnown: key !== undefined || expires > 0,
		complete,
		unknown: failures.map(({ request, message }) => `${request}: ${message}`),
	};
}

/** The keys of the user that begin and end like the one in use. */
async function entriesOf(misp: Misp): Promise<KeyEntry[]> {
	const { key } = misp.connection;
	const wanted = { authkey_start: key.slice(0, 4), authkey_end: key.slice(-4) };
	const index = path`/auth_keys/index`;
	const refused = ({ kind }: MispError) => NO_LIST.includes(kind);
	const entries = await recover(
		misp.post<unknown>(index, wanted, { read: true }),
		refused,
		// A version that does not take the filter may give the whole list.
		async () => await recover(misp.get<unknown>(index), refused, () => []),
	);
	return Array.isArray(entries) ? (entries as KeyEntry[]) : [];
}
