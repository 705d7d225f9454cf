import type { Misp } from '../client/client';
import type { MispPath } from '../client/path';
import {
	isNumericId,
	isUuid,
	locator,
	MispError,
	oneOf,
	path,
	recover,
	required,
	text,
	type Field,
	type FieldTexts,
	UUID_EXAMPLE,
} from '../definition';
import { attributeLocator, fetchAttribute } from './attribute';
import { clusterById } from './clusterLocator';
import { eventLocator, fetchEventHeader } from './event';
import { GALAXY_LIST } from './galaxy';
import { objectLocator } from './object';
import { ORGANISATION_LIST } from './organisation';
import { fetchReport, reportLocator } from './report';
import { sharingGroupLocator } from './sharing';

/** An id or a UUID of a thing that the form has no list of. */
export function idText(displayName: string, texts: FieldTexts = {}): Field<string | undefined> {
	const plain = text(displayName, {
		placeholder: UUID_EXAMPLE,
		...texts,
	});
	return {
		...plain,
		schema: () =>
			plain
				.schema()
				.transform((value) => value?.trim())
				.refine(
					(value) => value === undefined || isUuid(value) || isNumericId(value),
					'must be an id (a number) or a UUID',
				),
	};
}

/** What analyst data can be about, by MISP's names. */
export const TARGET_TYPES = [
	{ value: 'Event', name: 'Event' },
	{ value: 'Attribute', name: 'Attribute' },
	{ value: 'Object', name: 'Object' },
	{ value: 'EventReport', name: 'Event Report' },
	{ value: 'Galaxy', name: 'Galaxy' },
	{ value: 'GalaxyCluster', name: 'Galaxy Cluster' },
	{ value: 'Note', name: 'Note' },
	{ value: 'Opinion', name: 'Opinion' },
	{ value: 'Relationship', name: 'Relationship' },
	{ value: 'Organisation', name: 'Organisation' },
	{ value: 'SharingGroup', name: 'Sharing Group' },
] as const;

export type TargetType = (typeof TARGET_TYPES)[number]['value'];

/** The ways of the form, and MISP's name for each. */
const WAYS: Record<string, TargetType> = {
	event: 'Event',
	attribute: 'Attribute',
	eventReport: 'EventReport',
	object: 'Object',
	galaxy: 'Galaxy',
	galaxyCluster: 'GalaxyCluster',
	organisation: 'Organisation',
	sharingGroup: 'SharingGroup',
	otherNote: 'Note',
	otherOpinion: 'Opinion',
	otherRelationship: 'Relationship',
};

const target = oneOf('target', 'Target', 'What it is about', {
	event: eventLocator,
	attribute: attributeLocator,
	eventReport: reportLocator,
	object: objectLocator,
	galaxy: required(
		locator('Galaxy', { ...GALAXY_LIST, description: 'The galaxy, from the list, by ID or UUID' }),
	),
	galaxyCluster: clusterById,
	organisation: required(
		locator('Organisation', {
			...ORGANISATION_LIST,
			description: 'The organisation, from the list, by ID or UUID',
		}),
	),
	sharingGroup: sharingGroupLocator,
	otherNote: required(idText('Other Note', { description: 'A note, by ID or UUID' })),
	otherOpinion: required(idText('Other Opinion', { description: 'An opinion, by ID or UUID' })),
	otherRelationship: required(
		idText('Other Relationship', { description: 'A relationship, by ID or UUID' }),
	),
});

export const targetFields = target.fields;

export type TargetInput = Parameters<typeof target.of>[0];

/** @throws MispError of kind `input` when the chosen field is empty */
export function targetOf(input: TargetInput): { type: TargetType; id: string } {
	const { kind, value } = target.of(input);
	return { type: WAYS[kind] as TargetType, id: value };
}

/** Where the other kinds are seen. */
const VIEWS: Partial<Record<TargetType, (id: string) => MispPath>> = {
	Object: (id) => path`/objects/view/${id}`,
	Galaxy: (id) => path`/galaxies/view/${id}`,
	GalaxyCluster: (id) => path`/galaxy_clusters/view/${id}`,
	Organisation: (id) => path`/organisations/view/${id}`,
	SharingGroup: (id) => path`/sharing_groups/view/${id}`,
};

/** The requests behind `uuidOf`. */
export const LOOK_UPS = [
	'POST /events/index',
	'GET /attributes/view/{attribute}',
	'GET /event_reports/view/{report}',
	'GET /objects/view/{object}',
	'GET /galaxies/view/{galaxy}',
	'GET /galaxy_clusters/view/{cluster}',
	'GET /organisations/view/{organisation}',
	'GET /sharing_groups/view/{group}',
	'GET /analyst_data/view/{type}/{id}',
] as const;

/**
 * The UUID of a thing, by which analyst data is kept. MISP does not ask whether the thing exists.
 *
 * @throws MispError of kind `notFound` when it does not, or is not to be seen
 */
export async function uuidOf(misp: Misp, type: TargetType, id: string): Promise<string> {
	if (type === 'Event') return (await fetchEventHeader(misp, id)).uuid;
	if (type === 'Attribute') return (await fetchAttribute(misp, id)).uuid;
	if (type === 'EventReport') return (await fetchReport(misp, id)).EventReport.uuid;
	const view = VIEWS[type]?.(id) ?? path`/analyst_data/view/${type}/${id}`;
	const { uuid } = await recover(
		misp.get<{ uuid: string }>(view, { unwrap: type }),
		({ status }) => [403, 404, 405].includes(status ?? 0),
		({ status, kind, message, hint }) => {
			if (kind === 'authentication') throw new MispError(kind, message, { status, hint });
			throw new MispError(
				'notFound',
				`MISP has no ${type} ${id}, or this key may not see it. Nothing was changed.`,
				{ status, request: `GET ${view}` },
			);
		},
	);
	return uuid;
}
