import { randomKey } from '../sandbox/seed';
import type { AccessLevel } from '../../nodes/Misp/client/access';
import { mappingFields } from './editor';
import { byId, useLab, type Setting } from './support';

const lab = useLab();

const CHECK = ['GET /servers/getVersion', 'GET /users/view/me', 'POST /auth_keys/index'];
const EVENT = 'GET /events/view/1';

const GET = ['event', 'get', { event: byId(1) }] as const;

/** A credential with a key of this user that nothing has been asked with. */
function unknownKey(email: string, access: AccessLevel, key: object = {}): Setting {
	const { value } = lab.world.addAuthKey({
		value: randomKey(),
		userId: lab.world.user(email).id,
		...key,
	});
	return { access, credential: { authKey: value, acceptBroaderKey: false } };
}

/** The lab tests a credential before it is used; here the run is to be the first. */
beforeEach(() => {
	jest.spyOn(lab, 'savedCredential').mockImplementation(async (setting) => lab.credential(setting));
});

describe('The key is checked before the first request of a run', () => {
	it('once for all its items, and for the runs that follow', async () => {
		const setting = unknownKey('readonly@alpha.test', 'read');
		const input = [{}, {}];
		await lab.rows(...GET, { ...setting, input });
		expect(lab.sent).toEqual([...CHECK, EVENT, EVENT]);
		await lab.rows(...GET, setting);
		expect(lab.sent).toEqual([...CHECK, EVENT, EVENT, EVENT]);
	});

	it('once for runs at the same time', async () => {
		const setting = unknownKey('readonly@alpha.test', 'read');
		await Promise.all([1, 2, 3].map(async () => await lab.rows(...GET, setting)));
		expect([...lab.sent].sort()).toEqual([...CHECK, EVENT, EVENT, EVENT].sort());
	});

	it('and refused when it can do more: nothing else is sent', async () => {
		const setting = unknownKey('orgadmin@alpha.test', 'contribute');
		const { message, description } = await lab.failure('event', 'create', { info: 'x' }, setting);
		expect(message).toBe(
			'This key can publish and administer (role Org Admin of orgadmin@alpha.test), but the credential is "Contribute".',
		);
		expect(description).toContain('or raise the Access Level to "Administer"');
		expect(lab.sent).toEqual(CHECK);
	});

	it('and refused for each item, with one check', async () => {
		const setting = unknownKey('user@alpha.test', 'read');
		const { items } = await lab.run(...GET, {
			...setting,
			input: [{}, {}, {}],
			onError: 'continueRegularOutput',
		});
		expect(items.map(({ json }) => json.error)).toEqual(
			Array(3).fill(expect.stringContaining('This key can write')),
		);
		expect(lab.sent).toEqual(CHECK);
	});

	it('not for a run that sends nothing', async () => {
		const setting = unknownKey('admin@admin.test', 'read');
		const { message } = await lab.failure('event', 'create', { info: 'x' }, setting);
		expect(message).toContain('needs the access level "Contribute"');
		expect(lab.sent).toEqual([]);
	});

	it('and taken all the same where the credential says so', async () => {
		const setting = unknownKey('admin@admin.test', 'read');
		const { items, hints } = await lab.run(...GET, {
			...setting,
			credential: { ...setting.credential, acceptBroaderKey: true },
		});
		expect(items).toHaveLength(1);
		expect(hints).toEqual([]);
	});

	it('also for the lists of the editor', async () => {
		const setting = unknownKey('user@alpha.test', 'read');
		const parameters = { template: 'domain-ip' } as never;
		await expect(
			mappingFields('getTemplateFields', parameters, lab.credential(setting)),
		).rejects.toThrow('This key can write');
		expect(lab.sent).toEqual(CHECK);
	});
});

describe('The output shows as a hint', () => {
	it('what the key cannot do', async () => {
		const { hints } = await lab.run(...GET, unknownKey('user@alpha.test', 'publish'));
		expect(hints).toEqual([expect.stringContaining('This key cannot publish')]);
	});

	it('that the key expires soon', async () => {
		const expiration = lab.world.now() + 9 * 86_400 + 60;
		const { hints } = await lab.run(
			...GET,
			unknownKey('readonly@alpha.test', 'read', { expiration }),
		);
		expect(hints).toEqual([expect.stringContaining('expires in 9 days')]);
	});

	it('what could not be checked, and the run goes on', async () => {
		lab.faults.set('internalError', { match: /users\/view/ });
		const { hints, items } = await lab.run(...GET, unknownKey('user@alpha.test', 'contribute'));
		expect(items).toHaveLength(1);
		expect(hints).toEqual([expect.stringContaining('It could not be checked')]);
	});
});

it('A run that is cancelled does not wait for the check', async () => {
	lab.faults.set('slowHeader', { match: /getVersion/, delayMs: 5_000 });
	const started = Date.now();
	const { items } = await lab.run(...GET, {
		...unknownKey('readonly@alpha.test', 'read'),
		onStart: (cancel) => void setTimeout(cancel, 200),
	});
	expect(items).toEqual([]);
	expect(Date.now() - started).toBeLessThan(4_000);
});
