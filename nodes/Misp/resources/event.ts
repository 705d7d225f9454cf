import { setTimeout as delay } from 'node:timers/promises';

import * as z from 'zod/v4';

import { allows } from '../client/access';
import { isEmptyFilter } from '../client/filters';
import type { Misp } from '../client/client';
import {
	changed,
	asStored,
	choice,
	collection,
	day,
	filter,
	inputError,
	isTrue,
	json,
	limitOf,
	limits,
	list,
	MispError,
	number,
	operation,
	path,
	recover,
	required,
	resource,
	text,
	toggle,
	unset,
	uuidText,
	when,
	withParams,
	type InputOf,
	type RunContext,
} from '../definition';
import { eventIndex } from '../client/paging';
import {
	attributeCategory,
	attributeJson,
	attributeType,
	checkValue,
	idsFlag,
	toIds,
} from '../fields/attribute';
import { LOST_CHARACTERS, storedDifferently } from '../fields/attributeWrites';
import {
	analysis,
	eventLocator,
	fetchEventHeader,
	threatLevel,
	type EventRow,
} from '../fields/event';
import { eventContents, objectJson, reportDropped, type NewEvent } from '../fields/eventContents';
import { searchKnown } from '../fields/knownTypes';
import { organisationNames } from '../fields/organisation';
import { eventSearch, searchOf } from '../fields/search';
import { eventDistribution, sharingBody, sharingGroupOf } from '../fields/sharing';
import { galaxyTags, tagNames } from '../fields/tags';
import { contactReporter } from './event/contactReporter';
import { enrich } from './event/enrich';
import { importFreetext } from './event/importFreetext';
import { importStix } from './event/importStix';
import { merge } from './event/merge';
import { protect, unprotect } from './event/protection';
import { uploadSample } from './event/uploadSample';

const info = text('Event Info', {
	placeholder: 'e.g. Phishing against finance',
	description: 'The title of the event',
});

const uuid = uuidText('UUID', {
	placeholder: 'e.g. 5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b',
	description: 'Identifies the event everywhere. Left empty, MISP makes one.',
});

const attributes = list(
	'Attributes',
	'Attribute',
	{
		type: required(attributeType),
		value: required(text('Value', { placeholder: 'e.g. 198.51.100.7' })),
		category: attributeCategory,
		toIds,
		comment: text('Comment'),
		tags: tagNames('Tags'),
	},
	{ description: 'The indicators and other data of the event. More can be added later.' },
);

/** What can be set beside the basics, when an event is created. */
const moreContents = {
	date: day('Date', { description: 'Day of the event. Left empty, today.' }),
	galaxyClusters: galaxyTags('Galaxy Clusters', {
		description: 'By their tag, such as misp-galaxy:threat-actor="APT1"',
	}),
	objects: json('Objects (JSON)', z.array(objectJson, 'must be a list of objects'), {
		empty: '[]',
		description:
			'Objects in MISP’s own JSON, with their attributes. Example: [{"name": "file", "template_uuid": "…", "Attribute": […]}]',
	}),
	attributesJson: json(
		'Attributes (JSON)',
		z.array(attributeJson, 'must be a list of attributes'),
		{
			empty: '[]',
			description:
				'More attributes in MISP’s own JSON, for example from an expression. Example: [{"type": "domain", "value": "bad.example.com"}]',
		},
	),
	extendsEvent: text('Extends Event (UUID or ID)', {
		description: 'The event that this one adds to',
	}),
	disableCorrelation: toggle(
		'Disable Correlation',
		'Whether to leave the event out of correlation',
	),
};

const onDropped = choice(
	'If MISP Drops Something',
	[
		{
			value: 'report',
			name: 'List It in the Output',
			description: 'In the field "dropped", with the reason',
		},
		{
			value: 'fail',
			name: 'Fail',
			description: 'The event stays in MISP without what was dropped',
		},
	],
	'report',
	{ description: 'MISP saves an event even if it refuses some of its attributes or tags' },
);

const create = operation({
	name: 'Create',
	action: 'Create an event',
	description:
		'Creates an event, with attributes, objects, tags and galaxies in one call. Example: Event Info "Phishing against finance", attribute type "domain" with value "login.example.com", tag "tlp:amber".',
	access: ({ additionalFields }) =>
		additionalFields.published === true ? 'publish' : 'contribute',
	endpoints: ['POST /events/add', 'POST /attributes/add/{event}'],
	row: 'Event',
	fields: {
		info: required(info),
		distribution: eventDistribution,
		sharingGroup: sharingGroupOf,
		threatLevel,
		analysis,
		tags: tagNames('Tags'),
		attributes,
		additionalFields: collection('Additional Fields', {
			...moreContents,
			uuid,
			published: toggle(
				'Publish at Once',
				'Whether to publish the event when it is created. MISP refuses this for an event without any content.',
			),
			onDropped,
		}),
	},
	check: (input) => void newEvent(input),
	run: async (context, input) =>
		await recover(
			createEvent(context, newEvent(input), input.additionalFields),
			({ kind }) => kind === 'conflict',
			(error) => {
				const hint =
					'Use the operation Create or Update for an event that may exist, or leave UUID empty for a new one.';
				throw new MispError(error.kind, error.message, { ...error, hint });
			},
		),
});

const createOrUpdate = operation({
	name: 'Create or Update',
	action: 'Create or update an event',
	description:
		'Creates the event with this UUID, or updates it if it exists. Safe to repeat: attributes and tags that are there already stay as they are, nothing is removed.',
	access: 'contribute',
	endpoints: [
		'POST /events/add',
		'POST /events/edit/{event}',
		'POST /attributes/add/{event}',
		'POST /events/index',
		'GET /users/view/me',
	],
	row: 'Event',
	fields: {
		uuid: required(uuid),
		info: required(info),
		// Without a choice, an existing event keeps what it has, and a new one gets MISP's defaults.
		distribution: unset(eventDistribution),
		sharingGroup: sharingGroupOf,
		threatLevel: unset(threatLevel),
		analysis: unset(analysis),
		tags: tagNames('Tags'),
		attributes,
		keepPublished: toggle(
			'Keep Published',
			'Whether a published event stays published, which needs the access level Publish. Otherwise MISP unpublishes it when it is changed.',
			true,
		),
		additionalFields: collection('Additional Fields', { ...moreContents, onDropped }),
	},
	check: (input) => void newEvent(input),
	run: async (context, input) => {
		const event = newEvent(input);
		return await recover(
			createEvent(context, event, input.additionalFields),
			({ kind }) => kind === 'conflict',
			async () => await updateExisting(context, event, input),
		);
	},
});

const get = operation({
	name: 'Get',
	action: 'Get an event',
	description: 'Returns one event with all its attributes, objects, tags, galaxies and reports.',
	access: 'read',
	endpoints: ['GET /events/view/{event}'],
	row: 'Event',
	fields: {
		event: eventLocator,
		additionalFields: collection('Additional Fields', {
			deleted: toggle('Deleted Attributes', 'Whether to add deleted attributes and objects', true),
			extended: toggle(
				'Extended Events',
				'Whether to merge in the events that extend this one',
				true,
			),
			includeAttachments: toggle('Attachments', 'Whether to add the content of attachments', true),
			includeAnalystData: toggle('Analyst Data', 'Whether to add notes and opinions', true),
			includeDecayScore: toggle(
				'Decay Score',
				'Whether to add the scores of decaying models',
				true,
			),
			includeFeedCorrelations: toggle('Feed Correlations', 'Whether to add matches in feeds', true),
			includeWarninglistHits: toggle('Warninglist Hits', 'Whether to mark known good values', true),
			excludeLocalTags: toggle('Without Local Tags', 'Whether to leave local tags out', true),
			noEventReports: toggle('Without Event Reports', 'Whether to leave reports out', true),
			noShadowAttributes: toggle('Without Proposals', 'Whether to leave proposals out', true),
		}),
	},
	run: async ({ misp }, { event, additionalFields }) =>
		await misp.get(withParams(path`/events/view/${event}`, additionalFields), { expect: 'Event' }),
});

const getAll = operation({
	name: 'Get Many',
	action: 'Get many events',
	description:
		'Lists events without their attributes, newest first. Fast; for the contents use Get or Search.',
	access: 'read',
	endpoints: ['POST /events/index'],
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
				datefrom: filter(day('Event Date From')),
				dateuntil: filter(day('Event Date To')),
			},
			{ placeholder: 'Add Filter' },
		),
		sort: choice(
			'Order By',
			[
				{ value: 'id', name: 'ID' },
				{ value: 'date', name: 'Date' },
				{ value: 'timestamp', name: 'Last Change' },
				{ value: 'publish_timestamp', name: 'Publication' },
				{ value: 'info', name: 'Event Info' },
			],
			'id',
		),
		direction: choice(
			'Order Direction',
			[
				{ value: 'desc', name: 'Highest or Newest First' },
				{ value: 'asc', name: 'Lowest or Oldest First' },
			],
			'desc',
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
	run: ({ misp }, { filters, sort = 'id', direction = 'desc', ...limit }) => {
		// As lists: of a text, the index would split names at | and &.
		const { tag: tags, ...plain } = filters;
		return eventIndex(misp, { ...plain, tags, sort, direction }, limitOf(limit));
	},
});

const searchEvents = operation({
	name: 'Search',
	action: 'Search events',
	description:
		'Finds events by what is in them and returns them whole. At least one filter is needed. Several filters on attributes are met by any attributes of the event, not by one alone; to find attributes use the resource Attribute. Example: Tags "tlp:red", Changed After "7d".',
	access: 'read',
	endpoints: ['POST /events/restSearch', 'GET /attributes/describeTypes.json'],
	row: 'Event',
	fields: { ...eventSearch, ...limits },
	check: (input) => void eventFilters(input),
	run: ({ misp }, input) => searchKnown(misp, 'events', eventFilters(input), limitOf(input)),
});

function eventFilters(input: InputOf<typeof eventSearch>): Record<string, unknown> {
	const { value, eventinfo, tags, filters, result } = input;
	return searchOf('events', { value, eventinfo, tags }, { filters, result });
}

const update = operation({
	name: 'Update',
	action: 'Update an event',
	description:
		'Changes what is filled in and leaves the rest. MISP unpublishes an event that is edited; what becomes of that is chosen here.',
	access: ({ published }) => (published === 'publish' ? 'publish' : 'contribute'),
	endpoints: ['POST /events/edit/{event}', 'POST /events/index', 'GET /users/view/me'],
	row: 'Event',
	fields: {
		event: eventLocator,
		published: choice(
			'Published State',
			[
				{
					value: 'keep',
					name: 'Keep',
					description:
						'A published event is published again at once. Needs the access level Publish.',
				},
				{
					value: 'unpublish',
					name: 'Unpublish',
					description: 'Others do not see the change until the event is published again',
				},
				{ value: 'publish', name: 'Publish', description: 'Needs the access level Publish' },
			],
			'keep',
			{ hint: 'MISP unpublishes an event with every edit, unless told otherwise' },
		),
		updateFields: collection(
			'Fields to Update',
			{
				info,
				date: day('Date'),
				threatLevel,
				analysis,
				distribution: eventDistribution,
				sharingGroup: sharingGroupOf,
				disableCorrelation: moreContents.disableCorrelation,
				extendsEvent: moreContents.extendsEvent,
			},
			{ placeholder: 'Add Field' },
		),
	},
	check: ({ updateFields }) => void changesOf(updateFields),
	run: async (context, { event, published, updateFields }) => {
		const changes = changesOf(updateFields);
		const flag =
			published === 'publish'
				? 1
				: published === 'unpublish'
					? 0
					: await publishedAfter(context.misp, event, true);
		const stored = await editEvent(context, event, { ...changes, published: flag }, flag === 1);
		if (changes.info !== undefined && storedDifferently(String(changes.info), stored.info)) {
			context.hint(LOST_CHARACTERS);
		}
		return { Event: stored };
	},
});

const deleteEvent = operation({
	name: 'Delete',
	action: 'Delete an event',
	description:
		'Deletes the event with everything in it, for good. Its UUID is put on the blocklist, so that the event cannot come back by synchronisation, nor be created again with it.',
	access: 'contribute',
	endpoints: ['POST /events/delete/{event}'],
	fields: { event: eventLocator },
	run: async ({ misp }, { event }) => {
		await misp.post(path`/events/delete/${event}`);
		return { event, deleted: true };
	},
});

const publish = operation({
	name: 'Publish',
	action: 'Publish an event',
	description: 'Makes the event visible to those it is shared with, and sends it to them.',
	access: 'publish',
	endpoints: ['POST /events/publish/{event}', 'POST /events/alert/{event}', 'POST /events/index'],
	fields: {
		event: eventLocator,
		alert: toggle('Send E-Mail Alert', 'Whether to tell the users of the instance by e-mail'),
		wait: toggle(
			'Wait Until Published',
			'Whether to go on only when the event is published. MISP publishes in the background.',
			true,
		),
		timeout: when(
			{ wait: [true] },
			number('Wait at Most (Seconds)', { min: 1, max: 600, default: 60 }),
		),
	},
	run: async ({ misp }, { event, alert, wait, timeout = 60 }) => {
		const before = wait === false ? undefined : await fetchEventHeader(misp, event);
		const target = alert === true ? path`/events/alert/${event}` : path`/events/publish/${event}`;
		const { message } = await misp.post<{ message: string }>(target);
		// "Job queued", or it was done at once where MISP has no background jobs.
		if (!before || !/queued/i.test(message)) return await fetchEventHeader(misp, event);
		return await untilPublished(misp, before, timeout);
	},
});

const unpublish = operation({
	name: 'Unpublish',
	action: 'Unpublish an event',
	description: 'Takes the mark "published" off. Copies that others have already stay with them.',
	access: 'contribute',
	endpoints: ['POST /events/unpublish/{event}', 'POST /events/index'],
	fields: { event: eventLocator },
	run: async ({ misp }, { event }) => {
		await misp.post(path`/events/unpublish/${event}`);
		return await fetchEventHeader(misp, event);
	},
});

async function updateExisting(
	context: RunContext,
	event: NewEvent,
	input: {
		uuid: string;
		keepPublished?: boolean | undefined;
		additionalFields: { onDropped?: 'report' | 'fail' | undefined };
	},
): Promise<{ Event: EventRow }> {
	const published = await publishedAfter(context.misp, input.uuid, input.keepPublished !== false);
	const stored = await editEvent(context, input.uuid, { ...event, published }, published === 1);
	return await reportDropped(context, event, stored, input.additionalFields.onDropped === 'fail');
}

/** The body of events/add from the form. @throws MispError of kind `input` */
function newEvent(input: {
	info: string;
	uuid?: string | undefined;
	distribution: number | undefined;
	sharingGroup: string | undefined;
	threatLevel: number | undefined;
	analysis: number | undefined;
	tags: string[] | undefined;
	attributes: InputOf<{ attributes: typeof attributes }>['attributes'];
	additionalFields: Partial<InputOf<typeof moreContents>> & {
		uuid?: string | undefined;
		published?: boolean | undefined;
	};
}): NewEvent {
	const { additionalFields: more } = input;
	const id = input.uuid ?? more.uuid;
	for (const { type, value } of input.attributes) checkValue(type, value);
	return eventContents({
		id,
		header: {
			info: input.info,
			...sharingBody(input),
			...(input.threatLevel === undefined ? {} : { threat_level_id: input.threatLevel }),
			...(input.analysis === undefined ? {} : { analysis: input.analysis }),
			...(more.date === undefined ? {} : { date: more.date }),
			...(more.extendsEvent === undefined
				? {}
				: { extends_uuid: asStored(more.extendsEvent.trim()) }),
			...(more.disableCorrelation === true ? { disable_correlation: true } : {}),
			...(more.published === true ? { published: 1 } : {}),
		},
		attributes: [
			...input.attributes.map(({ toIds: ids, tags, category, comment, type, value }) => ({
				type,
				value,
				...(category === undefined ? {} : { category }),
				...(comment === undefined ? {} : { comment }),
				...idsFlag(ids),
				...(tags === undefined ? {} : { Tag: tags.map((name) => ({ name })) }),
			})),
			...(more.attributesJson ?? []),
		],
		objects: more.objects ?? [],
		tags: [...(input.tags ?? []), ...(more.galaxyClusters ?? [])],
	});
}

async function createEvent(
	context: RunContext,
	event: NewEvent,
	{ onDropped: policy }: { onDropped?: 'report' | 'fail' | undefined },
): Promise<{ Event: EventRow }> {
	const stored = await context.misp.post<EventRow>(path`/events/add`, event, { unwrap: 'Event' });
	if (storedDifferently(event.info, stored.info)) context.hint(LOST_CHARACTERS);
	if (event.published === 1 && !isTrue(stored.published)) {
		context.hint(
			`Event ${stored.id} was created, but not published: the role of this key’s user may not publish.`,
		);
	}
	return await reportDropped(context, event, stored, policy === 'fail');
}

/** The changes of an update by MISP's names. @throws MispError of kind `input` when there are none */
function changesOf(fields: {
	info?: string | undefined;
	date?: string | undefined;
	threatLevel?: number | undefined;
	analysis?: number | undefined;
	distribution?: number | undefined;
	sharingGroup?: string | undefined;
	disableCorrelation?: boolean | undefined;
	extendsEvent?: string | undefined;
}): Record<string, unknown> {
	const changes: Record<string, unknown> = {
		...sharingBody(fields),
		...(fields.info === undefined ? {} : { info: fields.info }),
		...(fields.date === undefined ? {} : { date: fields.date }),
		...(fields.threatLevel === undefined ? {} : { threat_level_id: fields.threatLevel }),
		...(fields.analysis === undefined ? {} : { analysis: fields.analysis }),
		...(fields.disableCorrelation === undefined
			? {}
			: { disable_correlation: fields.disableCorrelation }),
		...(fields.extendsEvent === undefined
			? {}
			: { extends_uuid: asStored(fields.extendsEvent.trim()) }),
	};
	return changed(changes);
}

/**
 * The value of `published` for an edit that leaves the state as it is. Left out, MISP unpublishes.
 *
 * @throws MispError of kind `scope` when the event is published and the credential may not publish
 */
async function publishedAfter(misp: Misp, event: string, keep: boolean): Promise<0 | 1> {
	if (!keep) return 0;
	const { published, id } = await fetchEventHeader(misp, event);
	if (!isTrue(published)) return 0;
	if (allows(misp.connection.access, 'publish')) {
		await mustPublish(misp, id);
		return 1;
	}
	throw new MispError(
		'scope',
		`Event ${id} is published, and an edit would unpublish it. To keep it published, the credential needs the access level "Publish". Nothing was changed.`,
		{ hint: 'Choose to unpublish it, or use a credential of that level.' },
	);
}

/** @throws MispError of kind `permission` for a role that may not publish: its edit would unpublish */
async function mustPublish(misp: Misp, event: string): Promise<void> {
	const { Role } = await misp.get<{ Role: Record<string, unknown> }>(path`/users/view/me`, {
		expect: 'Role',
	});
	if (isTrue(Role.perm_publish) || isTrue(Role.perm_site_admin)) return;
	throw new MispError(
		'permission',
		`Event ${event} is published, and the role "${String(Role.name)}" of this key’s user may not publish: an edit would unpublish it. Nothing was changed.`,
		{
			hint: 'Choose to unpublish it, or use a credential whose user has the role Publisher.',
			request: 'GET /users/view/me',
		},
	);
}

async function editEvent(
	context: RunContext,
	event: string,
	body: Record<string, unknown>,
	publishing: boolean,
): Promise<EventRow> {
	const stored = await context.misp.post<EventRow>(path`/events/edit/${event}`, body, {
		unwrap: 'Event',
	});
	if (publishing && !isTrue(stored.published)) {
		context.hint(
			`Event ${stored.id} is not published after the edit: the role of this key’s user may not publish.`,
		);
	}
	return stored;
}

/** Waits for MISP's worker, which sets the time of the publication anew also on a published event. */
async function untilPublished(
	misp: Misp,
	before: EventRow,
	timeoutSeconds: number,
): Promise<EventRow> {
	const end = Date.now() + timeoutSeconds * 1000;
	for (let pause = 300; ; pause = Math.min(pause * 1.5, 3000)) {
		const row = await fetchEventHeader(misp, before.id);
		const moved = Number(row.publish_timestamp) > Number(before.publish_timestamp);
		if (isTrue(row.published) && (moved || !isTrue(before.published))) return row;
		if (Date.now() + pause > end) {
			throw new MispError(
				'timeout',
				`MISP took the order to publish event ${row.id}, but had not published it after ${timeoutSeconds} s.`,
				{
					hint: 'Its background workers may be stopped or busy: look at Administration > Jobs in MISP.',
					request: `POST /events/publish/${row.id}`,
				},
			);
		}
		await delay(pause);
	}
}

export const event = resource({
	name: 'Event',
	description: 'A report of something that happened, with its indicators',
	operations: {
		create,
		contactReporter,
		createOrUpdate,
		delete: deleteEvent,
		enrich,
		get,
		getAll,
		importFreetext,
		importStix,
		merge,
		protect,
		publish,
		search: searchEvents,
		unprotect,
		unpublish,
		update,
		uploadSample,
	},
});
