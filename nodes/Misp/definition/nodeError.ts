import { NodeApiError, NodeOperationError, type INode, type JsonObject } from 'n8n-workflow';
import { ZodError } from 'zod/v4';

import { MispError } from '../client/errors';
import { isTool } from './agent/tool';

/** Messages repeat what was entered, or what MISP said of each of a thousand values. */
const MAX_MESSAGE = 3_000;

const shortened = (text: string): string =>
	text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;

/**
 * n8n's editor shows a message as text beside the node, but as HTML where it says that a workflow
 * failed, and a description always: links and styles come through there, and anybody may have
 * written what MISP repeats. What begins a tag is written so that it begins none; escaped as HTML,
 * it could not be read in a log or by an error workflow.
 */
const inert = (text: string): string => text.replace(/<(?=[a-z/!?])/gi, '‹');

/**
 * Any failure as n8n shows it: what happened in MISP's own words, below it what to do, and the
 * request that failed.
 */
export function nodeError(
	node: INode,
	error: unknown,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	const index = itemIndex === undefined ? {} : { itemIndex };
	if (!(error instanceof MispError)) {
		const text = error instanceof ZodError ? 'The input does not fit.' : (error as Error).message;
		return new NodeOperationError(node, inert(shortened(text)), index);
	}
	const sent =
		error.request === undefined
			? undefined
			: `Request: ${error.request}${error.status === undefined ? '' : ` (status ${error.status})`}.`;
	const advice = [error.hint, sent].filter((part) => part !== undefined).join(' ');
	const description = inert(advice);
	// Of an error, an agent gets the message alone.
	const told = isTool(node) ? `${error.message} ${advice}`.trim() : error.message;
	const message = inert(shortened(told));
	if (error.request === undefined) {
		return new NodeOperationError(node, message, { ...index, description });
	}
	const cause: JsonObject = { message, kind: error.kind };
	if (error.errors !== undefined) cause.errors = error.errors as JsonObject;
	return new NodeApiError(node, cause, {
		...index,
		message,
		description,
		...(error.status === undefined ? {} : { httpCode: String(error.status) }),
	});
}
