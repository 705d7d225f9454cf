/** /events/upload_sample: files as malware samples. */
import { createHash } from 'node:crypto';
import { answer, isRecord, refuse, truthy, unwrap, type Call, type Json } from '../http';
import { canModify, visibleEvent } from '../rights';
import type { EventRow } from '../rows';
import type { Controller } from '../router';
import { createEvent } from '../write/events';

const NO_SAMPLES =
	'No samples received, or samples not in the correct format. Please refer to the API documentation on the automation page.';
const CATEGORIES = [
	'Payload delivery',
	'Artifacts dropped',
	'Payload installation',
	'External analysis',
];

function targetOf({ world, viewer, args }: Call, input: Json): EventRow {
	const id = args[0] ?? input.event_id;
	if (id === undefined) {
		// Only the options that make an event; what is not known is replaced by its default.
		return createEvent(world, viewer, {
			info: input.info ?? 'Uploaded sample',
			distribution: Number(input.distribution ?? 0),
			threat_level_id: input.threat_level_id ?? 4,
			analysis: input.analysis ?? 0,
		});
	}
	const event = /^\d+$/.test(String(id)) ? world.event(id) : undefined;
	if (event === undefined) throw refuse.notFound('Event not found');
	if (visibleEvent(world, viewer, id) === undefined || !canModify(viewer, event)) {
		throw refuse.notFound('Event not found.');
	}
	return event;
}

function addSample({ world }: Call, event: EventRow, filename: string, data: string, input: Json) {
	const content = Buffer.from(data, 'base64');
	const digest = (name: string) => createHash(name).update(content).digest('hex');
	const object = world.addObject(event, {
		name: 'file',
		metaCategory: 'file',
		description: 'A file, with what identifies it',
		comment: String(input.comment ?? ''),
	});
	const category = CATEGORIES.includes(String(input.category))
		? String(input.category)
		: 'Payload installation';
	const add = (type: string, value: string, relation = type, more: Json = {}) =>
		object.attributes.push(
			world.addAttribute(event, {
				type,
				value,
				objectId: object.id,
				objectRelation: relation,
				toIds: input.to_ids === undefined || truthy(input.to_ids),
				distribution: Number(input.distribution ?? 5),
				comment: String(input.comment ?? ''),
				...more,
			}),
		);
	add('malware-sample', `${filename}|${digest('md5')}`, 'malware-sample', { category, data });
	add('filename', filename);
	for (const hash of ['md5', 'sha1', 'sha256']) add(hash, digest(hash));
	add('size-in-bytes', String(content.length), 'size-in-bytes', { toIds: false });
}

function outcome(all: number, refused: number): [name: string, message: string] {
	if (refused === 0) return ['Success', 'Success, saved all attributes.'];
	if (refused === all) return ['Failed', 'Failed to save the samples.'];
	return [
		'Partial success',
		`Successfully saved ${all - refused} sample(s), but some samples could not be saved.`,
	];
}

function uploadSample(call: Call) {
	const body = unwrap(call.body, 'request');
	const input = isRecord(body) ? body : {};
	const files = Array.isArray(input.files) ? input.files.filter(isRecord) : [];
	if (files.length === 0) throw refuse.badRequest(NO_SAMPLES);
	const event = targetOf(call, input);
	const refused = files.filter(({ filename }) => /[\\/]/.test(String(filename)));
	for (const file of files) {
		const { filename, data } = file;
		// One without content is left out without a word.
		if (typeof data !== 'string' || data === '' || refused.includes(file)) continue;
		addSample(call, event, String(filename), data, input);
	}
	call.world.touch(event);
	const [name, message] = outcome(files.length, refused.length);
	return answer({
		name,
		message,
		url: `${call.baseUrl}/events/view/${event.id}`,
		id: String(event.id),
		...(refused.length === 0 ? {} : { errors: refused.map(() => 'Filename not allowed.') }),
	});
}

export const eventSample: Controller = {
	upload_sample: { needs: 'perm_add', run: uploadSample },
};
