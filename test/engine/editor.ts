import { LoadOptionsContext } from 'n8n-core';
import {
	Workflow,
	type INode,
	type INodeParameters,
	type IWorkflowExecuteAdditionalData,
	type ResourceMapperFields,
} from 'n8n-workflow';

import { loadPackage, PACKAGE, type Credential } from './engine';

/** What n8n's server does when the editor asks for the fields of a mapping. */
export async function mappingFields(
	method: string,
	parameters: INodeParameters,
	credential: Credential,
): Promise<ResourceMapperFields> {
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
	const load = type.methods?.resourceMapping?.[method];
	if (!load) throw new Error(`The node has no resourceMapping method "${method}".`);
	return await load.call(context);
}
