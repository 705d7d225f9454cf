/**
 * The few fields that matter to an agent, for each kind of row: as the operations shape them, and as
 * MISP sends them to an operation that shapes nothing.
 */

import { eventPage } from '../../eventPage';

type Row = Record<string, unknown>;

interface View {
	is(row: Row): boolean;
	show(row: Row, baseUrl: string): Row;
}

const isRow = (value: unknown): value is Row =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

const rowsIn = (value: unknown): Row[] => (Array.isArray(value) ? value.filter(isRow) : []);

const rowIn = (value: unknown): Row => (isRow(value) ? value : {});

const namesIn = (value: unknown): unknown[] =>
	(Array.isArray(value) ? value : []).map((one: unknown) => (isRow(one) ? one.name : one));

const THREAT_LEVELS: Row = { '1': 'High', '2': 'Medium', '3': 'Low', '4': 'Undefined' };

const ANALYSIS: Row = { '0': 'Initial', '1': 'Ongoing', '2': 'Completed' };

const wordOf = (words: Row, code: unknown): unknown =>
	code === undefined ? undefined : (words[String(code)] ?? code);

const dayOf = (iso: unknown): unknown => (typeof iso === 'string' ? iso.slice(0, 10) : undefined);

const organisationOf = (event: Row): unknown =>
	rowIn(event.Orgc).name ?? event.organisation ?? event.org;

/** Where something stands, for the answer to be checked by a person. */
function sourceOf(baseUrl: string, eventId: unknown, more: Row): Row {
	return { link: eventPage(baseUrl, eventId), ...more };
}

const tagsOf = (row: Row): unknown[] =>
	namesIn(row.Tag ?? row.tags ?? rowsIn(row.EventTag).map(({ Tag }) => Tag));

const briefEvent = ({ id, info, date }: Row): Row => ({ id, info, date });

/** The event that a row hangs on. */
const eventAround = (row: Row): Row => {
	const { info, date } = rowIn(row.Event);
	return { id: row.event_id, info: row.event_info ?? info, date };
};

const attributeBrief = (row: Row): Row => {
	const { type, category, value, to_ids, comment } = row;
	const { object_relation: relation, first_seen, last_seen, deleted } = row;
	return {
		...{ type, relation, category, value, to_ids, comment, first_seen, last_seen },
		deleted: deleted === true ? true : undefined,
		tags: tagsOf(row),
	};
};

const objectBrief = (row: Row): Row => ({
	name: row.name,
	comment: row.comment,
	attributes: rowsIn(row.Attribute).map(({ object_relation: relation, value }) => ({
		relation,
		value,
	})),
});

const event: View = {
	is: (row) => 'info' in row && 'id' in row && ('Orgc' in row || 'orgc_id' in row),
	show: (row, baseUrl) => ({
		id: row.id,
		info: row.info,
		published: row.published,
		threat_level: row.threat_level ?? wordOf(THREAT_LEVELS, row.threat_level_id),
		analysis: wordOf(ANALYSIS, row.analysis),
		tags: tagsOf(row),
		galaxies: rowsIn(row.Galaxy ?? row.GalaxyCluster).flatMap(({ name, GalaxyCluster, value }) =>
			GalaxyCluster === undefined
				? [value ?? name]
				: rowsIn(GalaxyCluster).map((cluster) => cluster.value),
		),
		attribute_count: row.attribute_count,
		attributes: rowsIn(row.Attribute).map(attributeBrief),
		objects: rowsIn(row.Object).map(objectBrief),
		reports: rowsIn(row.EventReport).map(({ id, name, content }) => ({ id, name, content })),
		related_events: rowsIn(row.RelatedEvent).map(({ Event }) => briefEvent(rowIn(Event))),
		source: sourceOf(baseUrl, row.id, {
			uuid: row.uuid,
			organisation: organisationOf(row),
			date: row.date,
		}),
	}),
};

const attribute: View = {
	is: (row) => 'value' in row && 'type' in row && 'event_id' in row && 'category' in row,
	show: (row, baseUrl) => ({
		id: row.id,
		...attributeBrief(row),
		object_id: row.object_id,
		event: eventAround(row),
		source: sourceOf(baseUrl, row.event_id, {
			uuid: row.uuid,
			organisation: organisationOf(rowIn(row.Event)),
			date: dayOf(row.timestamp_iso),
		}),
	}),
};

const object: View = {
	is: (row) => 'meta-category' in row && 'event_id' in row,
	show: (row, baseUrl) => ({
		id: row.id,
		...objectBrief(row),
		event: eventAround(row),
		source: sourceOf(baseUrl, row.event_id, {
			uuid: row.uuid,
			organisation: organisationOf(rowIn(row.Event)),
			date: dayOf(row.timestamp_iso),
		}),
	}),
};

/** A match of a look-up: an attribute with its event, both flat already. */
function matchOf(match: Row, baseUrl: string): Row {
	const about = rowIn(match.event);
	return {
		...attributeBrief(match),
		matched_by: match.matched_by,
		tags: match.tags,
		sightings: match.sightings,
		event: { ...briefEvent(about), id: match.event_id, published: about.published },
		source: sourceOf(baseUrl, match.event_id, {
			uuid: match.uuid,
			organisation: about.org,
			date: about.date,
		}),
	};
}

const listed = ({ warninglists, feeds }: Row): Row => ({
	warninglists: namesIn(warninglists),
	feeds: namesIn(feeds),
});

const answer: View = {
	is: (row) => 'verdict' in row && 'matches' in row,
	show: ({ value, searched, matches, warninglists, feeds, host, ...rest }, baseUrl) => ({
		value,
		searched: searched === value ? undefined : searched,
		...rest,
		matches: rowsIn(matches).map((match) => matchOf(match, baseUrl)),
		...listed({ warninglists, feeds }),
		host: isRow(host) ? { ...host, ...listed(host) } : undefined,
	}),
};

const SIGHTING_TYPES: Row = { '0': 'Sighting', '1': 'False Positive', '2': 'Expiration' };

const sighting: View = {
	is: (row) => 'date_sighting' in row && 'attribute_id' in row,
	show: (row, baseUrl) => ({
		id: row.id,
		kind: row.sighting_type ?? wordOf(SIGHTING_TYPES, row.type),
		reported_by: row.source,
		value: row.value ?? rowIn(row.Attribute).value,
		attribute_id: row.attribute_id,
		event_id: row.event_id,
		source: sourceOf(baseUrl, row.event_id, {
			uuid: row.uuid,
			organisation: row.organisation ?? rowIn(row.Organisation).name,
			date: row.date_sighting_iso,
		}),
	}),
};

const tag: View = {
	is: (row) => 'colour' in row && 'name' in row && 'exportable' in row,
	show: ({ id, name, is_galaxy, attribute_count, event_count, count }) => ({
		...{ id, name, attribute_count, event_count, count },
		is_galaxy: is_galaxy === true ? true : undefined,
	}),
};

const VIEWS: View[] = [answer, event, object, attribute, sighting, tag];

/** Texts, values and identifiers of what hangs on an event, whatever else it is. */
const other: View = {
	is: () => true,
	show: (row, baseUrl) =>
		'event_id' in row && !('source' in row)
			? { ...row, source: sourceOf(baseUrl, row.event_id, {}) }
			: row,
};

/** `{Event: {…}}` and the like, with nothing beside it. */
function unwrapped(row: Row): Row {
	const [only, ...others] = Object.values(row);
	return others.length === 0 && isRow(only) ? only : row;
}

/** The fields of a row that matter; a row of no known kind as it is. */
export function viewOf(sent: Row, baseUrl: string): Row {
	const row = unwrapped(sent);
	const view = VIEWS.find(({ is }) => is(row)) ?? other;
	const { summary } = sent;
	return { ...view.show(row, baseUrl), ...(summary === undefined ? {} : { summary }) };
}
