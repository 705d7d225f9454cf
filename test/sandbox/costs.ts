/** How long a MISP takes for a request, as it was measured of MISP 2.5 on two cores. */

export interface Asked {
	/** Below the base path, without the query. */
	path: string;
	/** Parsed where it was JSON. */
	body: unknown;
}

/** The whole time of one request, in milliseconds. */
export type Cost = (asked: Asked, answered: unknown) => number;

/** Points of a line: rows of a request, and the milliseconds that it takes. */
type Points = ReadonlyArray<readonly [rows: number, ms: number]>;

/** PHP starts anew for each request. */
const START = 90;

const ADD: Points = [
	[0, START],
	[1, 110],
	[100, 470],
	[500, 1500],
	[1000, 2500],
];

/** One value, or a thousand in one list. */
const TERMS: Points = [
	[1, 100],
	[1000, 350],
];

/** Attributes as JSON: 1.6 s for 20,000, 6.5 s for 112,000. */
const READ: Points = [
	[0, START],
	[20_000, 1600],
	[112_000, 6500],
];

/** The same 20,000 as text. */
const TEXT: Points = [
	[0, START],
	[20_000, 21_000],
];

const VIEW: Points = [
	[0, START],
	[20_000, 1750],
];

/** On the line between the two nearest points; beyond the last, further along the last piece. */
export function along(points: Points, rows: number): number {
	const after = points.findIndex(([at]) => at >= rows);
	const end = after === -1 ? points.length - 1 : Math.max(1, after);
	const [x1, y1] = points[end - 1] as readonly [number, number];
	const [x2, y2] = points[end] as readonly [number, number];
	return y1 + ((y2 - y1) * (rows - x1)) / (x2 - x1);
}

type Json = Record<string, unknown>;

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 1);

/** The attributes in a reply, or the rows of whatever else it lists. */
function rowsIn(answered: unknown): number {
	if (Array.isArray(answered)) {
		const inside = answered.map((entry) => (entry as { Event?: Json } | null)?.Event?.Attribute);
		return inside.reduce<number>(
			(sum, list) => sum + Math.max(1, Array.isArray(list) ? list.length : 0),
			0,
		);
	}
	if (typeof answered !== 'object' || answered === null) return 0;
	const { response, Attribute, Event } = answered as Json;
	if (response !== undefined) return rowsIn(response);
	if (Event !== undefined) return rowsIn([answered]);
	return Array.isArray(Attribute) ? Attribute.length : 0;
}

function linesOf(text: string): number {
	let lines = 0;
	for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
	return lines;
}

/** What MISP 2.5 takes: to start, and then for each row. */
export const mispCost: Cost = ({ path, body }, answered) => {
	if (path.startsWith('/attributes/add')) return along(ADD, lengthOf(body));
	if (path.startsWith('/events/view')) return along(VIEW, rowsIn(answered));
	if (!path.endsWith('/restSearch')) return START;
	if (typeof answered === 'string') return along(TEXT, linesOf(answered));
	const { value } = (body ?? {}) as Json;
	const terms = value === undefined ? START : along(TERMS, lengthOf(value));
	return terms + along(READ, rowsIn(answered)) - START;
};
