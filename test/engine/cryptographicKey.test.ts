import { byId, useLab, type Setting } from './support';

const lab = useLab();
const OWNER: Setting = { key: 'org_admin' };
const block = (text: string) =>
	`-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${text}\n-----END PGP PUBLIC KEY BLOCK-----\n`;

function event() {
	const { id: orgId } = lab.world.organisation('CERT-ALPHA');
	return lab.world.addEvent({ info: 'Signed', orgId, orgcId: orgId });
}

it('adds a public key to an event, by its UUID too, and removes it', async () => {
	for (const id of ['id', 'uuid'] as const) {
		const signed = event();
		const parameters = { event: byId(String(signed[id])), publicKey: block('abc') };
		const row = await lab.row('cryptographicKey', 'create', parameters, OWNER);
		expect(row).toMatchObject({ parent_id: String(signed.id), type: 'pgp', revoked: false });
		expect(lab.body(-1)).toEqual({ type: 'pgp', key_data: block('abc') });
		for (const deleted of [true, false]) {
			const gone = await lab.row('cryptographicKey', 'delete', { key: row.id }, OWNER);
			expect(gone).toEqual({ key: row.id, deleted, already_gone: !deleted });
		}
	}
});

it('reports what MISP refuses, in its words', async () => {
	const parameters = { event: byId(event().id), publicKey: block('abc') };
	await lab.row('cryptographicKey', 'create', parameters, OWNER);
	const again = await lab.failure('cryptographicKey', 'create', parameters, OWNER);
	expect(again.message).toMatch(/This key is already assigned to the target/);
	const foreign = await lab.failure('cryptographicKey', 'create', parameters, { key: 'beta_user' });
	expect(foreign.message).toBe('Invalid Event.');
});

it.each([
	['a private key', '-----BEGIN PGP PRIVATE KEY BLOCK-----', /contains a private key/],
	['another text', 'abc', /must be a PGP public key block/],
])('refuses %s before anything is sent', async (_case, publicKey, message) => {
	const parameters = { event: byId(1), publicKey };
	const failure = await lab.failure('cryptographicKey', 'create', parameters, OWNER);
	expect(failure.message).toMatch(message);
	expect(lab.sent).toEqual([]);
});
