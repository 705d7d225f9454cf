/**
 * The rows that several resources and watchers hand on, each with the columns that a person looks
 * at first. Those of one resource stand with it.
 */
import { besideEnvelope, countOf, eventPage, fieldIn, shape, wordFor } from '../definition';
import { changedAt, creator, eventInfo, eventUrl } from './columns';
import { THREAT_LEVELS } from './event';
import { flatCluster, type ClusterRow } from './galaxyCluster';
import { SIGHTING_TYPES } from './sighting';

type Row = Record<string, unknown>;

const namesIn = (list: unknown): unknown[] =>
	Array.isArray(list)
		? list.map((entry) => fieldIn(entry)).filter((name) => name !== undefined)
		: [];

/** Names of the tags of a row, or of those inside the links that some replies have instead. */
function tagNamesOf(row: Row): unknown[] | undefined {
	if (Array.isArray(row.Tag)) return namesIn(row.Tag);
	const links = row.EventTag ?? row.AttributeTag;
	return Array.isArray(links) ? namesIn(links.map((link: Row | null) => link?.Tag)) : undefined;
}

const eventColumns = {
	id: 'Number in this MISP',
	info: 'Title',
	date: 'Day of the event',
	organisation: creator,
	threat_level: {
		description: '`High`, `Medium`, `Low` or `Undefined`, for `threat_level_id`',
		from: ({ threat_level_id: level }: Row) => wordFor(THREAT_LEVELS, level),
	},
	published: 'Whether it is published',
	tags: { description: 'Names of its tags', from: (row: Row) => tagNamesOf(row) ?? [] },
	attribute_count: 'How many attributes it has, those in objects included',
	timestamp_iso: changedAt,
	event_url: { ...eventUrl, from: ({ id }: Row, baseUrl: string) => eventPage(baseUrl, id) },
};

/** How events are shown, whatever envelope they come in. */
export const eventKind = { kind: 'Event', columns: eventColumns };

export const eventRow = shape({ ...eventKind, flat: 'Event' });

const attributeColumns = {
	id: 'Number in this MISP',
	type: 'Such as `ip-dst`',
	value: 'The indicator',
	category: 'Such as `Network activity`',
	to_ids: 'Whether it is for detection',
	event_id: 'Number of the event',
	event_info: eventInfo,
	comment: 'Comment',
	tags: { description: 'Names of its tags', from: (row: Row) => tagNamesOf(row) ?? [] },
	timestamp_iso: changedAt,
	event_url: eventUrl,
};

export const attributeRow = shape({
	kind: 'Attribute',
	flat: 'Attribute',
	columns: attributeColumns,
});

/** Attributes from replies that leave out tags that are there: no tags then means "not known". */
export const someTagsKind = {
	kind: 'Attribute',
	columns: {
		...attributeColumns,
		tags: {
			description: 'Names of its tags; missing where MISP does not say which',
			from: tagNamesOf,
		},
	},
};

export const writtenAttributeRow = shape({ ...someTagsKind, flat: 'Attribute' });

export const objectRow = shape({
	kind: 'Object',
	flat: 'Object',
	columns: {
		id: 'Number in this MISP',
		name: 'Name of its template',
		event_id: 'Number of the event',
		event_info: eventInfo,
		comment: 'Comment',
		attribute_count: {
			description: 'How many attributes it has',
			from: ({ Attribute }: Row) => countOf(Attribute),
		},
		timestamp_iso: changedAt,
		event_url: eventUrl,
	},
});

export const proposalRow = shape({
	kind: 'Proposal',
	flat: besideEnvelope('ShadowAttribute'),
	columns: {
		id: 'Number in this MISP',
		type: 'Type that is proposed',
		value: 'Value that is proposed',
		category: 'Category that is proposed',
		to_ids: 'Whether it would be for detection',
		event_id: 'Number of the event',
		event_info: eventInfo,
		organisation: {
			description: 'Name of the organisation that proposes it',
			from: ({ Org }: Row) => fieldIn(Org),
		},
		proposal_to_delete: 'Whether the attribute is to be deleted',
		comment: 'Comment',
		timestamp_iso: changedAt,
		event_url: eventUrl,
	},
});

export const sightingRow = shape({
	kind: 'Sighting',
	flat: besideEnvelope('Sighting'),
	columns: {
		id: 'Number in this MISP',
		sighting_type: {
			description: '`Sighting`, `False Positive` or `Expiration`, for `type`',
			from: ({ type }: Row) => wordFor(SIGHTING_TYPES, type),
		},
		value: {
			description: 'What was seen, where MISP says it',
			from: ({ Attribute, attribute }: Row) => fieldIn(Attribute ?? attribute, 'value'),
		},
		date_sighting_iso: 'When it was seen',
		source: 'What saw it',
		organisation: {
			description: 'Name of the organisation that reported it',
			from: ({ Organisation }: Row) => fieldIn(Organisation),
		},
		attribute_id: 'Number of the attribute',
		event_id: 'Number of the event',
		event_info: {
			...eventInfo,
			from: ({ Event, event }: Row) => fieldIn(Event ?? event, 'info'),
		},
		event_url: eventUrl,
	},
});

export const tagRow = shape({
	kind: 'Tag',
	flat: 'Tag',
	columns: {
		id: 'Number in this MISP',
		name: 'Full name',
		count: 'How many events carry it, where MISP counts',
		attribute_count: 'How many attributes carry it, where MISP counts',
		colour: 'Colour in MISP',
		exportable: 'Whether it goes along when events are shared',
	},
});

export const galaxyRow = shape({
	kind: 'Galaxy',
	flat: (sent: Row) => {
		const row = besideEnvelope('Galaxy')(sent);
		const { GalaxyCluster: clusters } = row as { GalaxyCluster?: ClusterRow[] };
		return Array.isArray(clusters)
			? {
					...row,
					GalaxyCluster: clusters.map((cluster) => flatCluster({ GalaxyCluster: cluster })),
				}
			: row;
	},
	columns: {
		id: 'Number in this MISP',
		name: 'Name',
		type: 'Type, the same on every MISP',
		description: 'What it is about',
		cluster_count: {
			description: 'How many clusters it has, where they are asked for',
			from: ({ GalaxyCluster }: Row) => countOf(GalaxyCluster),
		},
		namespace: 'Who keeps it',
		enabled: 'Whether it is enabled',
	},
});

export const organisationRow = shape({
	kind: 'Organisation',
	flat: 'Organisation',
	columns: {
		id: 'Number in this MISP',
		name: 'Name',
		sector: 'Sector',
		nationality: 'Nationality',
		type: 'Type',
		local: 'Whether it has users on this MISP',
		user_count: 'How many users it has',
	},
});

export const warninglistRow = shape({
	kind: 'Warninglist',
	flat: besideEnvelope('Warninglist'),
	columns: {
		id: 'Number in this MISP',
		name: 'Name',
		type: 'How its entries are compared, such as `cidr`',
		category: '`false_positive` or `known`',
		enabled: 'Whether it is enabled',
		warninglist_entry_count: 'How many entries it has',
	},
});

export const taxonomyRow = shape({
	kind: 'Taxonomy',
	flat: besideEnvelope('Taxonomy'),
	columns: {
		id: 'Number in this MISP',
		namespace: 'What its tags begin with',
		description: 'What it is about',
		enabled: 'Whether it is enabled',
		version: 'Version',
		total_count: 'How many tags it defines',
		current_count: 'How many of them this MISP has',
	},
});
