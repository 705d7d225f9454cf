import { randomUUID } from 'node:crypto';

import type { Misp } from '../client/client';
import {
	asStored,
	chunksOf,
	endsRun,
	inPieces,
	MispError,
	Pace,
	path,
	recover,
	withParams,
} from '../definition';
import { isUndecided, type MispErrorKind } from '../client/errors';
import { inKnownForm } from '../client/knownForm';
import { errorTexts } from '../client/rawReply';
import type { AttributeRow } from './attribute';
import { missingTags, type TagName } from './dropped';

/** An attribute on its way to MISP. The uuid is made here, so that replies can be told apart. */
export type NewAttribute = Record<string, unknown> & { uuid: string; type: string; value: string };

export type Written = { row: AttributeRow } | { error: Error };

/** Attributes in the first request, and at most: MISP takes 1.5 s for 500, 2.5 s for 1,000. */
const FIRST = 500;
const MOST = 1000;

/** After these, the same request may succeed. */
const PASSING: MispErrorKind[] = ['network', 'timeout'];

export function newAttribute(
	body: Record<string, unknown> & { type: string; value: string },
): NewAttribute {
	return { ...body, uuid: typeof body.uuid === 'string' ? asStored(body.uuid) : randomUUID() };
}

/** MISP's reasons by position: `{attribute_3: {value: ["…"]}}`, or bare ones that are meant for all. */
function reasonsOf(errors: unknown): (index: number) => string | undefined {
	const entries = errors !== null && typeof errors === 'object' ? Object.entries(errors) : [];
	const reasons = new Map<string, string>();
	for (const [name, entry] of entries) {
		if (/^attribute_\d+$/.test(name)) reasons.set(name, errorTexts(entry).join('; '));
	}
	const common = reasons.size === 0 ? errorTexts(errors).join('; ') : '';
	return (index) => reasons.get(`attribute_${index}`) ?? (common === '' ? undefined : common);
}

/** What to do about reasons that do not say it themselves. */
const ADVICE: Array<[RegExp, string]> = [
	[
		/similar attribute already exists/i,
		'To update it instead, add the field "If the Value Exists" and choose "Update It".',
	],
	[
		/Options depend on the selected category/i,
		'MISP does not know this type, or it cannot stand in the chosen category. "Attribute: Get Types" lists what fits.',
	],
];

function refused(reason: string, request: string, status: number): MispError {
	const kind = /already exists|not unique/i.test(reason) ? 'conflict' : 'validation';
	const hint = ADVICE.find(([pattern]) => pattern.test(reason))?.[1];
	return new MispError(kind, reason, { request, status, hint });
}

/** What makes two attributes of an event the same for MISP, as far as it can be told here. */
export const contentOf = ({ type, value }: { type: string; value: string }): string =>
	`${type} ${value.trim().toLowerCase()}`;

export interface AddOptions {
	/** A value that is in the event already is updated instead of refused (`breakOnDuplicate:0`). */
	updateExisting?: boolean;
}

async function addChunk(
	misp: Misp,
	event: string,
	chunk: NewAttribute[],
	{ updateExisting = false }: AddOptions,
): Promise<Written[]> {
	const base = path`/attributes/add/${event}`;
	const target = updateExisting ? withParams(base, { breakOnDuplicate: 0 }) : base;
	const request = `POST ${target}`;
	// All refused: 403 with the same reasons as for some.
	const { data, status } = await recover(
		misp.request({ method: 'POST', path: target, body: chunk, partial: true }),
		({ errors }) => errors !== undefined,
		({ errors, status = 403 }) => ({ data: { errors }, status }),
	);
	const reply = data as { Attribute?: AttributeRow | AttributeRow[]; errors?: unknown };
	// MISP replies an object where exactly one was saved, and lists them in its own order.
	const rows = [reply.Attribute ?? []].flat();
	const saved = new Map(rows.map((row) => [row.uuid.toLowerCase(), row] as const));
	const reasonOf = reasonsOf(reply.errors);
	const ours = new Set(chunk.map(({ uuid }) => uuid.toLowerCase()));
	// One that existed keeps its own uuid, so it is known by its contents, and where MISP stores
	// those in another form (bad[.]example as bad.example), by being of the same type and next.
	const existing = updateExisting ? rows.filter((row) => !ours.has(row.uuid.toLowerCase())) : [];
	const byContent = new Map(existing.map((row) => [contentOf(row), row] as const));
	const known = new Set(chunk.map(contentOf));
	const inOtherForm = existing.filter((row) => !known.has(contentOf(row)));
	return chunk.map((attribute, index) => {
		const row = saved.get(attribute.uuid.toLowerCase()) ?? byContent.get(contentOf(attribute));
		if (row) return { row };
		const reason = reasonOf(index);
		const next = inOtherForm.findIndex(({ type }) => type === attribute.type);
		const [found] = reason === undefined && next >= 0 ? inOtherForm.splice(next, 1) : [];
		if (found) return { row: found };
		const words = reason ?? 'MISP did not save this attribute and gave no reason.';
		return { error: refused(words, request, status) };
	});
}

/** What MISP has of some attributes, by UUIDs in lower case. `POST /attributes/restSearch` */
export async function storedOf(misp: Misp, uuids: string[]): Promise<Map<string, AttributeRow>> {
	const { Attribute } = await misp.post<{ Attribute: AttributeRow[] }>(
		path`/attributes/restSearch`,
		{ returnFormat: 'json', uuid: uuids, limit: uuids.length, page: 1 },
		{ read: true, unwrap: 'response' },
	);
	return new Map(Attribute.map((row) => [row.uuid.toLowerCase(), row]));
}

/** The same outcomes, with those corrected that MISP has the attribute of, by its UUID. */
async function settled(
	misp: Misp,
	sent: NewAttribute[],
	outcomes: Written[],
): Promise<Written[] | undefined> {
	if (outcomes.every((one) => 'row' in one)) return outcomes;
	const uuids = sent.map(({ uuid }) => uuid);
	const saved = await recover(
		inKnownForm(() => storedOf(misp, uuids), false),
		(failure) => !endsRun(failure),
		() => undefined,
	);
	if (saved === undefined) return undefined;
	return sent.map((attribute, index) => {
		const row = saved.get(attribute.uuid.toLowerCase());
		const outcome = outcomes[index] as Written;
		// A uuid that was given may have been another attribute's before.
		if ('row' in outcome || !row || contentOf(row) !== contentOf(attribute)) return outcome;
		delete row.Event; // which the reply to an addition does not have
		return { row };
	});
}

/**
 * Adds attributes to one event: `POST /attributes/add/{event}` with an array. After a break, what
 * was saved is found by the UUIDs that are known here (`POST /attributes/restSearch`), and the rest
 * is sent once more under the same ones: MISP saves none twice, should it still be at work.
 *
 * @returns one outcome for each attribute, in order; a bad one fails alone
 */
export async function addAttributes(
	misp: Misp,
	event: string,
	attributes: NewAttribute[],
	options: AddOptions = {},
): Promise<Written[]> {
	const pace = new Pace(FIRST, MOST);
	const add = async (chunk: NewAttribute[]) =>
		await inKnownForm(() => addChunk(misp, event, chunk, options), true);
	const allFailed = (chunk: NewAttribute[], error: MispError): Written[] =>
		chunk.map(() => ({ error }));

	const complete = async (chunk: NewAttribute[], error: MispError): Promise<Written[]> => {
		const outcomes = allFailed(chunk, error);
		if (!isUndecided(error)) return outcomes;
		const first = await settled(misp, chunk, outcomes);
		if (first === undefined || !PASSING.includes(error.kind)) return first ?? outcomes;
		if (error.kind === 'timeout') pace.halve(chunk.length);
		const again = async (missing: NewAttribute[], second: Written[]) =>
			(await settled(misp, missing, second)) ?? second;
		const rest = await inPieces(
			chunk.filter((_, index) => 'error' in (first[index] as Written)),
			pace,
			async (missing) => await again(missing, await add(missing)),
			async (missing, failure) => await again(missing, allFailed(missing, failure)),
		);
		let next = 0;
		return first.map((one) => ('error' in one ? (rest[next++] as Written) : one));
	};
	return await inPieces(attributes, pace, add, complete);
}

/**
 * Reads back the tags of attributes that were just added, since MISP's reply leaves them out and
 * it drops unknown ones without a word. Fills in `Tag`, and `dropped` where one is missing.
 */
export const readBackTags = async (
	misp: Misp,
	sent: NewAttribute[],
	written: Written[],
): Promise<void> => await inKnownForm(async () => await addTags(misp, sent, written), false);

async function addTags(misp: Misp, sent: NewAttribute[], written: Written[]): Promise<void> {
	const tagged = sent.flatMap((attribute, index) => {
		const one = written[index];
		return one && 'row' in one && Array.isArray(attribute.Tag)
			? [{ tags: attribute.Tag as TagName[], row: one.row }]
			: [];
	});
	for (const chunk of chunksOf(tagged, MOST)) {
		const uuids = chunk.map(({ row }) => row.uuid);
		const stored = await storedOf(misp, uuids);
		for (const { row, tags } of chunk) {
			row.Tag = (stored.get(row.uuid.toLowerCase())?.Tag as TagName[] | undefined) ?? [];
			const dropped = missingTags(tags, row.Tag as TagName[]);
			if (dropped.length > 0) row.dropped = dropped;
		}
	}
}

/** A hint when MISP stored other characters than were sent: it turns some into question marks. */
export function storedDifferently(sent: string, stored: string): boolean {
	return /[\u{10000}-\u{10ffff}]/u.test(sent) && !/[\u{10000}-\u{10ffff}]/u.test(stored);
}

export const LOST_CHARACTERS =
	'MISP stored characters such as emoji as "?": its database does not hold them.';
