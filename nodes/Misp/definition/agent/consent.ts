import type { INodeParameters } from 'n8n-workflow';

import { allows } from '../../client/access';
import { MispError } from '../../client/errors';
import type { Fields, InputOf } from '../field';
import type { Operation } from '../operation';

/** The switch in the form of a tool, by which its owner lets an agent do what cannot be undone. */
export const CONSENT = 'allowIrreversible';

export const CONSENT_NAME = 'Allow Deleting and Publishing';

/** With these words begins the action of whatever takes away, decides, or tells others. */
const GRAVE = /^(Accept|Contact|Delete|Detach|Discard|Merge|Publish|Remove|Unprotect|Unpublish)\b/;

/** Whether an operation does, with this input, what cannot simply be undone. */
export function isIrreversible(operation: Operation, input: InputOf<Fields>): boolean {
	const { access, action, irreversible } = operation;
	const declared = typeof irreversible === 'function' ? irreversible(input) : irreversible;
	const level = typeof access === 'function' ? access(input) : access;
	return declared ?? (GRAVE.test(action) || allows(level, 'publish'));
}

/** Whether it does so with some input. */
export const mayBeIrreversible = ({ access, action, irreversible }: Operation): boolean =>
	irreversible !== undefined
		? irreversible !== false
		: GRAVE.test(action) || typeof access === 'function' || allows(access, 'publish');

/**
 * Stops a tool from doing what its owner has not allowed. The switch counts as it stands in the
 * workflow: an expression could be answered by the agent.
 *
 * @throws MispError of kind `scope`
 */
export function requireConsent(
	written: INodeParameters,
	operation: Operation,
	input: InputOf<Fields>,
): void {
	const consent = written[CONSENT];
	if (consent === true || !isIrreversible(operation, input)) return;
	const byExpression = typeof consent === 'string';
	throw new MispError(
		'scope',
		`"${operation.action}" was refused and nothing was sent: this tool may not delete, publish or otherwise do what cannot be undone.`,
		{
			hint: byExpression
				? `"${CONSENT_NAME}" is an expression, which the agent could answer itself: the owner of the tool has to switch it on or off by hand.`
				: `Do not try again or in another way; tell the user. The owner of the tool can switch on "${CONSENT_NAME}" in the settings of this tool in n8n.`,
		},
	);
}
