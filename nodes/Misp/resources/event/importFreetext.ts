import { setTimeout as delay } from 'node:timers/promises';

import type { Misp } from '../../client/client';
import {
	choice,
	chunksOf,
	endsRun,
	isNumericId,
	longText,
	number,
	operation,
	path,
	recover,
	required,
	toggle,
	when,
	type RunContext,
} from '../../definition';
import type { AttributeRow } from '../../fields/attribute';
import { growingEvent, type EventRow } from '../../fields/event';
import { innerDistribution, sharingBody, sharingGroupOf } from '../../fields/sharing';

/** A value that MISP recognised in the text. */
interface Found extends Record<string, unknown> {
	value: string;
}

type State = 'saved' | 'proposed' | 'pending';

interface Stored {
	state: State;
	id: string;
	uuid: string;
}

const keyOf = ({ value }: { value: string }): string => value.trim().toLowerCase();

/** MISP lists them bare or in an envelope, and by number where it took doubles out. */
function foundIn(reply: unknown): Found[] {
	return Object.values((reply ?? {}) as Record<string, Record<string, unknown>>)
		.map((entry) => (entry?.Attribute ?? entry?.ShadowAttribute ?? entry) as Found)
		.filter((entry) => typeof entry?.value === 'string');
}

async function attributesWith(
	misp: Misp,
	event: string,
	values: string[],
): Promise<AttributeRow[]> {
	const rows: AttributeRow[] = [];
	for (const chunk of chunksOf(values, 500)) {
		const { Attribute } = await misp.post<{ Attribute: AttributeRow[] }>(
			path`/attributes/restSearch`,
			// Of a composite value, MISP finds the parts.
			{ returnFormat: 'json', eventid: event, value: chunk.flatMap((one) => [one, ...parts(one)]) },
			{ read: true, unwrap: 'response' },
		);
		rows.push(...Attribute);
	}
	return rows;
}

const parts = (value: string): string[] => (value.includes('|') ? value.split('|') : []);

async function proposalsOf(misp: Misp, event: string): Promise<AttributeRow[]> {
	const { ShadowAttribute = [] } = await misp.get<EventRow & { ShadowAttribute?: AttributeRow[] }>(
		path`/events/view/${event}`,
		{ unwrap: 'Event' },
	);
	return ShadowAttribute;
}

/** Where the values are by now, by value. */
async function whereAbouts(
	misp: Misp,
	event: string,
	found: Found[],
	proposals: boolean,
): Promise<Map<string, Stored>> {
	const stored = new Map<string, Stored>();
	const note = (rows: AttributeRow[], state: State) => {
		for (const row of rows) stored.set(keyOf(row), { state, id: row.id, uuid: row.uuid });
	};
	if (proposals) note(await proposalsOf(misp, event), 'proposed');
	note(
		await attributesWith(
			misp,
			event,
			found.map(({ value }) => value),
		),
		'saved',
	);
	return stored;
}

/** MISP only queues the work: waits until the values are there, or no more of them come. */
async function waitFor(
	misp: Misp,
	event: string,
	found: Found[],
	seconds: number,
): Promise<Map<string, Stored>> {
	const end = Date.now() + seconds * 1000;
	let before = 0;
	let still = 0;
	for (let round = 0, pause = 400; ; round += 1, pause = Math.min(pause * 1.5, 3000)) {
		const last = Date.now() + pause > end;
		// An event is read whole for its proposals, so not in every round.
		const stored = await whereAbouts(misp, event, found, round === 2 || last);
		const there = found.filter((one) => stored.has(keyOf(one))).length;
		still = there > 0 && there === before ? still + 1 : 0;
		before = there;
		if (there === found.length || last) return stored;
		if (still >= 3) return await whereAbouts(misp, event, found, true);
		await delay(pause);
	}
}

async function withStates(
	{ misp, hint }: RunContext,
	event: string,
	found: Found[],
	seconds: number,
): Promise<unknown[]> {
	const stored = await recover(
		waitFor(misp, event, found, seconds),
		(error) => !endsRun(error),
		() => new Map<string, Stored>(),
	);
	const rows = found.map((one) => {
		const { state, id = null, uuid = null } = stored.get(keyOf(one)) ?? { state: 'pending' };
		return { ...one, state, id, uuid };
	});
	const pending = rows.filter(({ state }) => state === 'pending').length;
	if (pending > 0) {
		hint(
			`${pending} of ${rows.length} values are not in event ${event} yet: MISP left them out because of a warninglist, or its background workers are behind.`,
		);
	}
	return rows;
}

export const importFreetext = operation({
	name: 'Import Free Text',
	action: 'Import free text into an event',
	description:
		'Finds addresses, domains, URLs, hashes and other values in any text, also defanged ones like hxxp://bad[.]example[.]com, and adds them to the event, which MISP then unpublishes. Returns one item for each value with its type, and whether it is "saved", "proposed" (the event belongs to others, who decide) or "pending". Example: Event 1234, Text "C2 at 198.51.100.7 and hxxp://bad[.]example[.]com/a".',
	access: 'contribute',
	endpoints: [
		'POST /events/freeTextImport/{event}',
		'POST /attributes/restSearch',
		'GET /events/view/{event}',
	],
	row: ({ comment, to_ids: ids, default_type: type, types, ...row }: Found) => ({
		...row,
		...(type === undefined ? {} : { type }),
		...(types === undefined ? {} : { types: Object.keys(types as object) }),
		...(ids === undefined ? {} : { to_ids: Boolean(ids) }),
		// MISP says false where there is none.
		...(comment === undefined || comment === false ? {} : { comment }),
	}),
	fields: {
		event: growingEvent,
		value: required(
			longText('Text', {
				placeholder: 'e.g. C2 at 198.51.100.7 and hxxp://bad[.]example[.]com/a',
				description: 'Such as a report, an e-mail, or a log',
			}),
		),
		warninglists: choice(
			'Values on Warninglists',
			[
				{ value: 'import', name: 'Import Like Others' },
				{
					value: 'soft',
					name: 'Import, Not for Detection',
					description: 'They are not exported to detection systems (IDS)',
				},
				{ value: 'hard', name: 'Leave Out' },
			],
			'import',
			{
				description:
					'What to do with values that are known good, or often false positives, such as 8.8.8.8',
			},
		),
		distribution: innerDistribution,
		sharingGroup: sharingGroupOf,
		parseOnly: toggle(
			'Only Show What Is Found',
			'Whether to return the values that MISP recognises without adding them to the event',
		),
		wait: when(
			{ parseOnly: [false] },
			toggle(
				'Wait Until Saved',
				'Whether to go on only when the values are in the event. MISP adds them in the background.',
				true,
			),
		),
		timeout: when(
			{ parseOnly: [false], wait: [true] },
			number('Wait at Most (Seconds)', { min: 1, max: 600, default: 20 }),
		),
	},
	check: (input) => void sharingBody(input),
	run: async (context, input) => {
		const { event, value, warninglists, parseOnly, wait, timeout = 20 } = input;
		const reply = await context.misp.post(path`/events/freeTextImport/${event}`, {
			value,
			...(warninglists === 'soft' ? { adhereToWarninglists: 'soft' } : {}),
			...(warninglists === 'hard' ? { adhereToWarninglists: true } : {}),
			...sharingBody(input),
			...(parseOnly === true ? { returnMetaAttributes: true } : {}),
		});
		const found = foundIn(reply);
		if (found.length === 0) context.hint('MISP recognised no value in the text.');
		if (parseOnly === true || found.length === 0) return found;
		if (wait === false) return found.map((one) => ({ ...one, state: 'pending' }));
		// MISP names the event by its number, whatever it was asked for.
		const id = String(found[0]?.event_id ?? event);
		return await withStates(context, isNumericId(id) ? id : event, found, timeout);
	},
});
