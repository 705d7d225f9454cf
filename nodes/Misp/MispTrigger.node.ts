import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { testCredential } from './definition/credentialTest';
import { formMethods } from './definition/form';
import { runPoll } from './definition/pollRunner';
import { triggerProperties } from './definition/triggerForm';
import { watchers } from './watchers';

export class MispTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'MISP Trigger',
		name: 'mispTrigger',
		icon: { light: 'file:misp.svg', dark: 'file:misp.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["watch"].replace(/([A-Z])/g, " $1").toLowerCase() }}',
		// n8n's node panel shows it for both nodes, which it lists as one.
		description:
			'Look up, create and share threat intelligence, or start a workflow when something happens in MISP',
		defaults: { name: 'MISP Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'mispScopedApi', required: true, testedBy: 'testCredential' }],
		properties: triggerProperties(watchers),
	};

	methods = { ...formMethods(Object.values(watchers)), credentialTest: { testCredential } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await runPoll.call(this, watchers);
	}
}
