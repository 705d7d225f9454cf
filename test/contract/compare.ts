/** How a reply of the sandbox is held against a recorded one. */
import type { Sandbox } from '../sandbox/server';
import { isTrimmed, parseCut } from './cut';
import { limitsOf, type Limit } from './limits';
import type { Recording, Reply } from './recordings';

export interface Mode {
	/**
	 * Ids, uuids and times: `shape` compares only their form, `exact` their value (the state was
	 * taken from the recording), `clock` times to within two seconds and the rest by form.
	 */
	volatile: 'shape' | 'exact' | 'clock';
	/** Sent instead of the recorded request, where that carries something made up by the server. */
	ask?: Recording;
}

const SOMETIMES = new Set(
	'id uuid event_id attribute_id object_id user_id event_uuid attribute_uuid old_id galaxy_id created modified date'.split(
		' ',
	),
);
const CLOCKS = new Set(['timestamp', 'publish_timestamp', 'sighting_timestamp', 'date_sighting']);
/** Never the same twice: numbers of links between rows, times of log-ins, secrets. */
const ALWAYS = new Set(
	'tag_id event_tag_id attribute_tag_id warninglist_id nids_sid last_api_access last_pw_change date_created date_modified authkey_start authkey_end unique_ips last_used authkey_id organisation_uuid orgc_uuid org_uuid'.split(
		' ',
	),
);
/** Models that the sandbox numbers or names on its own. */
const OWN_NUMBERS = new Set(
	'Tag EventTag AttributeTag Org Orgc Organisation User Role Warninglist sync_org'.split(' '),
);

type Path = Array<string | number>;

function form(value: unknown): string {
	if (value === null) return 'null';
	if (typeof value !== 'string') return Array.isArray(value) ? 'list' : typeof value;
	if (value === '' || value === '0') return `"${value}"`;
	if (/^\d+$/.test(value)) return 'digits';
	if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) return 'uuid';
	if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return 'date';
	if (/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(value)) return 'date and time';
	return 'text';
}

function modelOf(path: Path): string {
	const names = path.filter((part) => typeof part === 'string');
	return names.at(-2) ?? '';
}

export class Comparison {
	readonly differences: string[] = [];

	constructor(
		private readonly mode: Mode,
		private readonly except: ReadonlySet<string>,
		private readonly sandbox: Sandbox,
	) {}

	private differ(path: Path, what: string): void {
		this.differences.push(`${path.join('.') || 'reply'}: ${what}`);
	}

	/** `partial`: the recorded value was cut while recording and is only a beginning. */
	compare(actual: unknown, recorded: unknown, path: Path = [], partial = false): void {
		if (Array.isArray(recorded)) return this.compareLists(actual, recorded, path, partial);
		if (typeof recorded === 'object' && recorded !== null) {
			return this.compareObjects(actual, recorded as Record<string, unknown>, path, partial);
		}
		this.compareValues(actual, recorded, path);
	}

	private compareLists(actual: unknown, recorded: unknown[], path: Path, partial: boolean): void {
		if (ALWAYS.has(String(path.at(-1)))) return this.compareForms(actual, recorded, path);
		if (!Array.isArray(actual)) return this.differ(path, `expected a list, got ${form(actual)}`);
		const trimmed = isTrimmed(recorded.at(-1));
		const shown = trimmed ? recorded.slice(0, -1) : recorded;
		if (!trimmed && !partial && actual.length !== shown.length) {
			this.differ(path, `expected ${shown.length} entries, got ${actual.length}`);
		}
		shown.forEach((entry, index) => {
			if (index >= actual.length) return this.differ([...path, index], 'missing');
			const atEdge = partial && index === shown.length - 1;
			this.compare(actual[index], entry, [...path, index], atEdge);
		});
	}

	private compareObjects(
		actual: unknown,
		recorded: Record<string, unknown>,
		path: Path,
		partial: boolean,
	): void {
		if (form(actual) !== 'object') {
			return this.differ(path, `expected an object, got ${form(actual)}`);
		}
		const found = actual as Record<string, unknown>;
		const wanted = Object.keys(recorded);
		const keys = Object.keys(found).slice(0, partial ? wanted.length : undefined);
		if (keys.join() !== wanted.join()) {
			this.differ(path, `expected the keys ${wanted.join()}, got ${keys.join()}`);
		}
		wanted.forEach((key, index) => {
			if (!(key in found) || this.except.has(key)) return;
			const atEdge = partial && index === wanted.length - 1;
			this.compare(found[key], recorded[key], [...path, key], atEdge);
		});
	}

	private compareForms(actual: unknown, recorded: unknown, path: Path): void {
		const [got, wanted] = [form(actual), form(recorded)];
		if (got === wanted) return;
		// Not yet used is null, used is a number: both are fine.
		if (path.at(-1) === 'last_used' && [got, wanted].every((one) => /null|number/.test(one)))
			return;
		this.differ(
			path,
			`expected ${wanted} like ${JSON.stringify(recorded)}, got ${JSON.stringify(actual)}`,
		);
	}

	private compareValues(actual: unknown, recorded: unknown, path: Path): void {
		const key = String(path.findLast((part) => typeof part === 'string') ?? '');
		const { volatile } = this.mode;
		if (recorded === '{{text}}') {
			if (typeof actual !== 'string') this.differ(path, `expected a text, got ${form(actual)}`);
			return;
		}
		if (CLOCKS.has(key) && volatile === 'clock') {
			if (Math.abs(Number(actual) - Number(recorded)) > 2) {
				this.differ(path, `expected about ${String(recorded)}, got ${String(actual)}`);
			}
			return;
		}
		const own = OWN_NUMBERS.has(modelOf(path)) && (key === 'id' || key === 'uuid');
		const unlike = ALWAYS.has(key) || own || ['created', 'modified'].includes(key);
		if (unlike || (volatile !== 'exact' && (SOMETIMES.has(key) || CLOCKS.has(key)))) {
			return this.compareForms(actual, recorded, path);
		}
		if (this.plain(actual) !== this.plain(recorded)) {
			this.differ(path, `expected ${JSON.stringify(recorded)}, got ${JSON.stringify(actual)}`);
		}
	}

	/** Texts without the address of the instance and without the numbers of rows in messages. */
	plain(value: unknown): unknown {
		if (typeof value !== 'string') return value;
		const text = value
			.replaceAll('https://localhost:8443', '')
			.replaceAll(this.sandbox.url, '')
			.replace(/…\[trimmed \d+\]$/, '');
		return this.mode.volatile === 'exact' ? text : text.replace(/\(\d+\)/g, '(N)');
	}
}

function compareHeaders(
	got: Reply,
	one: Recording,
	limits: Limit[],
	comparison: Comparison,
): string[] {
	const differences: string[] = [];
	for (const [name, recorded] of Object.entries(one.response_headers)) {
		// Depends on the formatting of JSON; ETag is a digest of the body.
		if (name === 'Content-Length') continue;
		const actual = got.headers[name.toLowerCase()];
		if (actual === undefined) {
			differences.push(`header ${name} is missing`);
			continue;
		}
		const counted = name === 'X-Result-Count' && limits.some((limit) => limit.labCount === true);
		const pattern = {
			ETag: /^"[0-9a-f]{40}"$/,
			'X-Rate-Limit-Reset': /^\d{1,3}$/,
			'Content-Security-Policy-Report-Only': /^default-src 'self'/,
		}[name];
		if (counted ? !/^\d+$/.test(actual) : pattern !== undefined && !pattern.test(actual)) {
			differences.push(`header ${name} has an odd form: ${actual}`);
		}
		if (counted || pattern !== undefined) continue;
		if (comparison.plain(actual) !== comparison.plain(recorded)) {
			differences.push(`header ${name}: expected ${recorded}, got ${actual}`);
		}
	}
	for (const name of Object.keys(got.headers).filter((header) => header.startsWith('x-'))) {
		const known = Object.keys(one.response_headers).some((other) => other.toLowerCase() === name);
		if (!known) differences.push(`header ${name} is not in the recording`);
	}
	return differences;
}

function byId(reply: unknown): unknown {
	const { response } = reply as { response: { Attribute: Array<{ id: string }> } };
	const rows = [...response.Attribute].sort((a, b) => Number(a.id) - Number(b.id));
	return { response: { Attribute: rows } };
}

/** All differences between what the sandbox answered and what MISP answered. */
export function differences(got: Reply, one: Recording, mode: Mode, sandbox: Sandbox): string[] {
	const limits = limitsOf(one);
	const except = new Set(limits.flatMap((limit) => limit.except ?? []));
	const comparison = new Comparison(mode, except, sandbox);
	const found: string[] = [];
	if (got.status !== one.status) found.push(`status: expected ${one.status}, got ${got.status}`);
	found.push(...compareHeaders(got, one, limits, comparison));
	const isJson = one.response_headers['Content-Type']?.includes('json') === true;
	// A number alone was recorded as JSON.
	const text =
		one.response_text ?? (typeof one.response === 'number' ? String(one.response) : undefined);
	if (one.response_bytes === 0) {
		if (got.body !== '') found.push(`body: expected none, got ${got.body.slice(0, 200)}`);
	} else if (isJson && (one.response !== null || text !== undefined)) {
		const cut = one.response === null;
		const recorded = cut ? parseCut(text ?? '') : one.response;
		const actual: unknown = JSON.parse(got.body);
		if (limits.some((limit) => limit.unordered === true)) {
			comparison.compare(byId(actual), byId(recorded));
		} else comparison.compare(actual, recorded, [], cut);
	} else if (one.response_truncated === true) {
		const known = text ?? '';
		if (!got.body.startsWith(known)) found.push(`body: differs from ${known.slice(0, 300)}`);
	} else if (got.body !== text) {
		found.push(`body: expected ${JSON.stringify(text)}, got ${JSON.stringify(got.body)}`);
	}
	return [...found, ...comparison.differences];
}
