import { closeAgents } from '../../nodes/Misp/client/agent';
import type { AccessLevel } from '../../nodes/Misp/client/access';
import type { Connection } from '../../nodes/Misp/client/connection';
import { MispError } from '../../nodes/Misp/client/errors';
import { checkKey } from '../../nodes/Misp/client/keyCheck';
import { randomKey } from '../sandbox/seed';
import { startSandbox, type KeyName, type Sandbox } from '../sandbox/server';
import { failureOf, mispOf } from './support';

const ALL = ['GET /servers/getVersion', 'GET /users/view/me', 'POST /auth_keys/index'];

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox();
});

beforeEach(() => {
	sandbox.faults.clear();
	sandbox.requests.length = 0;
});

afterEach(() => jest.restoreAllMocks());

afterAll(async () => {
	closeAgents();
	await sandbox.stop();
});

const sent = () => sandbox.requests.map(({ method, path }) => `${method} ${path}`);

/** A client for a key that no other test has used, of the user with this e-mail. */
function clientOf(email: string, access: AccessLevel, key: object = {}, more: object = {}) {
	const row = sandbox.world.addAuthKey({
		value: randomKey(),
		userId: sandbox.world.user(email).id,
		...key,
	});
	const changes: Partial<Connection> = { key: row.value, access, ...more };
	return { row, misp: mispOf(sandbox, 'admin', { retries: 0 }, changes) };
}

const found = async (...args: Parameters<typeof clientOf>) =>
	await checkKey(clientOf(...args).misp);

const [ADMIN, ORG_ADMIN, PUBLISHER, USER, READONLY, SYNC] = [
	'admin@admin.test',
	'orgadmin@alpha.test',
	'publisher@alpha.test',
	'user@alpha.test',
	'readonly@alpha.test',
	'sync@beta.test',
] as const;

/** Moves this machine's clock on, and with it what has been found. */
function later(ms: number) {
	const then = Date.now() + ms;
	jest.spyOn(Date, 'now').mockReturnValue(then);
}

const MINUTE = 60_000;
const DAY = 86_400;

describe('A key is accepted when it can do what its credential says', () => {
	it.each<[string, AccessLevel]>([
		[READONLY, 'read'],
		[USER, 'contribute'],
		[PUBLISHER, 'publish'],
		[ORG_ADMIN, 'administer'],
		[SYNC, 'administer'],
		[ADMIN, 'administer'],
	])('%s for %s', async (email, access) => {
		const { refusal, warnings, power } = await found(email, access);
		expect(refusal).toBeUndefined();
		expect(warnings).toEqual([]);
		expect(power).toMatchObject({ level: access, broader: [], missing: [] });
		expect(sent()).toEqual(ALL);
	});

	it.each([ADMIN, ORG_ADMIN, USER])('a read-only key of %s for read', async (email) => {
		const { refusal, warnings, facts } = await found(email, 'read', { readOnly: true });
		expect({ refusal, warnings }).toEqual({ refusal: undefined, warnings: [] });
		expect(facts.readOnly).toBe(true);
	});

	it('asks for the keys with its beginning and end alone', async () => {
		const { misp, row } = clientOf(ADMIN, 'administer');
		await checkKey(misp);
		expect(sandbox.requests[2]?.body).toEqual({
			authkey_start: row.value.slice(0, 4),
			authkey_end: row.value.slice(-4),
		});
	});
});

describe('A key that can do more is refused, with what it can do and what to do', () => {
	it.each<[string, AccessLevel, string]>([
		[USER, 'read', 'This key can write (role User of user@alpha.test)'],
		[PUBLISHER, 'read', 'This key can write and publish (role Publisher of publisher@alpha.test)'],
		[ADMIN, 'read', 'This key can write, publish and administer (role admin of admin@admin.test)'],
		[PUBLISHER, 'contribute', 'This key can publish (role Publisher of publisher@alpha.test)'],
		[SYNC, 'publish', 'This key can administer (role Sync user of sync@beta.test)'],
	])('%s for %s', async (email, access, expected) => {
		const { refusal } = await found(email, access);
		expect(refusal?.kind).toBe('scope');
		expect(refusal?.message.startsWith(`${expected}, but the credential is "`)).toBe(true);
		expect(refusal?.hint).toMatch(
			access === 'read' ? /with "Read only" ticked/ : /a user whose role cannot/,
		);
		expect(refusal?.hint).toContain('or raise the Access Level to "');
	});

	it('word for word', async () => {
		const { refusal } = await found(ORG_ADMIN, 'contribute');
		expect(refusal?.message).toBe(
			'This key can publish and administer (role Org Admin of orgadmin@alpha.test), but the credential is "Contribute".',
		);
		expect(refusal?.hint).toBe(
			'In MISP, create a key for a user whose role cannot publish and administer, such as User, and enter it in the credential, or raise the Access Level to "Administer". To go on with this key nevertheless, switch on "Accept a Key That Can Do More" in the credential.',
		);
	});

	it('unless the credential accepts that', async () => {
		const { refusal, warnings, power } = await found(
			ADMIN,
			'read',
			{},
			{ acceptsBroaderKey: true },
		);
		expect({ refusal, warnings }).toEqual({ refusal: undefined, warnings: [] });
		expect(power.broader).toEqual(['contribute', 'publish', 'administer']);
	});
});

describe('A key that can do less is no reason to stop, but said', () => {
	it('for a role', async () => {
		const { refusal, warnings } = await found(USER, 'publish');
		expect(refusal).toBeUndefined();
		expect(warnings).toEqual([
			'This key cannot publish (role User of user@alpha.test), but the credential is "Publish". Use the key of a user whose role may, such as Publisher, or lower the Access Level to "Contribute".',
		]);
	});

	it('for a read-only key', async () => {
		const { warnings } = await found(PUBLISHER, 'publish', { readOnly: true });
		expect(warnings).toEqual([
			'This key cannot write and publish (read-only key of publisher@alpha.test), but the credential is "Publish". Use a key without "Read only", or lower the Access Level to "Read Only".',
		]);
	});
});

describe('The expiry of a key', () => {
	const expiring = async (days: number) =>
		await found(USER, 'contribute', { expiration: sandbox.world.now() + days * DAY + 60 });

	it.each([
		[0, 'in less than a day'],
		[1, 'in 1 day'],
		[13, 'in 13 days'],
	])('is a warning %i days before', async (days, words) => {
		const { warnings, daysLeft } = await expiring(days);
		const date = new Date(Date.now() + days * DAY * 1000 + 60_000).toISOString().slice(0, 10);
		expect(warnings).toEqual([
			`The key of this credential expires ${words} (${date}). Create a new one in MISP under My Profile > Auth keys and enter it in the credential.`,
		]);
		expect(daysLeft).toBe(days);
	});

	it('is none more than 14 days before, or never', async () => {
		expect(await expiring(14)).toMatchObject({ warnings: [], daysLeft: 14 });
		expect(await found(USER, 'contribute')).toMatchObject({ warnings: [] });
	});

	it('is read from the header when the keys cannot be listed', async () => {
		sandbox.faults.set('internalError', { match: /auth_keys/ });
		const { warnings, daysLeft } = await expiring(3);
		expect(daysLeft).toBe(3);
		expect(warnings[0]).toContain('expires in 3 days');
		expect(warnings[1]).toContain('could not be checked completely. POST /auth_keys/index: ');
	});

	it('is named once it has passed, where MISP only says that authentication failed', async () => {
		const { misp, row } = clientOf(USER, 'contribute', {
			expiration: sandbox.world.now() + 2 * DAY,
		});
		await checkKey(misp);
		const expired = row.expiration;
		row.expiration = sandbox.world.now() - 1;
		later(2 * DAY * 1000 + 1000);
		const { kind, message, hint } = await failureOf(checkKey(misp));
		expect(kind).toBe('authentication');
		const date = new Date(expired * 1000).toISOString().slice(0, 10);
		expect(message).toBe(`The key of this credential expired on ${date}.`);
		expect(hint).toContain('Create a new one in MISP');
	});
});

describe('What MISP does not tell', () => {
	it('a legacy key has no entry, and is never read-only', async () => {
		sandbox.world.settings.advancedAuthKeys = false;
		try {
			const { facts, refusal } = await found(USER, 'read');
			expect(facts).toMatchObject({ legacy: true, readOnly: false, expiryKnown: false });
			expect(facts.entry).toBeUndefined();
			expect(refusal?.message).toContain('This key can write');
		} finally {
			sandbox.world.settings.advancedAuthKeys = true;
		}
	});

	it.each(['internalError', 'htmlPage'] as const)(
		'a read-only key is recognised without the list of keys (%s)',
		async (fault) => {
			sandbox.faults.set(fault, { match: /auth_keys/ });
			const { facts, refusal, warnings } = await found(ADMIN, 'read', { readOnly: true });
			expect(facts).toMatchObject({ readOnly: true, complete: true });
			expect(refusal).toBeUndefined();
			expect(warnings).toHaveLength(1);
		},
	);

	it('the whole list is asked for where MISP does not take the filter', async () => {
		const { misp } = clientOf(ADMIN, 'read', { readOnly: true });
		const refusal = new MispError('validation', 'This method is not allowed.', { status: 405 });
		jest.spyOn(misp, 'post').mockRejectedValueOnce(refusal);
		const { facts } = await checkKey(misp);
		expect(facts).toMatchObject({ readOnly: true, expiryKnown: true, unknown: [] });
		expect(sent()).toEqual([...ALL.slice(0, 2), 'GET /auth_keys/index']);
	});

	it('a broad key is refused without the list of keys', async () => {
		sandbox.faults.set('internalError', { match: /auth_keys/ });
		const { refusal } = await found(ADMIN, 'read');
		expect(refusal?.message).toContain('This key can write, publish and administer');
	});

	it('a read-only key needs no role', async () => {
		sandbox.faults.set('internalError', { match: /users\/view/ });
		const { facts, refusal } = await found(ADMIN, 'read', { readOnly: true });
		expect(facts).toMatchObject({ complete: true, readOnly: true });
		expect(refusal).toBeUndefined();
	});

	it('without the role, what is known to be too much is refused', async () => {
		sandbox.faults.set('internalError', { match: /users\/view/ });
		const { refusal } = await found(SYNC, 'publish');
		expect(refusal?.message).toBe('This key can administer, but the credential is "Publish".');
	});

	it('without the role, what is not known is said and stops nothing', async () => {
		sandbox.faults.set('internalError', { match: /users\/view/ });
		const { refusal, warnings } = await found(PUBLISHER, 'contribute');
		expect(refusal).toBeUndefined();
		expect(warnings).toEqual([
			expect.stringMatching(
				/^It could not be checked what the key of this credential may do\. GET \/users\/view\/me: /,
			),
		]);
	});

	it('without the role, a key that was too broad before stays refused', async () => {
		const { misp } = clientOf(PUBLISHER, 'contribute');
		const before = await checkKey(misp);
		sandbox.faults.set('internalError', { match: /users\/view/ });
		later(2 * MINUTE);
		const after = await checkKey(misp);
		expect(after.refusal).toBe(before.refusal);
		expect(after.refusal?.message).toContain('This key can publish');
	});

	it.each<[KeyName, RegExp]>([
		['wrong', /^Authentication failed/],
		['admin_blocked_ip', /from your IP/],
	])('a key that MISP refuses is asked for once: %s', async (key, words) => {
		const { kind, message } = await failureOf(checkKey(mispOf(sandbox, key, { retries: 0 })));
		expect(kind).toBe('authentication');
		expect(message).toMatch(words);
		expect(sent()).toEqual(['GET /servers/getVersion']);
	});
});

describe('A finding is kept', () => {
	it('for ten minutes', async () => {
		const { misp } = clientOf(USER, 'contribute');
		const first = await checkKey(misp);
		later(9 * MINUTE);
		expect(await checkKey(misp)).toBe(first);
		expect(sent()).toEqual(ALL);
		later(2 * MINUTE);
		await checkKey(misp);
		expect(sent()).toEqual([...ALL, ...ALL]);
	});

	it('for one minute when it is a refusal, since somebody may be mending it', async () => {
		const { misp, row } = clientOf(ADMIN, 'read');
		expect((await checkKey(misp)).refusal).toBeDefined();
		row.readOnly = true;
		expect((await checkKey(misp)).refusal).toBeDefined();
		expect(sent()).toEqual(ALL);
		later(MINUTE + 1);
		expect((await checkKey(misp)).refusal).toBeUndefined();
	});

	it('until the key expires', async () => {
		const { misp } = clientOf(USER, 'contribute', { expiration: sandbox.world.now() + 120 });
		await checkKey(misp);
		later(3 * MINUTE);
		expect((await failureOf(checkKey(misp))).message).toMatch(/expired on/);
		expect(sent()).toEqual([...ALL, 'GET /servers/getVersion']);
	});

	it('among the last 200', async () => {
		const { misp } = clientOf(USER, 'contribute');
		await checkKey(misp);
		const others = Array.from({ length: 199 }, () => ({ key: randomKey() }));
		const ask = async (changes: Partial<Connection>) =>
			await failureOf(checkKey(mispOf(sandbox, 'wrong', { retries: 0 }, changes)));
		for (const other of others) await ask(other);
		sandbox.requests.length = 0;
		await checkKey(misp);
		expect(sent()).toEqual([]);
		for (const other of [...others, { key: randomKey() }]) await ask(other);
		sandbox.requests.length = 0;
		await checkKey(misp);
		expect(sent()).toEqual(ALL);
	});

	it('for one level and one key', async () => {
		const { misp, row } = clientOf(USER, 'contribute');
		await checkKey(misp);
		const changed = { key: row.value, access: 'publish' } as const;
		await checkKey(mispOf(sandbox, 'admin', {}, changed));
		await checkKey(clientOf(USER, 'contribute').misp);
		expect(sent()).toEqual([...ALL, ...ALL, ...ALL]);
	});

	it('not when MISP did not answer', async () => {
		const { misp } = clientOf(USER, 'contribute');
		sandbox.faults.set('badGateway');
		await failureOf(checkKey(misp));
		sandbox.faults.clear();
		expect((await checkKey(misp)).refusal).toBeUndefined();
	});

	it('and asked for anew by the test of the credential', async () => {
		const { misp, row } = clientOf(ADMIN, 'read');
		await checkKey(misp);
		row.readOnly = true;
		expect((await checkKey(misp, { fresh: true })).refusal).toBeUndefined();
		expect((await checkKey(misp)).refusal).toBeUndefined();
		expect(sent()).toEqual([...ALL, ...ALL]);
	});

	it('and shared by those who ask at the same time', async () => {
		const { misp, row } = clientOf(USER, 'contribute');
		const same = mispOf(sandbox, 'admin', {}, { key: row.value, access: 'contribute' });
		const all = await Promise.all([misp, same, misp, same].map(async (one) => await checkKey(one)));
		expect(new Set(all).size).toBe(1);
		expect(sent()).toEqual(ALL);
	});
});
