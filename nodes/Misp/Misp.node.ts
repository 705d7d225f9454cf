import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { testCredential } from './definition/credentialTest';
import { nodeMethods, nodeProperties } from './definition/form';
import { execute } from './definition/runner';
import { catalogue } from './resources';

export class Misp implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'MISP Threat Intelligence',
		name: 'misp',
		icon: { light: 'file:misp.svg', dark: 'file:misp.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ ($parameter["operation"].replace("getAll", "getMany") + ": " + $parameter["resource"]).replace(/([A-Z])/g, " $1").toLowerCase() }}',
		description: 'Create, search, tag and share threat intelligence in MISP',
		defaults: { name: 'MISP' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'mispScopedApi', required: true, testedBy: 'testCredential' }],
		properties: nodeProperties(catalogue),
	};

	methods = { ...nodeMethods(catalogue), credentialTest: { testCredential } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await execute.call(this, catalogue);
	}
}
