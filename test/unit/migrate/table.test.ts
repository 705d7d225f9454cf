import { NodeHelpers, type INode, type INodeParameters } from 'n8n-workflow';

import { BuiltIn, isExpression } from '../../../migrate/builtIn';
import { convertNode, type WorkflowNode } from '../../../migrate/node';
import { TABLE } from '../../../migrate/table';
import { accessForRequest, type AccessLevel } from '../../../nodes/Misp/client/access';
import { leastAccess } from '../../../nodes/Misp/definition/operation';
import { Misp } from '../../../nodes/Misp/Misp.node';
import { catalogue } from '../../../nodes/Misp/resources';
import { BUILT_IN, builtInCases } from '../../builtIn/cases';

const { description } = new Misp();

const cases = builtInCases({
	event: '1234',
	attribute: '5432',
	tag: '7',
	attachedTag: '8',
	galaxy: '2',
	noticelist: '3',
	organisation: '4',
	warninglist: '6',
});

const builtIn = (parameters: Record<string, unknown>): WorkflowNode => ({
	name: 'MISP',
	type: 'n8n-nodes-base.misp',
	parameters,
});

const operationOf = (name: string): string =>
	name.split(',')[0]?.replace(/ (everywhere|by.*)$/, '') ?? '';

const pairs = (table: Record<string, string[]>): string[] =>
	Object.entries(table).flatMap(([resource, operations]) =>
		operations.map((operation) => `${resource}: ${operation}`),
	);

it('has every operation of the built-in node, and a case for each', () => {
	const named = Object.fromEntries(
		Object.entries(TABLE).map(([resource, operations]) => [resource, Object.keys(operations)]),
	);
	expect(pairs(named).sort()).toEqual(pairs(BUILT_IN).sort());
	expect(pairs(BUILT_IN)).toHaveLength(44);
	const tried = new Set(
		cases.map(({ parameters }) => {
			const { resource, operation } = new BuiltIn(parameters);
			return `${resource}: ${operation}`;
		}),
	);
	expect([...tried].sort()).toEqual(pairs(BUILT_IN).sort());
});

describe.each(cases)('$name', ({ name, parameters }) => {
	const { node, outcome } = convertNode(builtIn(parameters));

	it('is converted, and nothing is left out unsaid', () => {
		expect(outcome).toMatchObject({ converted: true, from: operationOf(name) });
		const remarks = outcome.converted ? outcome.remarks : [];
		expect(remarks.filter((text) => text.includes('no counterpart'))).toEqual([]);
	});

	it('has parameters that the node has, all that are required among them', () => {
		const given = node.parameters as INodeParameters;
		const at = { typeVersion: 1 };
		const known = NodeHelpers.getNodeParameters(
			description.properties,
			given,
			false,
			false,
			at as INode,
			description,
		);
		// n8n keeps neither what it does not know nor what is as the form begins.
		const full = NodeHelpers.getNodeParameters(
			description.properties,
			given,
			true,
			false,
			at as INode,
			description,
		);
		expect({ ...full, ...known }).toMatchObject(given);
		const issues = NodeHelpers.getNodeParametersIssues(
			description.properties,
			{ ...at, parameters: full } as INode,
			description,
		);
		expect(issues).toBeNull();
	});

	it('says the access level that is needed', () => {
		const { resource, operation, method, path } = node.parameters as Record<string, string>;
		const declared = catalogue[resource ?? '']?.operations[operation ?? ''];
		if (!declared) throw new Error(`There is no ${resource}: ${operation}.`);
		const least = leastAccess(declared);
		const needed: AccessLevel =
			resource === 'apiRequest'
				? accessForRequest(method ?? '', (path ?? '').replace(/^=/, ''))
				: least === 'by input'
					? 'contribute'
					: least;
		expect(outcome).toMatchObject({ access: needed });
	});

	it('makes an expression of nothing but a choice that is left to MISP', () => {
		const expressions = (value: unknown): unknown[] =>
			value !== null && typeof value === 'object'
				? Object.values(value).flatMap(expressions)
				: isExpression(value)
					? [value]
					: [];
		const open = name === 'event: create, with all else up to MISP';
		expect(expressions(node.parameters)).toEqual(open ? ['={{ null }}', '={{ null }}'] : []);
	});
});
