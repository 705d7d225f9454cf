import {
	choice,
	choices,
	collection,
	filter,
	texts,
	type Load,
	type WatchContext,
} from '../definition';
import { searchBody } from '../client/filters';
import { search, type Row } from '../client/paging';
import type { SequenceSource } from '../polling/sequence';
import { attributeTypes } from './attribute';
import { isOfType } from './knownTypes';
import { ownOrganisation } from './ownOrganisation';
import { proposalPage, type ProposalRow } from './proposal';
import { skipOwn } from './watchEvent';
import { foundIn, numberOf } from './watchSearch';

/** Proposals as a trigger reads them: by id, since those that are synchronised keep their times. */

const PAGE_SIZE = 500;

/** Events in a request that looks up their titles. */
const EVENTS_AT_ONCE = 200;

export const proposalWatch = {
	events: choice(
		'On Events Of',
		[
			{ value: 'own', name: 'Own Organisation', description: 'Those that you decide on' },
			{ value: 'all', name: 'Everybody', description: 'Of all events that this key may see' },
		],
		'own',
		{ description: 'A site admin gets those on all events either way' },
	),
	filters: collection(
		'Filters',
		{
			kind: filter(
				choices('Kinds', [
					{ value: 'add', name: 'New Attribute' },
					{ value: 'change', name: 'Change of an Attribute' },
					{ value: 'delete', name: 'Deletion of an Attribute' },
				]),
			),
			type: filter(attributeTypes),
			eventid: filter(
				texts('Event IDs', 'Event', {
					placeholder: 'e.g. 1234',
					description: 'IDs or UUIDs of events',
				}),
			),
			skipOwn: {
				...skipOwn,
				property: {
					...skipOwn.property,
					description: 'Whether to leave out what your own organisation proposed',
				},
			},
		},
		{
			placeholder: 'Add Filter',
			description: 'Only what matches all of these starts the workflow',
		},
	),
};

export interface ProposalWatchInput {
	events?: string | undefined;
	filters: Partial<{
		kind: string[] | undefined;
		type: string[] | undefined;
		eventid: string[] | undefined;
		skipOwn: boolean | undefined;
	}>;
}

const headOf = (row: Row): Partial<ProposalRow> => (row.ShadowAttribute ?? {}) as ProposalRow;

function kindOf({ old_id: attribute, proposal_to_delete: isDeletion }: Partial<ProposalRow>) {
	if (isDeletion === true) return 'delete';
	return attribute === '0' ? 'add' : 'change';
}

/** MISP has no filters here: all of them are judged on what it sends. */
async function wanted({ misp }: WatchContext, { filters }: ProposalWatchInput) {
	const { kind, type, eventid: events, skipOwn: skips } = filters;
	const own = skips === true ? await ownOrganisation(misp) : undefined;
	const asked = events?.map((event) => event.toLowerCase());
	return (row: Row): boolean => {
		const { org_id: by, type: has, event_id: event, event_uuid: uuid, ...rest } = headOf(row);
		return (
			(own === undefined || by !== own) &&
			(kind === undefined || kind.includes(kindOf(rest))) &&
			isOfType(has, type) &&
			(asked === undefined || asked.includes(String(event)) || asked.includes(String(uuid)))
		);
	};
}

/** Open proposals by id, newest first. */
export const newProposals = (context: WatchContext, input: ProposalWatchInput): SequenceSource => ({
	kind: 'sequence',
	name: 'id',
	pageSize: PAGE_SIZE,
	read: async (paging) => {
		const asked = { deleted: 0, all: input.events === 'all' } as const;
		const { rows, more, headers } = await proposalPage(context.misp, asked, paging);
		const found = foundIn(
			context,
			rows as unknown as Row[],
			(row) => {
				const [id, at] = [headOf(row).id, headOf(row).timestamp].map(numberOf);
				return id === undefined || at === undefined ? undefined : { id, at };
			},
			await wanted(context, input),
		);
		return { rows: found, more, now: Date.parse(headers.date ?? '') / 1000 || Infinity };
	},
});

/** The proposals of a poll, each beside the event it is about, whose title MISP does not send along. */
export const withEvents =
	({ misp }: WatchContext): Load =>
	async (rows) => {
		const proposals = rows.map(({ data }) => data as Row);
		const ids = [...new Set(proposals.map((row) => headOf(row).event_id))];
		const events = new Map<unknown, Row>();
		for (let start = 0; start < ids.length; start += EVENTS_AT_ONCE) {
			const some = ids.slice(start, start + EVENTS_AT_ONCE);
			const body = searchBody('events', { eventid: some, metadata: 1 });
			for await (const { Event: event } of search(misp, 'events', body)) {
				const { id, uuid, info, org_id: owner, orgc_id: creator } = event as Row;
				events.set(id, { id, uuid, info, org_id: owner, orgc_id: creator });
			}
		}
		return proposals.map((row) => {
			const event = events.get(headOf(row).event_id);
			return event ? { ...row, Event: event } : row;
		});
	};
