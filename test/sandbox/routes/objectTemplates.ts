/** /objectTemplates: index and view. */
import { answer, refuse, type Call, type Json } from '../http';
import type { Controller } from '../router';
import type { TemplateRow } from '../seedTemplates';
import { findTemplate, objectShelf } from '../state/objectTemplates';

function requirements({ required, requiredOneOf }: TemplateRow): unknown {
	const asked = {
		...(required.length === 0 ? {} : { required }),
		...(requiredOneOf.length === 0 ? {} : { requiredOneOf }),
	};
	return Object.keys(asked).length === 0 ? [] : asked;
}

const flat = (row: TemplateRow): Json => ({
	id: String(row.id),
	user_id: '0',
	org_id: '0',
	uuid: row.uuid,
	name: row.name,
	'meta-category': row.metaCategory,
	description: row.description,
	version: row.version,
	requirements: requirements(row),
	fixed: true,
	active: row.active,
});

const nobody = { id: null, name: null, uuid: null };

const index = ({ world }: Call) =>
	answer(
		objectShelf(world)
			.templates.filter(({ active }) => active)
			.map((row) => ({ ObjectTemplate: flat(row), Organisation: nobody })),
	);

function view({ world, args: [id] }: Call) {
	const row = findTemplate(world, id);
	if (row === undefined) throw refuse.notFound('Invalid object template');
	return answer({
		ObjectTemplate: flat(row),
		User: { id: null, email: null },
		Organisation: nobody,
		ObjectTemplateElement: row.elements.map((one, place) => ({
			id: String(row.id * 100 + place),
			object_template_id: String(row.id),
			object_relation: one.relation,
			type: one.type,
			'ui-priority': String(one.priority),
			categories: one.categories,
			sane_default: one.saneDefault,
			values_list: one.valuesList,
			description: `${one.relation} of the ${row.name}`,
			disable_correlation: one.disableCorrelation,
			multiple: one.multiple,
		})),
	});
}

export const objectTemplates: Controller = { index: { run: index }, view: { run: view } };
