import type { INode, INodeProperties } from 'n8n-workflow';

import type { AccessLevel } from '../../client/access';
import type { Operation } from '../operation';
import { CONSENT, CONSENT_NAME, mayBeIrreversible } from './consent';

/** Whether an AI agent runs the node: n8n makes a twin of it, `mispTool`, that is offered as a tool. */
export const isTool = ({ type }: INode): boolean => type.endsWith('Tool');

/** n8n's own text is the action alone, which does not tell a model what comes out and what it means. */
export const toolDescription = ({ action, description }: Operation): string =>
	`${action} in MISP. ${description}`;

/** A tool that may not publish does not do so on the way either, whatever its credential may do. */
export const mostOf = (node: INode): AccessLevel | undefined =>
	isTool(node) && node.parameters[CONSENT] !== true ? 'contribute' : undefined;

type ToolProperty = Omit<INodeProperties, 'displayOptions'>;

/** What only the tool has in its form. */
export function toolProperties(operation: Operation): ToolProperty[] {
	const description: ToolProperty = {
		displayName: 'Description',
		name: 'toolDescription',
		type: 'string',
		default: toolDescription(operation),
		required: true,
		typeOptions: { rows: 8 },
		description: 'What the agent reads to decide when and how to use this tool',
	};
	const consent: ToolProperty = {
		displayName: CONSENT_NAME,
		name: CONSENT,
		type: 'boolean',
		// An agent must not answer this itself.
		noDataExpression: true,
		default: false,
		description:
			'Whether the agent may do with this tool what takes something away, decides or reaches others: delete, detach, merge, publish, accept, discard, contact. Without it, such a call is refused before anything is sent.',
	};
	return mayBeIrreversible(operation) ? [description, consent] : [description];
}
