import { MispError, UNKNOWN_OUTCOME } from './errors';

/**
 * Runs work that reads MISP's replies.
 *
 * The client judges whether a reply is a success, not whether its parts have their place: what is
 * built on a list that is no list breaks in JavaScript's words, which would tell a person nothing.
 *
 * @param changes whether the work may have changed something in MISP by then
 * @throws MispError of kind `notMisp` for a form that this node does not know, with the failure as
 *   its `cause`; its own errors as they are
 */
export async function inKnownForm<T>(work: () => T | Promise<T>, changes: boolean): Promise<T> {
	const told = (error: unknown) =>
		error instanceof TypeError || error instanceof RangeError ? unknownForm(error, changes) : error;
	return await new Promise<T>((resolve) => resolve(work())).catch((error: unknown) =>
		Promise.reject(told(error)),
	);
}

function unknownForm(cause: Error, changes: boolean): MispError {
	const error = new MispError(
		'notMisp',
		`MISP’s reply has a form that this node does not know.${changes ? UNKNOWN_OUTCOME : ''}`,
		{
			hint: `Whatever answered may not be a MISP, a proxy may have changed the reply, or this MISP is newer than the node: update n8n-nodes-misp, or report it with the operation and this: ${cause.message.slice(0, 200)}`,
		},
	);
	error.cause = cause;
	return error;
}
