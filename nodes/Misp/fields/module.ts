import type { Misp } from '../client/client';
import {
	inputError,
	instanceChoices,
	MispError,
	path,
	recover,
	required,
	type ListEntry,
	type LoadContext,
} from '../definition';

export interface ModuleRow {
	name: string;
	type: string;
	mispattributes?: { input?: string[]; output?: string[]; format?: string };
	meta?: { description?: string; 'module-type'?: string[] };
}

/** `GET /modules/index`: the modules that are enabled, none of which MISP tells as `{error}`. */
export const fetchModules = async (misp: Misp): Promise<ModuleRow[]> =>
	await recover(
		recover(
			misp.get<ModuleRow[]>(path`/modules/index`),
			({ status }) => status === 200,
			(): ModuleRow[] => [],
		),
		({ kind }) => kind === 'server',
		(error) => {
			throw new MispError(error.kind, 'MISP does not reach its modules.', {
				...error,
				hint: 'The service misp-modules may be stopped, or not installed. Ask an administrator of your MISP: Server Settings > Plugin > Enrichment.',
			});
		},
	);

const isExpansion = ({ type, meta }: ModuleRow): boolean =>
	type === 'expansion' || meta?.['module-type']?.includes('expansion') === true;

const fetchExpansionModules = async (misp: Misp): Promise<ModuleRow[]> =>
	(await fetchModules(misp)).filter(isExpansion);

async function getExpansionModules({ misp }: LoadContext): Promise<ListEntry[]> {
	const modules = await fetchExpansionModules(misp);
	return modules
		.map(({ name, meta }) => ({
			name,
			value: name,
			...(meta?.description ? { description: meta.description } : {}),
		}))
		.sort((a, b) => a.name.localeCompare(b.name));
}

/** Modules that look values up and add what they find. */
export const expansionModules = required(
	instanceChoices('Modules', {
		loader: 'getExpansionModules',
		load: getExpansionModules,
		description: 'The enrichment modules of your MISP that look the values up, such as dns',
		hint: 'MISP sends what it looks up to the services behind the modules, which may be someone else’s',
	}),
);

/** @throws MispError of kind `input` for one that MISP would answer with an error that says nothing */
export async function refuseUnknownModules(misp: Misp, names: string[]): Promise<void> {
	const known = (await fetchExpansionModules(misp)).map(({ name }) => name);
	const missing = names.filter((name) => !known.includes(name));
	if (missing.length === 0) return;
	const list = missing.map((name) => `"${name.slice(0, 60)}"`).join(', ');
	throw inputError(
		`MISP has no enabled enrichment module ${list}.`,
		known.length === 0
			? 'No enrichment module is enabled. Ask an administrator of your MISP: Server Settings > Plugin > Enrichment.'
			: `Enabled are: ${known.slice(0, 20).join(', ')}.`,
	);
}
