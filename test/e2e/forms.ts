/** The forms that are looked at: each of the node, and what shows when its choices are made otherwise. */
import type { INodeParameters, INodeProperties, INodeTypeDescription } from 'n8n-workflow';

export interface Form {
	/** Of the node on the canvas and of the picture. */
	name: string;
	chosen: INodeParameters;
}

/** Forms in a window of the usual size, and labels that must be seen at once there. */
export const AT_FIRST_SIGHT: Array<[resource: string, operation: string, labels: string[]]> = [
	['event', 'create', ['Event Info', 'Distribution', 'Threat Level', 'Tags', 'Attributes']],
	['event', 'search', ['Values', 'Event Info Contains', 'Tags', 'Return All', 'Limit']],
	['event', 'publish', ['Event', 'Wait Until Published']],
	['event', 'update', ['Event', 'Published State', 'Fields to Update']],
	['attribute', 'create', ['Event', 'Type', 'Value', 'Category']],
	['attribute', 'search', ['Values', 'Types', 'Tags', 'Filters', 'Return All', 'Limit']],
	['attribute', 'lookup', ['Input', 'Values', 'Include', 'Malicious If', 'Known Good If']],
	['object', 'create', ['Event', 'Template', 'Additional Fields']],
	['tag', 'attach', ['Target', 'Event', 'Tags', 'If Another Tag Excludes It', 'Local Only']],
];

/** Forms of the tool that an AI agent uses, which begin with what the agent reads. */
export const AS_TOOL: Array<[resource: string, operation: string]> = [
	['attribute', 'lookup'],
	['event', 'delete'],
];

/** What must be filled in before the form shows the rest. */
const FILE = { __rl: true, mode: 'name', value: 'file' };
const FILLED: Record<string, INodeParameters> = {
	'object-create': { template: FILE },
	'object-update': { template: FILE },
};

type Show = Record<string, unknown[]>;

const showOf = ({ displayOptions }: INodeProperties): Show => (displayOptions?.show ?? {}) as Show;

const belongsTo = (property: INodeProperties, resource: string, operation: string): boolean => {
	const { resource: resources, operation: operations } = showOf(property);
	return resources?.includes(resource) === true && operations?.includes(operation) === true;
};

/** Return All and Limit are the same everywhere; whether it is a tool is no choice of the form. */
const COMMON = ['resource', 'operation', 'returnAll', '@tool'];

/** Values other than the default for which the form shows something else, by the field that has them. */
function otherValues(properties: INodeProperties[]): Map<string, unknown[]> {
	const others = new Map<string, unknown[]>();
	for (const property of properties) {
		for (const [name, values] of Object.entries(showOf(property))) {
			const preset = properties.find((one) => one.name === name)?.default;
			if (COMMON.includes(name)) continue;
			const known = others.get(name) ?? [];
			const fresh = values.filter((value) => value !== preset && !known.includes(value));
			others.set(name, [...known, ...fresh]);
		}
	}
	return others;
}

/** A form as it opens, and as it is with the first other value of each choice that decides what shows. */
function formsOf(name: string, chosen: INodeParameters, properties: INodeProperties[]): Form[] {
	const values = [...otherValues(properties)].flatMap(([field, [value]]) =>
		value === undefined ? [] : [[field, value] as const],
	);
	if (values.length === 0) return [{ name, chosen }];
	const what = values.map(([, value]) => String(value)).join('-');
	const otherwise = { ...chosen, ...Object.fromEntries(values) } as INodeParameters;
	return [
		{ name, chosen },
		{ name: `${name}-${what}`, chosen: otherwise },
	];
}

/** Every form of the node. */
export function allForms({ properties }: INodeTypeDescription): Form[] {
	const operations = properties.filter(({ name }) => name === 'operation');
	return operations.flatMap((property) => {
		const resource = String(showOf(property).resource?.[0]);
		return (property.options ?? []).flatMap((option) => {
			const operation = String((option as { value: unknown }).value);
			const own = properties.filter((one) => belongsTo(one, resource, operation));
			const name = `${resource}-${operation}`;
			return formsOf(name, { resource, operation, ...FILLED[name] }, own);
		});
	});
}
