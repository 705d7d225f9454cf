/** Replies of a MISP that has gone wrong: recorded ones, with something in them changed. */
import * as fc from 'fast-check';

import { methodOf, pathOf, recordings, replyOf, type Reply } from '../contract/recordings';
import { hostileKeys, hostileNames } from './hostile';
import { KEY } from './node';

/** One change of a reply. `at` chooses the place, of those that there are. */
interface Change {
	kind: keyof typeof CHANGES;
	at: number;
	junk: unknown;
}

/** One reply: which recording, and what is changed in it. */
export interface Answer {
	pick: number;
	changes: Change[];
}

/** Where a value stands, so that it can be changed in its place. */
interface Place {
	inside: Record<string, unknown>;
	name: string;
}

const isHolder = (value: unknown): value is Record<string, unknown> =>
	value !== null && typeof value === 'object';

/** Sets also `__proto__` as a key of its own, as it comes out of JSON. */
function put(inside: Record<string, unknown>, name: string, value: unknown): void {
	Object.defineProperty(inside, name, {
		value,
		enumerable: true,
		configurable: true,
		writable: true,
	});
}

/** All places of a reply, those near its root first: they decide most. */
function placesIn(root: Record<string, unknown>): Place[] {
	const places: Place[] = [{ inside: root, name: 'body' }];
	for (let next = 0; next < places.length && places.length < 2_000; next += 1) {
		const { inside, name } = places[next] as Place;
		const value = inside[name];
		if (!isHolder(value)) continue;
		for (const key of Object.keys(value)) places.push({ inside: value, name: key });
	}
	return places;
}

type Alter = (place: Place, junk: unknown, at: number) => void;

/** What is changed within the body. */
const IN_BODY = {
	replace: ({ inside, name }, junk) => put(inside, name, junk),
	remove: ({ inside, name }) => {
		if (Array.isArray(inside)) inside.splice(Number(name), 1);
		else delete inside[name];
	},
	rename: ({ inside, name }, _junk, at) => {
		if (Array.isArray(inside) || name === 'body') return;
		const value = inside[name];
		delete inside[name];
		put(inside, hostileNames[at % hostileNames.length] ?? 'then', value);
	},
	add: ({ inside, name }, junk, at) => {
		const value = inside[name];
		if (Array.isArray(value)) value.push(junk);
		else if (isHolder(value)) put(value, hostileNames[at % hostileNames.length] ?? 'then', junk);
	},
	repeat: ({ inside, name }) => {
		const value = inside[name];
		if (Array.isArray(value)) value.push(...value.slice(0, 20));
	},
	wrap: ({ inside, name }) => put(inside, name, [inside[name]]),
	unwrap: ({ inside, name }) => {
		const value = inside[name];
		if (isHolder(value)) put(inside, name, Object.values(value)[0]);
	},
	keyed: ({ inside, name }) => {
		const value = inside[name];
		if (Array.isArray(value)) put(inside, name, { ...value });
	},
	otherType: ({ inside, name }) => {
		const value = inside[name];
		if (typeof value === 'string') put(inside, name, Number(value));
		else if (isHolder(value)) put(inside, name, JSON.stringify(value));
		else put(inside, name, String(value));
	},
} satisfies Record<string, Alter>;

type Distort = (reply: Reply, junk: unknown, at: number) => void;

const STATUS = [
	200, 200, 201, 204, 301, 302, 400, 401, 403, 404, 405, 413, 429, 500, 502, 503, 504,
];
const TYPES = ['text/html', 'text/plain', 'application/xml', 'application/octet-stream', ''];
const HEADERS = [
	'x-result-count',
	'x-rate-limit-reset',
	'location',
	'date',
	'x-auth-key-expiration',
];
const PAGES = [
	'<!DOCTYPE html><p>Maintenance',
	'<?xml version="1.0"?><a/>',
	'',
	'﻿',
	'null',
	'\u0000',
];

const pick = <T>(from: readonly T[], at: number): T => from[at % from.length] as T;

/** What is changed around it. */
const AROUND = {
	status: (reply, _junk, at) => (reply.status = pick(STATUS, at)),
	type: (reply, _junk, at) => (reply.headers['content-type'] = pick(TYPES, at)),
	header: (reply, junk, at) => {
		reply.headers[pick(HEADERS, at)] = String(JSON.stringify(junk))
			.replace(/[^ -~]/g, '')
			.slice(0, 99);
	},
	cut: (reply, _junk, at) => (reply.body = reply.body.slice(0, at % (reply.body.length + 1))),
	page: (reply, _junk, at) => (reply.body = pick(PAGES, at)),
} satisfies Record<string, Distort>;

const CHANGES = { ...IN_BODY, ...AROUND };

const KINDS = Object.keys(CHANGES) as Array<keyof typeof CHANGES>;

const junkValue = fc.oneof(
	fc.constantFrom<unknown>(
		null,
		true,
		false,
		0,
		-1,
		1e300,
		'',
		'0',
		'false',
		'../users/view/1',
		'1/1',
		KEY,
		`Wrong key ${KEY}.`,
		'x'.repeat(5_000),
		[],
		{},
		[[]],
		[null],
		{ message: KEY, errors: { [KEY]: [KEY] } },
		{ Event: null, Attribute: {}, Tag: 'x', Object: [null] },
		...hostileKeys,
	),
	fc.string(),
	fc.jsonValue({ maxDepth: 2 }),
);

/** Near the root as often as anywhere. */
const place = fc.oneof(fc.nat(12), fc.nat(3_000));

/** The answers to the requests of one run, in their order and over again. */
export const answers: fc.Arbitrary<Answer[]> = fc.array(
	fc.record({
		pick: fc.nat(1_000),
		changes: fc.array(fc.record({ kind: fc.constantFrom(...KINDS), at: place, junk: junkValue }), {
			maxLength: 3,
		}),
	}),
	{ minLength: 1, maxLength: 4 },
);

/** `/event_reports/view/5.json` as `eventreports/view`. */
const endpointOf = (path: string): string =>
	(path.split('?')[0] ?? '')
		.split('/')
		.slice(1, 3)
		.map((part) => part.replace(/_|\.\w+$/g, '').toLowerCase())
		.join('/');

/** Longer ones only take time. */
const MAX_LENGTH = 20_000;

/** The recorded replies by endpoint; successes twice. */
const byEndpoint = new Map<string, Reply[]>();
const everything: Reply[] = [];
for (const one of recordings()) {
	const reply = replyOf(one);
	if (methodOf(one) === 'HEAD' || reply.body.length > MAX_LENGTH) continue;
	const endpoint = endpointOf(pathOf(one));
	const known = byEndpoint.get(endpoint) ?? [];
	known.push(...(reply.status < 300 ? [reply, reply, reply] : [reply]));
	byEndpoint.set(endpoint, known);
	everything.push(reply);
}

/** The reply that an answer gives to a request. */
export function answered(path: string, { pick: chosen, changes }: Answer): Reply {
	const known = byEndpoint.get(endpointOf(path));
	// Now and then one of another endpoint.
	const from = known !== undefined && chosen % 10 !== 0 ? known : everything;
	const { status, headers, body } = pick(from, chosen);
	const reply: Reply = {
		status,
		headers: Object.fromEntries(
			Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
		),
		body,
	};
	const inBody = changes.filter((change) => change.kind in IN_BODY);
	if (inBody.length > 0) reply.body = changedBody(body, inBody);
	for (const { kind, junk, at } of changes) {
		if (kind in AROUND) AROUND[kind as keyof typeof AROUND](reply, junk, at);
	}
	return reply;
}

function changedBody(body: string, changes: Change[]): string {
	let root: Record<string, unknown>;
	try {
		root = { body: JSON.parse(body) as unknown };
	} catch {
		return body;
	}
	for (const { kind, junk, at } of changes) {
		const where = pick(placesIn(root), at);
		// A copy: the same junk may be put in twice, and be changed there.
		IN_BODY[kind as keyof typeof IN_BODY](where, JSON.parse(JSON.stringify(junk)), at);
	}
	return JSON.stringify(root.body) ?? '';
}
