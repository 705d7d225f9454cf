/** /modules: what the enrichment service offers. */
import { answer, refuse, type Call } from '../http';
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

export const modules: Controller = { index: { run: index } };
