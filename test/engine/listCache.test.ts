import { listEntries } from './editor';
import { useLab } from './support';

/** Lists of the editor while somebody types: they are kept for a minute, for one credential. */

const lab = useLab();

const FORM = { resource: 'tag', operation: 'get' };

/** Each test has a credential of its own, whose lists nobody has read yet. */
let timeout = 31;
const ownCredential = async () =>
	await lab.savedCredential({ access: 'read', credential: { timeout: (timeout += 1) } });

async function typed(text: string, credential: Awaited<ReturnType<typeof ownCredential>>) {
	let entries: string[] = [];
	for (let length = 1; length <= text.length; length += 1) {
		const found = await listEntries('searchTags', FORM, credential, text.slice(0, length));
		entries = found.map(({ name }) => name);
	}
	return entries;
}

it('typing five letters into the list of tags is one request', async () => {
	const found = await typed('tlp:a', await ownCredential());
	expect(found).toContain('tlp:amber');
	expect(found.every((name) => name.includes('tlp:a'))).toBe(true);
	expect(lab.sent).toEqual(['GET /tags/index/exclude_statistics:1']);
});

it('those who ask while a list is read share the request', async () => {
	const credential = await ownCredential();
	const both = ['tlp', 'amber'].map(
		async (text) => await listEntries('searchTags', FORM, credential, text),
	);
	await Promise.all(both);
	expect(lab.sent).toHaveLength(1);
});

it.each([
	['searchOrganisations', { resource: 'organisation', operation: 'get' }, 'CERT-'],
	['searchGalaxies', { resource: 'galaxy', operation: 'get' }, 'sandb'],
	['searchObjectTemplates', { resource: 'objectTemplate', operation: 'get' }, 'domai'],
	['searchSharingGroups', { resource: 'sharingGroup', operation: 'get' }, 'Alpha'],
	['searchWarninglists', { resource: 'warninglist', operation: 'get' }, 'List'],
	['searchTaxonomies', { resource: 'taxonomy', operation: 'get' }, 'tlp'],
])('%s asks MISP once, too', async (list, form, text) => {
	const credential = await ownCredential();
	for (let length = 1; length <= text.length; length += 1) {
		const found = await listEntries(list, form, credential, text.slice(0, length));
		expect(found.length).toBeGreaterThan(0);
	}
	expect(lab.sent).toHaveLength(1);
});

it('another credential never gets them, also with the same key and another ceiling', async () => {
	const access = 'read' as const;
	const credential = await ownCredential();
	await listEntries('searchTags', FORM, credential, 'tlp');
	await listEntries('searchTags', FORM, { ...credential, tlpCeiling: 'green' } as never, 'tlp');
	await listEntries(
		'searchTags',
		FORM,
		await lab.savedCredential({ access, key: 'beta_user' }),
		'tlp',
	);
	expect(lab.sent.filter((one) => one.startsWith('GET /tags/index'))).toHaveLength(3);
});

it('an error is not kept', async () => {
	const credential = await ownCredential();
	lab.faults.set('badGateway', { times: 2 });
	await expect(listEntries('searchTags', FORM, credential, 'tlp')).rejects.toThrow();
	expect((await listEntries('searchTags', FORM, credential, 'tlp')).length).toBeGreaterThan(0);
});

it('is read anew after a minute', async () => {
	const credential = await ownCredential();
	await listEntries('searchTags', FORM, credential, 'tlp');
	const now = Date.now();
	const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 61_000);
	await listEntries('searchTags', FORM, credential, 'tlp');
	clock.mockRestore();
	expect(lab.sent).toHaveLength(2);
});

it('finds its way in 32,000 tags', async () => {
	const credential = await ownCredential();
	const tags = Array.from({ length: 32_000 }, (_, index) => `bulk:number="${index}"`);
	for (const name of tags) lab.world.addTag({ name });
	const [first] = await listEntries('searchTags', FORM, credential, 'number="31999');
	expect(first?.name).toBe('bulk:number="31999"');
	const started = performance.now();
	const found = await listEntries('searchTags', FORM, credential, 'number="3199');
	console.log(`a search in 32,000 kept tags: ${Math.round(performance.now() - started)} ms`);
	expect(found).toHaveLength(11);
	expect(lab.sent).toHaveLength(1);
});
