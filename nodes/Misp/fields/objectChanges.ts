import type { Misp } from '../client/client';
import { inputError, type Mapped } from '../definition';
import type { AttributeRow } from './attribute';
import type { ObjectRow } from './object';
import { attributesFor, type Meant, type ObjectAttribute } from './objectAttributes';
import { fetchTemplate, type Template } from './objectTemplate';

/** What of a stored attribute is sent back so that it stays as it is. */
const KEPT = [
	'uuid',
	'object_relation',
	'type',
	'category',
	'value',
	'to_ids',
	'distribution',
	'sharing_group_id',
	'comment',
	'disable_correlation',
	'first_seen',
	'last_seen',
] as const;

/** An attribute of the list that is sent. */
type Listed = Record<string, unknown> & { uuid?: string; object_relation?: string; value: string };

const asStored = (row: AttributeRow): Listed =>
	Object.fromEntries(KEPT.flatMap((key) => (key in row ? [[key, row[key]]] : []))) as Listed;

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/**
 * The whole list of an object's attributes after a change. MISP deletes those that are missing
 * from a list, so all of them are in it.
 *
 * A relation that takes one value gets the new one. Of one that takes several, the new values come
 * to those that are there, or take their places.
 */
function merged(
	template: Template,
	stored: AttributeRow[],
	changes: ObjectAttribute[],
	replace: boolean,
): Listed[] {
	const result = new Map(stored.map((row) => [row.uuid, asStored(row)]));
	const added: Listed[] = [];
	for (const name of new Set(changes.map(({ object_relation: relation }) => relation))) {
		const here = stored.filter(({ object_relation: relation }) => relation === name);
		const wanted = changes.filter(({ object_relation: relation }) => relation === name);
		const several = template.relations.get(name)?.multiple === true;
		if (!several && here.length > 1) {
			throw inputError(
				`The object has ${here.length} attributes "${name}", though its template allows one.`,
				'Change the one you mean with "Attribute: Update".',
			);
		}
		const isNew = ({ value }: { value: string }) => !here.some((row) => same(row.value, value));
		const fresh = several ? wanted.filter(isNew) : wanted;
		const outdated = several
			? here.filter(({ value }) => replace && !wanted.some((one) => same(one.value, value)))
			: here;
		for (const row of outdated) {
			const next = fresh.shift();
			if (next) result.set(row.uuid, { ...asStored(row), value: next.value });
			else result.delete(row.uuid);
		}
		// One without a uuid is new to MISP.
		added.push(...fresh.map((row) => ({ ...row, uuid: undefined })));
	}
	return [...result.values(), ...added];
}

interface Change extends Meant {
	/** The template that the form was filled in with. */
	template: string | undefined;
	mapped: Mapped;
	/** Whether the values of a relation replace those that are there. */
	replace: boolean;
}

/**
 * All attributes of an object after a change.
 *
 * @throws MispError of kind `input` for what does not fit the object's template
 */
export async function changedList(
	misp: Misp,
	object: ObjectRow,
	{ template: wanted, mapped, replace, ...meant }: Change,
): Promise<Listed[]> {
	const stored = (object.Attribute ?? []).filter(({ deleted }) => !deleted);
	if (Object.keys(mapped).length === 0) return stored.map(asStored);
	const asked = wanted ?? object.template_uuid;
	if (asked === null) {
		throw inputError(
			`Object ${object.id} ("${object.name}") has no template.`,
			'Change its attributes one by one with "Attribute: Update".',
		);
	}
	const template = await fetchTemplate(misp, asked);
	if (template.uuid !== object.template_uuid) {
		throw inputError(
			`Object ${object.id} is not of the template "${template.name}" but of "${object.name}".`,
			'Choose its template, or leave "Template" empty.',
		);
	}
	return merged(template, stored, attributesFor(template, mapped, [], meant), replace);
}

/**
 * What an object has beside its attributes after a change: all of it, since MISP may take what is
 * missing for emptied.
 */
export function changedDetails(
	object: ObjectRow,
	changes: Record<string, unknown>,
): Record<string, unknown> {
	const { comment, distribution, sharing_group_id: group, first_seen, last_seen } = object;
	return {
		comment,
		...(changes.distribution === undefined
			? { distribution, ...(distribution === '4' ? { sharing_group_id: group } : {}) }
			: {}),
		...(first_seen ? { first_seen } : {}),
		...(last_seen ? { last_seen } : {}),
		...changes,
	};
}
