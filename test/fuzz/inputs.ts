/** Inputs for any operation, from the declarations of its fields: junk, and what may well be right. */
import * as fc from 'fast-check';

import type { Field, Fields } from '../../nodes/Misp/definition/field';
import { hostileKeys } from './hostile';

const huge = fc.constantFrom(
	'a'.repeat(70_000),
	'/..'.repeat(5_000),
	'['.repeat(20_000),
	'%'.repeat(300),
);

const hostile = fc.constantFrom<unknown>(
	'1/1',
	'../users/view/1',
	'%2e%2e%2f',
	'1\u0000',
	'\ud800',
	'tlp:%',
	'{"a": ',
	'[[[["x"]]]]',
	'{"published": false}',
	'{"uuid": 5}',
	'{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}',
	'__proto__',
	'constructor',
	'prototype',
	'2026-13-01',
	'https://evil.example.net/events/view/1',
	'=1+1',
	'{{ $json }}',
	{ toString: 1, valueOf: 1 },
	{ constructor: 1, hasOwnProperty: 2 },
	{ length: -1 },
	[[[[[]]]]],
	[null],
	-0,
	1e300,
	Number.MAX_SAFE_INTEGER,
	...hostileKeys,
);

/** Values that are right somewhere, so that the way behind the checks is walked too. */
const plausible = fc.constantFrom<unknown>(
	1,
	'1',
	'3',
	true,
	'a.example.com',
	'domain',
	'domain-ip',
	'ip-dst',
	['tlp:red'],
	['tlp:red', 'nobody:knows', 'a_b'],
	'2026-01-01',
	'5d',
	'{"org": "CERT-ALPHA"}',
	'[{"type": "domain", "value": "x.example.com"}]',
	[{ name: 'file', Attribute: [{ type: 'filename', value: 'x', object_relation: 'filename' }] }],
	'/events/view/1',
	'event',
	'attribute',
	'GET',
	'5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b',
);

const anything = fc.oneof(
	{ weight: 4, arbitrary: plausible },
	{ weight: 3, arbitrary: hostile },
	{ weight: 2, arbitrary: fc.string() },
	{ weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
	{ weight: 1, arbitrary: fc.constantFrom<unknown>(null, undefined, '', ' ', 0, false, NaN) },
	{ weight: 1, arbitrary: huge },
);

const located = fc.record({
	__rl: fc.constant(true),
	mode: fc.constantFrom('id', 'url', 'list', 'name', '', 'constructor'),
	value: anything,
});

/** One item's input. */
export interface Entered {
	/** As an item's data, for parameters that are expressions. */
	data: Record<string, unknown>;
	/** The expressions that read it: they pass by n8n's own checks. */
	parameters: Record<string, unknown>;
	/** What these expressions give. */
	values: Record<string, unknown>;
}

/** What fits a type, where that is clear. */
const TYPICAL: Partial<Record<Field['property']['type'], unknown[]>> = {
	number: [1, 2, 50],
	dateTime: ['2026-01-01', '2026-01-01T08:00:00Z'],
	boolean: [true, false],
	resourceLocator: [1, '3', '77777', '5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b'],
};

/** What the form itself suggests. */
function suggested({ placeholder, default: preset }: Field['property']): unknown[] {
	const example = placeholder?.startsWith('e.g. ') ? placeholder.slice(5).split(' or ')[0] : '';
	return [example, preset].filter((value) => !['""', '[]', '{}'].includes(JSON.stringify(value)));
}

/** What fits the kind of input, so that the checks behind it are reached, too. */
function likely(property: Field['property']): fc.Arbitrary<unknown> {
	const options = (property.options ?? []).flatMap((one) => ('value' in one ? [one.value] : []));
	const fitting = options.length > 0 ? options : (TYPICAL[property.type] ?? []);
	if (fitting.length > 0) return fc.constantFrom<unknown>(...fitting);
	const examples = suggested(property);
	return examples.length === 0
		? plausible
		: fc.oneof(plausible, { weight: 3, arbitrary: fc.constantFrom(...examples) });
}

const isGroup = ({ property }: Field) => ['collection', 'fixedCollection'].includes(property.type);

/** Attributes of the template that is among what is plausible, and one that no template has. */
const mappings = (at: string, values: fc.Arbitrary<unknown>) =>
	fc.subarray(['domain', 'ip', 'text', 'no-such']).chain((names) =>
		fc.tuple(...names.map(() => values)).map((given) => {
			const data = Object.fromEntries(names.map((name, index) => [name, given[index]]));
			const mapper = { mappingMode: 'defineBelow', matchingColumns: [], schema: [] };
			const read = Object.fromEntries(names.map((name) => [name, `={{ ${at}['${name}'] }}`]));
			return {
				data,
				parameter: { ...mapper, value: read } as unknown,
				value: { ...mapper, value: data } as unknown,
			};
		}),
	);

/** One field in its three forms. */
function enteredIn(field: Field, at: string, junk: boolean) {
	const { children, property } = field;
	if (isGroup(field) && children) {
		const whole = <T>(inside: T) =>
			(property.type === 'collection' ? inside : { entries: [inside] }) as unknown;
		return inputsFor(children, { at, junk }).map(({ data, parameters, values }) => ({
			data: data as unknown,
			parameter: whole(parameters),
			value: whole(values),
		}));
	}
	if (property.type === 'resourceMapper') return mappings(at, junk ? anything : plausible);
	const right = likely(property);
	const mixed = fc.oneof({ weight: 3, arbitrary: right }, { weight: 2, arbitrary: anything });
	const values = junk
		? property.type === 'resourceLocator'
			? fc.oneof(mixed, located)
			: mixed
		: right;
	return values.map((value) => ({ data: value, parameter: `={{ ${at} }}` as unknown, value }));
}

interface Wanted {
	/** Where the item's data stand in an expression. */
	at?: string;
	/** Without it, only what fits the kind of each field. */
	junk: boolean;
}

/** Inputs for some fields. What is required is always there; of the rest a part, so that some pass all checks. */
export function inputsFor(fields: Fields, { at = '$json', junk }: Wanted): fc.Arbitrary<Entered> {
	const named = ([name, field]: [string, Field]) =>
		enteredIn(field, `${at}.${name}`, junk).map((entered) => ({ name, ...entered }));
	const all = Object.entries(fields);
	const must = all.filter(([, { property }]) => property.required === true).map(named);
	const may = all.filter(([, { property }]) => property.required !== true).map(named);
	const minLength = junk ? 0 : Math.min(2, may.length);
	return fc
		.subarray(may, { minLength })
		.chain((some) => fc.tuple(...must, ...some))
		.map((entered) => ({
			data: Object.fromEntries(entered.map(({ name, data }) => [name, data])),
			parameters: Object.fromEntries(entered.map(({ name, parameter }) => [name, parameter])),
			values: Object.fromEntries(entered.map(({ name, value }) => [name, value])),
		}));
}
