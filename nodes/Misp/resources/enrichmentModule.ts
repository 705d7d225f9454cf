import {
	choice,
	inputError,
	instanceChoice,
	limits,
	MispError,
	operation,
	path,
	recover,
	required,
	resource,
	text,
	type ListEntry,
	type LoadContext,
} from '../definition';
import { attributeType } from '../fields/attribute';
import { fetchModules, type ModuleRow } from '../fields/module';
import { Refanger } from '../fields/refang';

/** Modules answer a question at once only if they are of this kind; of the others, MISP fails with a 500. */
const answers = ({ meta }: ModuleRow): boolean => meta?.['module-type']?.includes('hover') === true;

async function getHoverModules({ misp }: LoadContext): Promise<ListEntry[]> {
	const modules = (await fetchModules(misp)).filter(answers);
	return modules.map(({ name, meta }) => ({
		name,
		value: name,
		...(meta?.description ? { description: meta.description } : {}),
	}));
}

const getAll = operation({
	name: 'Get Many',
	action: 'Get many enrichment modules',
	description:
		'Lists the modules that are enabled on the instance: what they take, what they give, and of which kind they are.',
	access: 'read',
	endpoints: ['GET /modules/index'],
	fields: {
		kind: choice(
			'Kind',
			[
				{ value: 'all', name: 'All' },
				{ value: 'expansion', name: 'Expansion', description: 'Look values up' },
				{ value: 'hover', name: 'Hover', description: 'Look values up and answer at once' },
				{ value: 'import', name: 'Import' },
				{ value: 'export', name: 'Export' },
			],
			'all',
		),
		...limits,
	},
	run: async ({ misp }, { kind = 'all' }) => {
		const modules = await fetchModules(misp);
		return modules.filter(
			({ type, meta }) => kind === 'all' || type === kind || meta?.['module-type']?.includes(kind),
		);
	},
});

interface Answer {
	results?: unknown;
}

const query = operation({
	name: 'Query',
	action: 'Query an enrichment module',
	description:
		'Asks one module about one value and returns what it says. Nothing is saved in MISP. Example: Module "dns", Type "domain", Value "www.example.com".',
	access: 'read',
	endpoints: ['POST /modules/queryEnrichment', 'GET /modules/index'],
	fields: {
		module: required(
			instanceChoice('Module', {
				loader: 'getHoverModules',
				load: getHoverModules,
				description:
					'The module to ask. Only those that answer at once (of the kind hover) can be asked',
			}),
		),
		type: required(attributeType),
		value: required(
			text('Value', {
				placeholder: 'e.g. www.example.com',
				hint: 'MISP sends it to the service behind the module, which may be someone else’s',
			}),
		),
	},
	refangs: true,
	run: async ({ misp }, input) => {
		const { module, type } = input;
		const refanger = new Refanger(input);
		const value = refanger.value(input.value, type);
		const known = (await fetchModules(misp)).find(({ name }) => name === module);
		refuseUnfit(module, known, type);
		const standard = known?.mispattributes?.format === 'misp_standard';
		const body = standard ? { attribute: { type, value } } : { [type]: value };
		const { results } = await recover(
			misp.post<Answer>(
				path`/modules/queryEnrichment`,
				{ module, ...body },
				{ read: true, expect: 'results' },
			),
			({ kind }) => kind === 'server',
			(error) => {
				throw new MispError(error.kind, `The module "${module}" could not be asked.`, {
					...error,
					hint: 'The service misp-modules may be stopped, or cannot be reached by MISP. Ask an administrator of your MISP.',
				});
			},
		);
		return refanger.noted({ module, type, value, results });
	},
});

/** @throws MispError of kind `input` for what MISP would answer with an error that says nothing */
function refuseUnfit(name: string, module: ModuleRow | undefined, type: string): void {
	if (!module) {
		throw inputError(
			`MISP has no enabled enrichment module "${name.slice(0, 60)}".`,
			'Choose one from the list, or use "Get Many" to see those that are enabled.',
		);
	}
	if (!answers(module)) {
		throw inputError(
			`The module "${name}" cannot be asked about a single value: it is not of the kind hover.`,
			'Use "Enrich" of an event or attribute, which saves what it finds.',
		);
	}
	const takes = module.mispattributes?.input;
	if (takes && !takes.includes(type)) {
		throw inputError(
			`The module "${name}" does not take the type ${type}.`,
			`It takes: ${takes.join(', ')}.`,
		);
	}
}

export const enrichmentModule = resource({
	name: 'Enrichment Module',
	description: 'A service that looks values up for MISP',
	operations: { getAll, query },
});
