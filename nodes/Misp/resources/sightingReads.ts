import {
	choice,
	choices,
	collection,
	epoch,
	filter,
	hinted,
	inputError,
	type InputOf,
	isNumericId,
	limits,
	MispError,
	operation,
	path,
	recover,
	text,
	time,
	when,
} from '../definition';
import { search as searchPages } from '../client/paging';
import { searchBody } from '../client/filters';
import { attributeLocator, fetchAttribute } from '../fields/attribute';
import { eventLocator, fetchEventHeader, LASTS } from '../fields/event';
import {
	missingSighting,
	SIGHTING_TYPES,
	sightingLocator,
	type SightingReply,
} from '../fields/sighting';
import { sightingRow } from '../fields/rows';
import { organisationUuid } from '../fields/organisation';

export const get = operation({
	name: 'Get',
	action: 'Get a sighting',
	description: 'Returns one sighting with the organisation that reported it. Example: Sighting 56.',
	access: 'read',
	endpoints: ['GET /sightings/view/{sighting}'],
	row: sightingRow,
	fields: { sighting: sightingLocator },
	run: async ({ misp }, { sighting }) =>
		await recover(
			misp.get<SightingReply>(path`/sightings/view/${sighting}`, { expect: 'Sighting' }),
			({ status }) => status === 405 || status === 404,
			(error) => {
				throw missingSighting(sighting, error);
			},
		),
});

const searchFields = {
	context: choice(
		'Sightings Of',
		[
			{ value: 'all', name: 'Everything', description: 'That this key may see' },
			{ value: 'event', name: 'An Event' },
			{ value: 'attribute', name: 'An Attribute' },
		],
		'all',
	),
	event: when({ context: ['event'] }, eventLocator),
	attribute: when({ context: ['attribute'] }, attributeLocator),
	...limits,
	filters: collection(
		'Filters',
		{
			last: filter(
				time('Seen Within', {
					description: 'Seen in this period. Without any time, MISP takes the last 30 days.',
				}),
			),
			from: filter(epoch('Seen After', { description: 'Seen at or after this time' })),
			to: filter(epoch('Seen Before', { description: 'Seen at or before this time' })),
			type: filter(choices('Types', SIGHTING_TYPES)),
			source: filter(
				text('Source', {
					placeholder: 'e.g. proxy-berlin',
					description: 'Reported from exactly this source',
				}),
			),
			org_id: filter(
				organisationUuid('Organisation', {
					description: 'Reported by this organisation',
				}),
			),
		},
		{ placeholder: 'Add Filter' },
	),
	include: choices(
		'Include',
		[
			{ value: 'attribute', name: 'Attribute', description: 'Type, category and value' },
			{ value: 'event', name: 'Event', description: 'Title and creator' },
		],
		{ description: 'What to show of what was seen' },
	),
};

type SearchInput = InputOf<typeof searchFields>;

function filtersOf({ filters, include = [] }: SearchInput): Record<string, unknown> {
	const { last, from, to, ...others } = filters;
	if (last !== undefined && (from !== undefined || to !== undefined)) {
		throw inputError('Use either "Seen Within", or "Seen After" and "Seen Before".');
	}
	if (from !== undefined && to !== undefined && from > to) {
		throw inputError('"Seen After" is later than "Seen Before".');
	}
	// MISP ignores one of the two without the other.
	const range =
		from === undefined && to === undefined
			? { last: last ?? '30d' }
			: { from: from ?? 1, to: to ?? Math.ceil(Date.now() / 1000) + 86_400 };
	return {
		...range,
		...others,
		...(include.includes('attribute') ? { includeAttribute: 1 } : {}),
		...(include.includes('event') ? { includeEvent: 1 } : {}),
	};
}

export const search = operation({
	name: 'Search',
	action: 'Search sightings',
	description:
		'Finds sightings, newest first: of everything, of an event or of an attribute. Without any time those of the last 30 days. Example: Sightings Of "An Event", Event 1234, Seen Within "7d".',
	access: 'read',
	endpoints: ['POST /sightings/restSearch'],
	row: sightingRow,
	fields: searchFields,
	check: (input) => {
		const { context = 'all', event, attribute } = input;
		if (context === 'event' && event === undefined) throw inputError('"Event" is required.');
		if (context === 'attribute' && attribute === undefined)
			throw inputError('"Attribute" is required.');
		searchBody('sightings', filtersOf(input));
	},
	run: async ({ misp }, input) => {
		const { context = 'all', event = '', attribute = '' } = input;
		const target = context === 'event' ? event : attribute;
		// MISP takes the number alone here.
		const numberOf = async () => {
			if (isNumericId(target)) return Number(target);
			const row =
				context === 'event'
					? await fetchEventHeader(misp, target)
					: await fetchAttribute(misp, target);
			return Number(row.id);
		};
		const about = context === 'all' ? {} : { context, id: await numberOf() };
		const found: SightingReply[] = [];
		const rows = searchPages(misp, 'sightings', { ...filtersOf(input), ...about });
		for await (const row of rows) found.push(row as unknown as SightingReply);
		const seen = ({ Sighting: { date_sighting: date, id } }: SightingReply) => [+date, +id];
		return found.sort((a, b) => {
			const [[dateA = 0, idA = 0], [dateB = 0, idB = 0]] = [seen(a), seen(b)];
			return dateB - dateA || idB - idA;
		});
	},
});

export const deleteSighting = operation({
	name: 'Delete',
	action: 'Delete a sighting',
	description:
		'Deletes a sighting of your organisation. One that is gone already is no error. Example: Sighting 56.',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /sightings/delete/{sighting}', 'GET /sightings/view/{sighting}'],
	fields: { sighting: hinted(LASTS, sightingLocator) },
	run: async ({ misp }, { sighting }) => {
		const gone = await recover(
			misp.post(path`/sightings/delete/${sighting}`).then(() => false),
			({ status }) => status === 404,
			// MISP says the same of one that is missing and of one that this key may not delete.
			async (refused) => {
				const visible = await recover(
					misp.get(path`/sightings/view/${sighting}`).then(() => true),
					({ status }) => status === 405 || status === 404,
					() => false,
				);
				if (!visible) return true;
				throw new MispError('permission', refused.message, {
					status: refused.status,
					request: refused.request,
					hint: 'It is there, but this key may not delete it: it was reported by another organisation, or the role of the user lacks the right.',
				});
			},
		);
		return { sighting, deleted: true, already_gone: gone };
	},
});
