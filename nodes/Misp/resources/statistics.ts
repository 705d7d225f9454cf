import type { Misp } from '../client/client';
import { choice, operation, path, required, resource, when, withParams } from '../definition';
import { curveOf } from '../fields/curve';
import { organisationScope } from '../fields/organisation';

type Row = Record<string, unknown>;

const isRow = (value: unknown): value is Row =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

/** MISP's charts as rows: those of its pages are keyed by what each row is about. */
const ROWS: Record<string, (reply: Row) => unknown[]> = {
	data: ({ stats, ...beside }) => [isRow(stats) ? { ...stats, ...beside } : beside],
	orgs: (reply) =>
		Object.values(reply).map((organisation) => {
			if (!isRow(organisation) || !isRow(organisation.orgActivity)) return organisation;
			const { csv, ...activity } = organisation.orgActivity;
			const orgActivity = { ...activity, days: curveOf(csv, 'events') };
			return { ...organisation, orgActivity };
		}),
	tags: ({ flatData }) =>
		Object.entries(isRow(flatData) ? flatData : {}).flatMap(([taxonomy, tags]) =>
			Object.values(isRow(tags) ? tags : {}).map((tag) => ({ taxonomy, ...(tag as Row) })),
		),
	sightings: ({ toplist, eventids }) =>
		Object.entries(isRow(toplist) ? toplist : {}).map(([source, count]) => ({
			source,
			count,
			...(isRow(eventids) && source in eventids ? { events: eventids[source] } : {}),
		})),
};

async function fetchStatistics(misp: Misp, page: string, scope: string | undefined) {
	const request = withParams(path`/users/statistics/${page}`, { scope });
	// Only here, names of organisations are keys.
	const reply = await misp.get<Row | unknown[]>(request, { keyed: page === 'orgs' });
	return Array.isArray(reply) ? reply : (ROWS[page]?.(reply) ?? [reply]);
}

const get = operation({
	name: 'Get',
	action: 'Get statistics',
	description:
		'Returns numbers about the data of the instance: in total, or a row for each organisation, tag or source of sightings. They count the whole instance, also what the user of the key may not see. Example: Statistics "Organisations".',
	access: 'read',
	endpoints: ['GET /users/statistics/{page}'],
	fields: {
		page: required(
			choice(
				'Statistics',
				[
					{
						value: 'attributehistogram',
						name: 'Attribute Types',
						description: 'How many attributes of which type each organisation has',
					},
					{
						value: 'galaxyMatrix',
						name: 'ATT&CK Matrix',
						description: 'Techniques and how often each is used. Several MB long.',
					},
					{
						value: 'orgs',
						name: 'Organisations',
						description: 'Users, events, attributes and daily activity of each organisation',
					},
					{
						value: 'sightings',
						name: 'Sightings',
						description: 'How many sightings came from each source',
					},
					{ value: 'tags', name: 'Tags', description: 'How many events have each tag' },
					{
						value: 'data',
						name: 'Totals',
						description: 'Events, attributes, correlations, users and organisations',
					},
					{
						value: 'users',
						name: 'Users and Organisations',
						description: 'How many there are, and how many are new this month and year',
					},
				],
				'data',
			),
		),
		scope: when({ page: ['orgs'] }, organisationScope('internal')),
	},
	run: async ({ misp }, { page, scope }) =>
		await fetchStatistics(misp, page, scope === 'internal' ? undefined : scope),
});

export const statistics = resource({
	name: 'Statistics',
	description: 'Numbers about the data and the users of a MISP',
	operations: { get },
});
