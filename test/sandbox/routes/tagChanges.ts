/** /tags: add, edit and delete */
import { answer, isRecord, refuse, truthy, unwrap, type Call, type Json } from '../http';
import { tagFull } from '../present';
import type { TagRow } from '../rows';

const complain = (field: string, message: string) =>
	refuse.notAllowed(`Could not add the Tag. [${field}]: ${message}`);

function fieldsOf(call: Call): Json {
	const input = unwrap(call.body, 'Tag');
	return isRecord(input) ? input : {};
}

function checkColour({ colour }: Json): void {
	if (colour !== undefined && !/^#[0-9a-f]{6}$/i.test(String(colour))) {
		throw complain('colour', 'Colour has to be in the RGB format (#FFFFFF)');
	}
}

/** What is in the body; MISP makes numbers of ids, and 0 of anything else. */
function given(fields: Json): Partial<TagRow> {
	const number = (value: unknown) => Number(value) || 0;
	return {
		...(fields.colour === undefined ? {} : { colour: String(fields.colour) }),
		...(fields.exportable === undefined ? {} : { exportable: truthy(fields.exportable) }),
		...(fields.hide_tag === undefined ? {} : { hideTag: truthy(fields.hide_tag) }),
		...(fields.local_only === undefined ? {} : { localOnly: truthy(fields.local_only) }),
		...(fields.org_id === undefined ? {} : { orgId: number(fields.org_id) }),
		...(fields.user_id === undefined ? {} : { userId: number(fields.user_id) }),
		...(fields.numerical_value === undefined
			? {}
			: { numericalValue: number(fields.numerical_value) }),
	};
}

export function add(call: Call) {
	const { world } = call;
	const fields = fieldsOf(call);
	const name = String(fields.name ?? '').trim();
	if (name === '') throw complain('name', 'This field is required.');
	const known = world.tag(name);
	if (known !== undefined) return answer({ Tag: tagFull(known) });
	checkColour(fields);
	return answer({ Tag: tagFull(world.addTag({ name, ...given(fields) })) });
}

function wanted(call: Call): TagRow {
	const tag = call.world.tags.get(Number(call.args[0]));
	if (tag === undefined) throw refuse.notFound('Invalid tag');
	return tag;
}

export function edit(call: Call) {
	const tag = wanted(call);
	const fields = fieldsOf(call);
	if (fields.name !== undefined) {
		const name = String(fields.name).trim();
		if (name === '') throw complain('name', 'This field is required.');
		const other = call.world.tag(name);
		if (other !== undefined && other !== tag) {
			throw complain('name', 'A similar name already exists.');
		}
	}
	checkColour(fields);
	if (fields.name !== undefined) call.world.renameTag(tag, String(fields.name).trim());
	Object.assign(tag, given(fields));
	return answer({ Tag: tagFull(tag) });
}

export function deleteTag(call: Call) {
	const { world } = call;
	const tag = wanted(call);
	const others = ({ tagId }: { tagId: number }) => tagId !== tag.id;
	for (const event of world.events.values()) {
		event.tags = event.tags.filter(others);
		for (const row of event.attributes) row.tags = row.tags.filter(others);
	}
	for (const collection of world.tagCollections.values()) {
		collection.tags = collection.tags.filter(others);
	}
	world.removeTag(tag);
	const message = 'Tag deleted.';
	return answer({ name: message, message, url: `${call.baseUrl}${call.url}` });
}
