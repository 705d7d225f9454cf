import * as fc from 'fast-check';

import type { Field, Fields } from '../../nodes/Misp/definition/field';
import { fieldsOf } from '../../nodes/Misp/definition/form';
import type { Operation } from '../../nodes/Misp/definition/operation';
import { catalogue } from '../../nodes/Misp/resources';
import { useLab } from './support';

/**
 * Junk in every parameter of every operation: it must be refused in words, or reach MISP only at
 * the endpoints that the operation declares.
 */

const lab = useLab({ publishDelayMs: 0 });

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

/** Junk as an item's data, and the parameters that read it: expressions pass by n8n's own checks. */
interface Junk {
	data: Record<string, unknown>;
	parameters: Record<string, unknown>;
}

/** What fits the kind of input, so that the checks behind it are reached, too. */
const likely = ({ type, options, default: preset }: Field['property']): fc.Arbitrary<unknown> => {
	const values = (options ?? []).flatMap((option) => ('value' in option ? [option.value] : []));
	if (values.length > 0) return fc.constantFrom<unknown>(...values);
	if (type === 'resourceLocator') return fc.constantFrom<unknown>(1, '3', '77777');
	if (type === 'boolean') return fc.boolean();
	return fc.oneof(plausible, fc.constant<unknown>(preset));
};

const isGroup = ({ property }: Field) => ['collection', 'fixedCollection'].includes(property.type);

/** Attributes of the template that is among what is plausible, and one that no template has. */
const mappings = (at: string): fc.Arbitrary<{ value: unknown; parameter: unknown }> =>
	fc.subarray(['domain', 'ip', 'text', 'no-such']).chain((names) =>
		fc.tuple(...names.map(() => anything)).map((values) => ({
			value: Object.fromEntries(names.map((name, index) => [name, values[index]])),
			parameter: {
				mappingMode: 'defineBelow',
				value: Object.fromEntries(names.map((name) => [name, `={{ ${at}['${name}'] }}`])),
				matchingColumns: [],
				schema: [],
			},
		})),
	);

function junkFor(fields: Fields, path: string): fc.Arbitrary<Junk> {
	const junkOf = ([name, field]: [string, Field]) => {
		const { children, property } = field;
		const at = `${path}.${name}`;
		if (isGroup(field) && children) {
			return junkFor(children, at).map(({ data, parameters }) => ({
				name,
				value: data,
				parameter: property.type === 'collection' ? parameters : { entries: [parameters] },
			}));
		}
		if (property.type === 'resourceMapper') {
			return mappings(at).map((mapping) => ({ name, ...mapping }));
		}
		const right = fc.oneof(
			{ weight: 3, arbitrary: likely(property) },
			{ weight: 2, arbitrary: anything },
		);
		const values = property.type === 'resourceLocator' ? fc.oneof(right, located) : right;
		return values.map((value) => ({
			name,
			value: value as unknown,
			parameter: `={{ ${at} }}` as unknown,
		}));
	};
	// What is required is always there; of the rest a part, so that some inputs pass all checks.
	const all = Object.entries(fields);
	const must = all.filter(([, { property }]) => property.required === true).map(junkOf);
	const may = all.filter(([, { property }]) => property.required !== true).map(junkOf);
	return fc
		.subarray(may)
		.chain((some) => fc.tuple(...must, ...some))
		.map((all) => ({
			data: Object.fromEntries(all.map(({ name, value }) => [name, value])),
			parameters: Object.fromEntries(all.map(({ name, parameter }) => [name, parameter])),
		}));
}

/** Reads that find a thing by its id before something is done with it. */
const LOOK_UPS = [
	'POST /events/index',
	'GET /attributes/view/{attribute}',
	'POST /tags/search',
	'GET /modules/index',
	'GET /objects/view/{object}',
	'GET /objectTemplates/index',
	'GET /objectTemplates/view/{template}',
	'GET /attributes/describeTypes.json',
];

/** `POST /events/edit/{event}` as a pattern; MISP's named parameters and "for good" may follow. */
const pattern = (endpoint: string) =>
	new RegExp(
		`^${endpoint.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[A-Za-z0-9-]+')}(/[A-Za-z_]+:[A-Za-z0-9_,.-]+)*(/1)?$`,
	);

const WORDS_OF_JAVASCRIPT =
	/Cannot (read|convert|set|destructure|access)|is not (a function|iterable|a constructor|defined)|Invalid (time value|array length|Date)|call stack|ZodError|\[object |undefined|NaN|Invalid input|Unexpected token .* in JSON|null/;

const OWN_ERRORS = [
	'NodeOperationError',
	'NodeApiError',
	'WorkflowHasIssuesError',
	'ExpressionError',
];

const everyOperation = Object.entries(catalogue).flatMap(([resource, { operations }]) =>
	Object.entries(operations).map(([name, operation]): [string, string, Operation] => [
		resource,
		name,
		operation,
	]),
);

const RUNS = Math.max(8, Math.min(60, Math.floor(1500 / everyOperation.length)));

const rejections: unknown[] = [];
const note = (reason: unknown) => void rejections.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));

it.each(everyOperation)(
	'%s.%s refuses junk in words, and sends it nowhere else',
	async (resource, name, operation) => {
		const declared = operation.endpoints.map(pattern);
		const lookUps = LOOK_UPS.map(pattern);
		const free = resource === 'apiRequest';
		await fc.assert(
			fc.asyncProperty(junkFor(fieldsOf(operation), '$json'), async ({ data, parameters }) => {
				lab.requests.length = 0;
				const { error } = await lab.run(resource, name, parameters, {
					key: 'admin',
					access: 'administer',
					input: [data],
				});
				const { sent } = lab;
				for (const request of sent) {
					expect(request).not.toMatch(/\.\.|%2e|\\/i);
					if (!free)
						expect([...declared, ...lookUps].some((one) => one.test(request)) || request).toBe(
							true,
						);
				}
				if (!error) return;
				expect(OWN_ERRORS).toContain(error.name);
				const { cause } = error as { cause?: { name?: string } };
				expect(['TypeError', 'RangeError', 'ZodError', 'SyntaxError']).not.toContain(cause?.name);
				// What was entered may be in the text, in quotes.
				expect(error.message.replace(/"[^]*"/g, '""')).not.toMatch(WORDS_OF_JAVASCRIPT);
				expect(error.message.length).toBeLessThan(5_000);
				if (error.name === 'NodeOperationError') {
					expect(sent.filter((request) => !lookUps.some((one) => one.test(request)))).toEqual([]);
				}
			}),
			{ numRuns: RUNS },
		);
		expect(rejections).toEqual([]);
	},
	60_000,
);
