/** Failures of the program itself, which the node would show with a friendly face. */
import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { MispError } from '../../nodes/Misp/client/errors';

type NodeErrors = typeof import('../../nodes/Misp/definition/nodeError');

export const isOurs = (error: unknown): boolean =>
	error instanceof MispError ||
	error instanceof NodeApiError ||
	error instanceof NodeOperationError;

/** Those of the run under way. */
export const ofProgram: Error[] = [];

/** In place of `nodeError`: the same, and notes what is none of the node's own errors. */
export const watched = ({ nodeError }: NodeErrors): NodeErrors => ({
	nodeError: (node: INode, error: unknown, itemIndex?: number) => {
		if (!isOurs(error)) ofProgram.push(error as Error);
		return nodeError(node, error, itemIndex);
	},
});
