import type { Misp } from '../../client/client';
import type { MispPath } from '../../client/path';
import { recover } from '../../definition';

/**
 * Deletes an object or a reference. One that is missing is told by MISP's 404; where the key may
 * not change one, it answers 403.
 *
 * @returns whether it was gone already
 */
export const wasGone = async (misp: Misp, place: MispPath): Promise<boolean> =>
	await recover(
		misp.post(place).then(() => false),
		({ status, message }) => status === 404 && /^Invalid object/i.test(message),
		() => true,
	);
