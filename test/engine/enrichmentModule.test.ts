import { useLab } from './support';

const lab = useLab();
const SETTING = { key: 'readonly', access: 'read' } as const;
const query = (module: string, type: string, value: string) =>
	['enrichmentModule', 'query', { module, type, value }, SETTING] as const;

it('lists the modules that are enabled, by kind', async () => {
	const names = async (kind: string) =>
		(await lab.rows('enrichmentModule', 'getAll', { returnAll: true, kind }, SETTING)).map(
			({ name }) => name,
		);
	expect(await names('all')).toEqual(['dns_sandbox', 'quiet_sandbox', 'csv_sandbox']);
	expect(await names('hover')).toEqual(['dns_sandbox']);
	expect(await names('import')).toEqual(['csv_sandbox']);
});

it('asks a module about one value', async () => {
	expect(await lab.row(...query('dns_sandbox', 'domain', 'www.example.com'))).toEqual({
		module: 'dns_sandbox',
		type: 'domain',
		value: 'www.example.com',
		results: [{ types: ['ip-src', 'ip-dst'], values: ['192.0.2.80'] }],
	});
	expect(lab.sent).toEqual(['GET /modules/index', 'POST /modules/queryEnrichment']);
	expect(lab.body(1)).toEqual({ module: 'dns_sandbox', domain: 'www.example.com' });
});

it('passes on what the module itself says went wrong', async () => {
	const { message } = await lab.failure(...query('dns_sandbox', 'domain', 'nothing.invalid'));
	expect(message).toBe('nothing.invalid does not resolve');
});

it.each([
	['nonsense', 'domain', /no enabled enrichment module "nonsense"/],
	['quiet_sandbox', 'md5', /not of the kind hover/],
	['dns_sandbox', 'md5', /does not take the type md5/],
])('does not ask the module %s about a %s', async (module, type, message) => {
	expect((await lab.failure(...query(module, type, 'x'))).message).toMatch(message);
	expect(lab.sent).toEqual(['GET /modules/index']);
});

it('says that the service may be stopped', async () => {
	lab.world.settings.modulesRunning = false;
	const { message, description } = await lab.failure(
		...query('dns_sandbox', 'domain', 'x.example'),
	);
	lab.world.settings.modulesRunning = true;
	expect(message).toBe('MISP does not reach its modules.');
	expect(description).toMatch(/misp-modules may be stopped/);
});
