import { MispError, type Reference } from '../definition';

interface NamedThing {
	id: string;
	name: string;
}

const collator = new Intl.Collator('en', { numeric: true });

/** As people sort: of ten thousand names, the bare `localeCompare` takes a second. */
export const compareNames = (a: string, b: string): number => collator.compare(a, b);

/** Whether a text contains a part, without regard to case; nothing is contained in everything. */
export const contains = (text: string | null | undefined, part: string | undefined): boolean =>
	part === undefined || (text ?? '').toLowerCase().includes(part.toLowerCase());

/**
 * @param what such as `tag "tlp:amber"`
 * @param request the one that did not find it
 */
export const missing = (what: string, request: string): MispError =>
	new MispError('notFound', `MISP has no ${what}, or this key may not see it.`, {
		request,
		hint: 'Choose it from the list. Names must be given in full.',
	});

interface Kind {
	/** For error texts, such as `warninglist`. */
	kind: string;
	/** The request behind `all`, for error texts. */
	request: string;
	all(): Promise<NamedThing[]>;
}

/**
 * The id of what a named locator gives: that itself, or the id of the one with this name.
 *
 * @throws MispError of kind `notFound`, or of kind `validation` when several have this name
 */
export async function idByName(
	reference: Reference,
	{ kind, request, all }: Kind,
): Promise<string> {
	if ('id' in reference) return reference.id;
	const { name } = reference;
	const alike = (await all()).filter((one) => one.name.toLowerCase() === name.toLowerCase());
	const exact = alike.filter((one) => one.name === name);
	const [found, ...others] = exact.length > 0 ? exact : alike;
	if (!found) throw missing(`${kind} "${name.slice(0, 60)}"`, request);
	if (others.length === 0) return found.id;
	const ids = [found, ...others].map(({ id }) => id).join(', ');
	throw new MispError(
		'validation',
		`MISP has ${others.length + 1} of the name "${name}": ${kind} ${ids}.`,
		{ request, hint: 'Choose one of them by its ID.' },
	);
}
