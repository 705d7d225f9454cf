import { LoadOptionsContext } from 'n8n-core';
import {
	Workflow,
	type INode,
	type INodeListSearchItems,
	type INodeParameters,
	type IWorkflowExecuteAdditionalData,
	type ResourceMapperFields,
} from 'n8n-workflow';

import { loadPackage, PACKAGE, type Credential } from './engine';

/** The node and what its methods are called with while its form is open. */
async function openForm(parameters: INodeParameters, credential: Credential) {
	const { type } = (await loadPackage()).getNode('misp');
	if (!('methods' in type)) throw new Error('The node has no methods.');
	const node: INode = {
		id: '1',
		name: 'Temp-Node',
		type: `${PACKAGE}.misp`,
		typeVersion: 1,
		position: [0, 0],
		parameters,
		credentials: { mispScopedApi: { id: '1', name: 'MISP' } },
	};
	const nodeTypes = {
		getByName: () => type,
		getByNameAndVersion: () => type,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const context = new LoadOptionsContext(
		workflow,
		node,
		{
			currentNodeParameters: parameters,
			credentialsHelper: {
				isCredentialUsableByNode: () => true,
				getDecrypted: async () => structuredClone(credential),
			},
		} as unknown as IWorkflowExecuteAdditionalData,
		'parameters.attributes',
	);
	return { methods: type.methods, context };
}

/** What n8n's server does when the editor asks for the fields of a mapping. */
export async function mappingFields(
	method: string,
	parameters: INodeParameters,
	credential: Credential,
): Promise<ResourceMapperFields> {
	const { methods, context } = await openForm(parameters, credential);
	const load = methods?.resourceMapping?.[method];
	if (!load) throw new Error(`The node has no resourceMapping method "${method}".`);
	return await load.call(context);
}

/** The entries of a locator's list, as the editor shows them when this is typed into its search. */
export async function listEntries(
	method: string,
	parameters: INodeParameters,
	credential: Credential,
	search?: string,
): Promise<INodeListSearchItems[]> {
	const { methods, context } = await openForm(parameters, credential);
	const load = methods?.listSearch?.[method];
	if (!load) throw new Error(`The node has no listSearch method "${method}".`);
	return (await load.call(context, search)).results;
}
