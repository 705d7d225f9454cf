/** From a request line to a route: MISP's named parameters, suffixes and REST detection. */
import type { Answer, Call, Named } from './http';
import type { Permission } from './roles';

export interface Route {
	/** Permission of the function itself; checks on objects come later. */
	needs?: Permission;
	/** Answers JSON whatever the Accept header says. */
	alwaysRest?: boolean;
	/** Counted by the rate limit. */
	limited?: boolean;
	/** Answers without a key. */
	anonymous?: boolean;
	run(call: Call): Answer | Promise<Answer>;
}

export type Controller = Record<string, Route>;

export interface ParsedPath {
	controller: string;
	action: string;
	args: string[];
	named: Named;
	suffix?: 'json' | 'xml' | 'csv';
}

function decode(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}

const isId = (text: string) => /^(\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.test(text);

/** `/events/12` and `/events` are REST resources; the verb says which action is meant. */
function restAction(method: string, hasId: boolean): string {
	if (!hasId) return method === 'POST' ? 'add' : 'index';
	if (method === 'DELETE') return 'delete';
	return method === 'POST' || method === 'PUT' ? 'edit' : 'view';
}

export function parsePath(method: string, path: string): ParsedPath {
	const segments = path.split('/').filter((segment) => segment !== '');
	let suffix: ParsedPath['suffix'];
	const last = segments.at(-1) ?? '';
	const ending = /\.(json|xml|csv)$/.exec(last);
	if (ending !== null) {
		suffix = ending[1] as 'json' | 'xml' | 'csv';
		segments[segments.length - 1] = last.slice(0, -ending[0].length);
	}
	// `/admin/x/y` is the action admin_y of x.
	const prefix = segments[0] === 'admin' ? `${segments.shift()}_` : '';
	const controller = (segments.shift() ?? '').toLowerCase().replaceAll('_', '');
	const named: Named = {};
	const ordered: string[] = [];
	for (const segment of segments.map(decode)) {
		const colon = segment.indexOf(':');
		if (colon > 0) named[segment.slice(0, colon)] = segment.slice(colon + 1);
		else ordered.push(segment);
	}
	const first = ordered[0];
	if (first === undefined) {
		return { controller, action: prefix + restAction(method, false), args: [], named, suffix };
	}
	if (isId(first)) {
		return { controller, action: prefix + restAction(method, true), args: ordered, named, suffix };
	}
	return { controller, action: prefix + first, args: ordered.slice(1), named, suffix };
}

export type Format = 'json' | 'xml' | 'csv';

/** Undefined = a browser, as far as MISP can tell. */
export function wantedFormat(
	accept: string | undefined,
	suffix: ParsedPath['suffix'],
): Format | undefined {
	if (suffix !== undefined) return suffix;
	const types = (accept ?? '').split(',').map((part) => part.split(';')[0]?.trim());
	if (types.includes('application/json')) return 'json';
	if (types[0] === 'application/xml') return 'xml';
	return types[0] === 'text/csv' ? 'csv' : undefined;
}

/** Route names are looked up without regard to case, as PHP does. */
export function findRoute(
	controllers: Record<string, Controller>,
	parsed: ParsedPath,
): Route | undefined {
	const controller = controllers[parsed.controller];
	if (controller === undefined) return undefined;
	const wanted = parsed.action.toLowerCase();
	const name = Object.keys(controller).find((action) => action.toLowerCase() === wanted);
	return name === undefined ? undefined : controller[name];
}
