import type { KeyName } from '../sandbox/server';
import { useLab } from './support';

const lab = useLab();

type Row = Record<string, unknown>;
/** As the credential is without that choice: other operations refuse these keys. */
const STRICT = { acceptBroaderKey: false };
const accessOf = (key: KeyName) =>
	lab.row('currentUser', 'getAccess', {}, { key, access: 'read', credential: STRICT });

describe('currentUser.get', () => {
	it('gives user, role and organisation, without secrets', async () => {
		const me = lab.world.user('publisher@alpha.test');
		const row = await lab.row('currentUser', 'get', {}, { key: 'publisher', access: 'read' });
		expect(lab.sent).toEqual(['GET /users/view/me']);
		expect(row).toMatchObject({
			User: { id: String(me.id), email: 'publisher@alpha.test' },
			Role: { name: 'Publisher' },
			Organisation: { name: 'CERT-ALPHA' },
		});
	});
});

describe('currentUser.getAccess', () => {
	it('asks for user, version and keys', async () => {
		await accessOf('publisher');
		expect(lab.sent).toEqual([
			'GET /servers/getVersion',
			'GET /users/view/me',
			'POST /auth_keys/index',
		]);
	});

	it('shows that a publisher may publish and is no administrator', async () => {
		const row = await accessOf('publisher');
		expect(row).toMatchObject({
			email: 'publisher@alpha.test',
			organisation: 'CERT-ALPHA',
			role: 'Publisher',
			misp_version: '2.5.1',
			read_only_key: false,
			credential_access_level: 'read',
			permissions: { perm_publish: true, perm_add: true, perm_site_admin: false },
			key: { comment: 'sandbox key publisher', expires: null, days_left: null, allowed_ips: [] },
		});
	});

	it('shows what a role for reading only may do', async () => {
		const row = await accessOf('readonly');
		expect(row).toMatchObject({ role: 'Read Only', read_only_key: false });
		const granted = Object.entries(row.permissions as Row).filter(([, may]) => may === true);
		expect(granted.map(([name]) => name).sort()).toEqual(['perm_audit', 'perm_auth']);
	});

	it('shows that an administrator’s read-only key may only read, whatever the role', async () => {
		const row = await accessOf('admin_read_only');
		expect(row).toMatchObject({ role: 'admin', read_only_key: true });
		const granted = Object.entries(row.permissions as Row).filter(([, may]) => may === true);
		expect(granted.map(([name]) => name).sort()).toEqual(['perm_audit', 'perm_auth']);
	});

	it('shows the full rights of an administrator’s own key', async () => {
		const row = await accessOf('admin');
		expect(row).toMatchObject({ read_only_key: false, permissions: { perm_site_admin: true } });
	});

	it('shows addresses and expiry of the key in use', async () => {
		const key = [...lab.world.authKeys.values()].find(
			({ comment }) => comment === 'sandbox key admin_allowed_ip',
		);
		if (key) key.expiration = lab.world.now() + 10 * 86_400 + 60;
		const row = await accessOf('admin_allowed_ip');
		expect(row.key).toMatchObject({
			allowed_ips: ['127.0.0.1', '::1'],
			days_left: 10,
			expires: new Date((key?.expiration ?? 0) * 1000).toISOString(),
		});
	});

	it('tells, for an audit, what is broader than the credential and what to change', async () => {
		const { permissions, key, ...row } = await accessOf('publisher');
		expect(row).toEqual({
			email: 'publisher@alpha.test',
			user_id: String(lab.world.user('publisher@alpha.test').id),
			organisation: 'CERT-ALPHA',
			role: 'Publisher',
			misp_version: '2.5.1',
			credential_access_level: 'read',
			key_access_level: 'publish',
			can_do_more: ['contribute', 'publish'],
			can_do_more_by: expect.arrayContaining(['perm_add', 'perm_publish']),
			cannot_do: [],
			broader_key_accepted: false,
			read_only_key: false,
			warnings: [
				'This key can write and publish (role Publisher of publisher@alpha.test), but the credential is "Read Only".',
				'The key never expires.',
				'The key works from any address.',
			],
		});
		expect(key).toEqual({
			id: expect.stringMatching(/^\d+$/),
			comment: 'sandbox key publisher',
			created: expect.stringMatching(/^\d{4}-.*Z$/),
			expires: null,
			days_left: null,
			allowed_ips: [],
			last_used: expect.stringMatching(/^\d{4}-.*Z$/),
			legacy: false,
		});
		expect(permissions).toMatchObject({ perm_publish: true });
	});

	it('tells what is missing', async () => {
		const setting = { key: 'user', access: 'administer' } as const;
		const row = await lab.row('currentUser', 'getAccess', {}, setting);
		expect(row).toMatchObject({
			key_access_level: 'contribute',
			can_do_more: [],
			cannot_do: ['publish', 'administer'],
		});
		expect((row.warnings as string[])[0]).toContain('This key cannot publish and administer');
	});

	it('knows a legacy key, which MISP lists nowhere', async () => {
		lab.world.settings.advancedAuthKeys = false;
		const row = await accessOf('user').finally(() => {
			lab.world.settings.advancedAuthKeys = true;
		});
		expect(row.key).toEqual({
			id: null,
			comment: null,
			created: null,
			expires: null,
			days_left: null,
			allowed_ips: null,
			last_used: null,
			legacy: true,
		});
		expect(row.warnings).toContainEqual(expect.stringContaining('Security.advanced_authkeys'));
	});

	it.each([
		['wrong', /^Authentication failed/, 'Check the key in the credential'],
		['admin_expired', /^Authentication failed/, 'expired'],
		['admin_blocked_ip', /not possible to use this Auth key from your IP/, 'Allowed IPs'],
	] as const)('says what is wrong with the key "%s"', async (key, words, advice) => {
		const { message, description } = await lab.failure('currentUser', 'getAccess', {}, { key });
		expect(message).toMatch(words);
		expect(description).toContain(advice);
		expect(lab.sent).toEqual(['GET /servers/getVersion']);
	});

	it('says that the user is disabled', async () => {
		const user = lab.world.user('user@beta.test');
		user.disabled = true;
		const { message, description } = await lab
			.failure('currentUser', 'get', {}, { key: 'beta_user' })
			.finally(() => {
				user.disabled = false;
			});
		expect(message).toBe('Authentication failed. Your user account has been disabled.');
		expect(description).toContain('administrator');
	});
});
