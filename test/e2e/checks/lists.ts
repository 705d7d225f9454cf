import assert from 'node:assert/strict';
import {
	NodeHelpers,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyCollection,
} from 'n8n-workflow';
import type { DynamicRequest } from '../../../scripts/lib/n8nRest';
import { CREDENTIAL_TYPE } from '../../../scripts/lib/sandboxCredential';
import { NODE_TYPE, type Context } from '../context';
import type { Report } from '../report';

interface List {
	kind: 'options' | 'search';
	method: string;
	/** A form that has it. */
	parameters: INodeParameters;
}

/** The lists of a property and of what is inside it. */
function listsOf(property: INodeProperties): Array<Pick<List, 'kind' | 'method'>> {
	const lists: Array<Pick<List, 'kind' | 'method'>> = [];
	const method = property.typeOptions?.loadOptionsMethod;
	if (method) lists.push({ kind: 'options', method });
	for (const { typeOptions } of property.modes ?? []) {
		if (typeOptions?.searchListMethod) {
			lists.push({ kind: 'search', method: typeOptions.searchListMethod });
		}
	}
	for (const option of property.options ?? []) {
		if ('values' in option) {
			lists.push(...(option as INodePropertyCollection).values.flatMap(listsOf));
		} else if ('type' in option) lists.push(...listsOf(option as INodeProperties));
	}
	return lists;
}

export async function checkLists(report: Report, { n8n, credential }: Context): Promise<void> {
	report.group('Lists that the forms load from MISP');
	const description = (await n8n.rest.nodeTypes()).find(({ name }) => name === NODE_TYPE);
	assert.ok(description);

	const lists = new Map<string, List>();
	for (const property of description.properties) {
		const { resource, operation } = property.displayOptions?.show ?? {};
		const chosen = {
			...(resource ? { resource: String(resource[0]) } : {}),
			...(operation ? { operation: String(operation[0]) } : {}),
		};
		const { properties } = description;
		const parameters =
			NodeHelpers.getNodeParameters(properties, chosen, true, false, null, description) ?? chosen;
		for (const { kind, method } of listsOf(property))
			lists.set(method, { kind, method, parameters });
	}

	const request = ({ method, parameters }: List, filter?: string): DynamicRequest => ({
		nodeTypeAndVersion: { name: NODE_TYPE, version: 1 },
		path: 'parameters.any',
		methodName: method,
		currentNodeParameters: parameters,
		credentials: { [CREDENTIAL_TYPE]: { id: credential.id, name: credential.name } },
		...(filter === undefined ? {} : { filter }),
	});

	for (const list of lists.values()) {
		await report.check(list.method, async () => {
			const entries =
				list.kind === 'options'
					? await n8n.rest.options(request(list))
					: (await n8n.rest.listSearch(request(list, ''))).results;
			assert.ok(entries.every(({ name }) => name !== ''));
		});
	}

	await report.check('attribute types are those of MISP', async () => {
		const list = lists.get('getAttributeTypes');
		assert.ok(list);
		const types = await n8n.rest.options(request(list));
		assert.ok(types.some(({ value }) => value === 'ip-dst'));
	});

	await report.check('events are searched by their title', async () => {
		const list = lists.get('searchEvents');
		assert.ok(list);
		const all = (await n8n.rest.listSearch(request(list, ''))).results;
		const found = (await n8n.rest.listSearch(request(list, 'infrastructure'))).results;
		assert.ok(found.length > 0 && found.length < all.length, `${found.length} of ${all.length}`);
		assert.ok(found.every(({ name }) => /infrastructure/i.test(name)));
	});
}
