import { isEmptyFilter } from '../../client/filters';
import { eventIndex } from '../../client/paging';
import {
	choice,
	collection,
	filter,
	inputError,
	limitOf,
	limits,
	operation,
	text,
} from '../../definition';
import { organisationNames } from '../../fields/organisation';
import { direction, orderedBy } from '../../fields/search';
import { common } from '../../fields/searchFilters';
import { tagNames } from '../../fields/tags';
import { eventRow } from '../../fields/rows';

const ORDER = ['id', 'date', 'timestamp', 'publish_timestamp', 'info'] as const;

export const getAll = operation({
	name: 'Get Many',
	action: 'Get many events',
	description:
		'Lists events without their attributes, newest first. Fast; for the contents use Get or Search.',
	access: 'read',
	endpoints: ['POST /events/index'],
	row: eventRow,
	fields: {
		...limits,
		filters: collection(
			'Filters',
			{
				eventinfo: filter(text('Event Info Contains', { placeholder: 'e.g. phishing' })),
				tag: filter(tagNames('Tags', { description: 'Any of these tags' })),
				org: filter(organisationNames('Creator Organisations')),
				published: filter(
					choice(
						'Published',
						[
							{ value: 1, name: 'Published' },
							{ value: 0, name: 'Not Published' },
						],
						1,
					),
				),
				datefrom: filter(common.from),
				dateuntil: filter(common.to),
			},
			{ placeholder: 'Add Filter' },
		),
		result: collection(
			'Result Options',
			{ sort: orderedBy(ORDER, 'id'), direction },
			{ placeholder: 'Add Option' },
		),
	},
	check: ({ filters: { eventinfo } }) => {
		if (eventinfo !== undefined && (isEmptyFilter(eventinfo) || /[|%_]|^!/.test(eventinfo))) {
			throw inputError(
				`"Event Info Contains" has a character that MISP takes for a wildcard, a separator or a negation here (got "${eventinfo.slice(0, 60)}").`,
				'Give a part of the title without | % _ and a leading !, or use Search.',
			);
		}
	},
	run: ({ misp }, { filters, result: { sort = 'id', direction: way = 'desc' }, ...limit }) => {
		// As lists: of a text, the index would split names at | and &.
		const { tag: tags, ...plain } = filters;
		return eventIndex(misp, { ...plain, tags, sort, direction: way }, limitOf(limit));
	},
});
