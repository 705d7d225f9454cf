/** /events/upload_stix: an event from a document in the raw body. */
import { answer, isRecord, notSaved, refuse, truthy, type Call } from '../http';
import { eventApart } from '../present/eventApart';
import type { EventRow } from '../rows';
import type { Controller } from '../router';
import { readStix1, readStix2 } from '../stix';
import { createEvent, sharingGroupOk } from '../write/events';

const ASK_ADMINISTRATOR =
	'Please ask your administrator to check whether the dependencies for STIX are met via the diagnostic tool.';

/** The document itself, which MISP keeps in an object of the event. */
function keepDocument({ world, raw }: Call, event: EventRow, format: string): void {
	const object = world.addObject(event, {
		name: 'original-imported-file',
		metaCategory: 'file',
		description: 'The document an event was imported from',
		templateUuid: '4cd560e9-2cfe-40a1-9964-7b2e797ecac5',
		templateVersion: '2',
	});
	const within = { objectId: object.id, toIds: false, disableCorrelation: true };
	object.attributes.push(
		world.addAttribute(event, {
			...within,
			type: 'attachment',
			category: 'External analysis',
			value: `uploaded_stix_file.${format === '2.1' ? 'json' : 'xml'}`,
			objectRelation: 'imported-sample',
			data: raw.toString('base64'),
		}),
		world.addAttribute(event, { ...within, type: 'text', value: format, objectRelation: 'format' }),
	);
}

function uploadStix(call: Call) {
	const { world, viewer, named } = call;
	if (call.method !== 'POST') throw refuse.notAllowed('This function is only for POST.');
	const distribution = Number(named.distribution ?? world.settings.defaultEventDistribution);
	if (![0, 1, 2, 3, 4].includes(distribution)) {
		throw refuse.badRequest('Wrong distribution level');
	}
	if (distribution === 4 && named.sharing_group_id === undefined) {
		throw refuse.badRequest(
			'The sharing group id is needed when the distribution is set to 4 ("Sharing group").',
		);
	}
	const sharing = { distribution, sharing_group_id: named.sharing_group_id };
	if (!sharingGroupOk(world, viewer, sharing)) {
		throw refuse.badRequest('Please select a valid sharing group.');
	}
	const failed = (errors: string) =>
		notSaved('Could not upload_stix Event', '/events/upload_stix', errors);
	const second = call.args[0] === '2';
	const document = second
		? readStix2(isRecord(call.body) ? call.body : {})
		: readStix1(call.raw.toString('utf8').trim());
	if (typeof document === 'string') return failed(`${document} ${ASK_ADMINISTRATOR}`);
	const { uuid, info, threatLevelId, format, attributes } = document;
	if (uuid !== undefined && world.event(uuid) !== undefined) {
		return failed('Event with the same UUID already exists.');
	}
	const event = createEvent(world, viewer, {
		...sharing,
		uuid,
		info,
		threat_level_id: threatLevelId,
		Attribute: attributes,
	});
	// Of patterns of others, MISP notes the relation although there is no object.
	for (const row of event.attributes) {
		const relation = attributes.find((one) => one.uuid === row.uuid)?.object_relation;
		if (typeof relation === 'string') row.objectRelation = relation;
	}
	keepDocument(call, event, format);
	if (truthy(named.publish) && viewer.grants.has('perm_publish')) {
		world.queue(() => world.publish(event), { type: 'publish_event', orgId: event.orgId });
	}
	return answer(eventApart(world, viewer, event));
}

export const eventStix: Controller = {
	upload_stix: { needs: 'perm_modify', run: uploadStix },
};
