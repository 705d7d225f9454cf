import { inputError } from './errors';

/** A path below MISP's base URL that was built by `path` or checked by `freePath`. */
export type MispPath = string & { readonly checked: unique symbol };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isUuid = (value: string): boolean => UUID.test(value);

export const isNumericId = (value: string): boolean => /^[1-9][0-9]{0,18}$/.test(value);

/** An id as MISP has it: UUIDs are in lower case there, and compared as they are written. */
export const asStored = (id: string): string => (isUuid(id) ? id.toLowerCase() : id);

/** How MISP's bodies name one thing by what a locator gives. */
export const idOrUuid = (value: string): { id: string } | { uuid: string } =>
	isUuid(value) ? { uuid: value } : { id: value };

/** Ids, uuids and plain names pass; everything that means something in a path does not. */
const PLAIN_PART = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/;

/**
 * Builds a path from a template: path`/events/view/${id}`.
 *
 * Every inserted part must be a number, a uuid or a plain name, so that no input can choose
 * another endpoint: MISP reads attribute id "1/1" as "delete number 1 for good".
 *
 * @throws MispError of kind `input` for any other part
 */
export function path(parts: TemplateStringsArray, ...values: Array<string | number>): MispPath {
	const inserted = values.map((value) => {
		const text = String(value);
		if (!PLAIN_PART.test(text)) {
			throw inputError(`"${text.slice(0, 60)}" is not an id, a uuid or a plain name.`);
		}
		return text;
	});
	return String.raw({ raw: parts }, ...inserted) as MispPath;
}

/**
 * Appends MISP's named parameters: `/events/view/5` with `{deleted: true}` is
 * `/events/view/5/deleted:1`. Those that are `undefined` or `false` are left out.
 */
export function withParams(
	base: MispPath,
	params: Record<string, string | number | boolean | undefined>,
): MispPath {
	return Object.entries(params).reduce<MispPath>((built, [name, value]) => {
		if (value === undefined || value === false) return built;
		return (built + path`/${name}:${value === true ? 1 : value}`) as MispPath;
	}, base);
}

/**
 * Checks a whole path that a user typed, for requests to endpoints without an operation.
 *
 * @returns the path, starting with a slash
 * @throws MispError of kind `input` for another host, `..`, an encoded slash, a query or a fragment
 */
export function freePath(typed: string): MispPath {
	const text = typed.trim();
	const refused = (why: string) =>
		inputError(
			`The path "${text.slice(0, 80)}" ${why}.`,
			'Enter a path below your MISP, like /events/view/1. MISP takes parameters as /name:value, not as ?name=value.',
		);
	if (text === '' || text === '/') throw refused('is empty');
	if (/^[a-z][a-z0-9+.-]*:/i.test(text) || text.startsWith('//'))
		throw refused('names another host');
	if (/[?#]/.test(text)) throw refused('contains a query or a fragment');
	if (/[\\\s\p{Cc}]/u.test(text)) throw refused('contains a space or a control character');
	if (/\p{Surrogate}/u.test(text)) throw refused('contains half a character');
	let decoded: string;
	try {
		decoded = decodeURIComponent(text);
	} catch {
		throw refused('is not valid percent-encoding');
	}
	const slashes = (value: string) => value.split('/').length;
	if (slashes(decoded) !== slashes(text) || /[\\\p{Cc}]/u.test(decoded)) {
		throw refused('contains an encoded slash or control character');
	}
	if (decoded.split('/').some((segment) => segment === '..' || segment === '.')) {
		throw refused('climbs out with ".."');
	}
	// The decoded form is encoded again, so that what was checked is what is sent.
	const path = decoded
		.replace(/^\/*/, '/')
		.split('/')
		.map((segment) =>
			encodeURIComponent(segment).replace(/%(3A|2C|3B|40|2B|7C|3D)/g, decodeURIComponent),
		)
		.join('/');
	return path as MispPath;
}
