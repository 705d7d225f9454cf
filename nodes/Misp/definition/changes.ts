import { inputError } from '../client/errors';

/**
 * What an update is to change, which must be something: MISP would touch the thing all the same.
 *
 * @throws MispError of kind `input` when there is nothing
 */
export function changed<Changes extends object>(
	changes: Changes,
	whatToDo = 'Add at least one field under "Fields to Update".',
): Changes {
	if (Object.keys(changes).length > 0) return changes;
	throw inputError('Nothing is to be changed.', whatToDo);
}
