/** /modules: what the enrichment service offers. */
import { answer, isRecord, refuse, type Call } from '../http';
import type { Controller } from '../router';

const MODULES = [
	{
		name: 'dns_sandbox',
		type: 'expansion',
		mispattributes: { input: ['domain', 'hostname'], output: ['ip-src', 'ip-dst'] },
		meta: {
			version: '0.1',
			author: 'sandbox',
			description: 'Resolves a name',
			'module-type': ['expansion', 'hover'],
		},
	},
	{
		name: 'quiet_sandbox',
		type: 'expansion',
		mispattributes: { input: ['md5'], output: ['text'] },
		meta: {
			version: '0.1',
			author: 'sandbox',
			description: 'Finds nothing, ever',
			'module-type': ['expansion'],
		},
	},
	{
		name: 'csv_sandbox',
		type: 'import',
		mispattributes: { inputSource: ['file'], output: ['MISP Format'] },
		meta: {
			version: '0.1',
			author: 'sandbox',
			description: 'Reads CSV',
			'module-type': ['import'],
		},
	},
];

function index({ world }: Call) {
	if (!world.settings.modulesRunning) throw refuse.broken();
	return answer(MODULES);
}

/** One value for one module of the kind hover; of any other module, MISP fails. */
function queryEnrichment({ world, body }: Call) {
	if (!world.settings.modulesRunning) throw refuse.broken();
	const asked = isRecord(body) ? body : {};
	if (asked.module === undefined) {
		throw refuse.notAllowed('No module chosen. The request body has to have the module key set.');
	}
	const module = MODULES.find(({ name, type }) => name === asked.module && type === 'expansion');
	if (!module) throw refuse.notAllowed('Module not found or not available.');
	if (!module.meta['module-type'].includes('hover')) throw refuse.broken();
	const value = String(asked.domain ?? asked.hostname ?? '');
	if (value.endsWith('.invalid')) return answer({ error: `${value} does not resolve` });
	return answer({ results: [{ types: ['ip-src', 'ip-dst'], values: ['192.0.2.80'] }] });
}

export const modules: Controller = {
	index: { run: index },
	queryenrichment: { run: queryEnrichment },
};
