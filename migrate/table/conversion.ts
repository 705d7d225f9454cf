import type { AccessLevel } from '../../nodes/Misp/client/access';
import type { BuiltIn, Parameters } from '../builtIn';

/** What becomes of one operation of the built-in node. */
export interface Conversion {
	/** Resource and operation of this package. */
	to: readonly [resource: string, operation: string];
	/** The access level that its credential needs at least. */
	access: AccessLevel;
	/**
	 * The parameters of the new node.
	 *
	 * @throws CannotConvert for what this package cannot do, or would do otherwise
	 */
	parameters(old: BuiltIn): Parameters;
	/** What other nodes find at another place, or no more; nothing when they find all as before. */
	output?: string;
	/** What else is no longer as it was. */
	differs?: readonly string[];
}

/** A thing by its id or UUID, as a form of n8n stores it. */
export const byId = (value: unknown) => ({ __rl: true, mode: 'id', value });

/** Return All and Limit, which are the same in both. */
export const limitsOf = (old: BuiltIn): Parameters => {
	const returnAll = old.value('returnAll');
	return returnAll === true ? { returnAll } : { returnAll, limit: old.value('limit') };
};

export const GONE = 'What is deleted already is no error any more, but a hint.';

export const deletedOutput = (what: string): string =>
	`Instead of a message it is ${what}, deleted and already_gone.`;
