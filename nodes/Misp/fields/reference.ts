import { MispError, type Reference } from '../definition';

interface NamedThing {
	id: string;
	name: string;
	uuid?: string | undefined;
}

/** MISP gives flags as booleans, and in some lists as numbers or text. */
export const isOn = (flag: unknown): boolean => [true, 1, '1'].includes(flag as never);

/** Whether a text contains a part, without regard to case; nothing is contained in everything. */
export const contains = (text: string | null | undefined, part: string | undefined): boolean =>
	part === undefined || (text ?? '').toLowerCase().includes(part.toLowerCase());

/** @param what such as `tag "tlp:amber"` */
export const missing = (what: string): MispError =>
	new MispError('notFound', `MISP has no ${what}, or this key may not see it.`, {
		hint: 'Choose it from the list. Names must be given in full.',
	});

/**
 * The id of what a named locator gives: that itself, or the id of the one with this name.
 *
 * @param kind for error texts, such as `warninglist`
 * @throws MispError of kind `notFound`, or of kind `validation` when several have this name
 */
export async function idByName(
	reference: Reference,
	kind: string,
	all: () => Promise<NamedThing[]>,
): Promise<string> {
	if ('id' in reference) return reference.id;
	const { name } = reference;
	const alike = (await all()).filter((one) => one.name.toLowerCase() === name.toLowerCase());
	const exact = alike.filter((one) => one.name === name);
	const [found, ...others] = exact.length > 0 ? exact : alike;
	if (!found) throw missing(`${kind} "${name.slice(0, 60)}"`);
	if (others.length === 0) return found.id;
	throw new MispError(
		'validation',
		`MISP has ${others.length + 1} of the name "${name}": ${kind} ${[found, ...others].map(({ id }) => id).join(', ')}.`,
		{ hint: 'Choose one of them by its ID.' },
	);
}
