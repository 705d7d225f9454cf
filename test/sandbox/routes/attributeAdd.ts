/** /attributes/add: one, many, or one for each of a list of values. */
import { answer, isRecord, notSaved, refuse, truthy, unwrap, type Call, type Json } from '../http';
import { attributeSaved, attributeTagLinks } from '../present';
import { canModify, requireEvent } from '../rights';
import type { Controller } from '../router';
import type { AttributeRow } from '../rows';
import { saveAttribute, type Errors } from '../write/attributes';

/** The attributes asked for, and whether the request was for many. */
function readInputs(call: Call): { inputs: Json[]; many: boolean } {
	const input = unwrap(call.body, 'Attribute');
	if (Array.isArray(input)) {
		return input.length === 0
			? { inputs: [{}], many: false }
			: { inputs: input.map((entry) => (isRecord(entry) ? entry : {})), many: true };
	}
	if (!isRecord(input)) return { inputs: [{}], many: false };
	if (Array.isArray(input.value)) {
		return { inputs: input.value.map((value) => ({ ...input, value })), many: true };
	}
	if (truthy(input.batch_import) && typeof input.value === 'string') {
		const values = input.value.split('\n').filter((line) => line.trim() !== '');
		return { inputs: values.map((value) => ({ ...input, value })), many: true };
	}
	return { inputs: [input], many: false };
}

/** Of many attributes MISP does not keep the order in its reply. */
const LARGE = 100;

function shuffle(rows: AttributeRow[]): void {
	const place = (row: AttributeRow) => (row.id * 7919) % 10_007;
	rows.sort((a, b) => place(a) - place(b));
}

function add(call: Call) {
	const { world, viewer } = call;
	const event = requireEvent(world, viewer, call.args[0] ?? '');
	if (!canModify(viewer, event)) throw refuse.forbidden();
	const { inputs, many } = readInputs(call);
	const breakOnDuplicate = call.named.breakOnDuplicate !== '0';
	const rows: AttributeRow[] = [];
	const errors: Record<string, Errors> = {};
	let alone: Errors = {};
	inputs.forEach((input, index) => {
		const result = saveAttribute(world, viewer, event, input, { breakOnDuplicate });
		if (result.errors === undefined) rows.push(result.row);
		else {
			errors[`attribute_${index}`] = result.errors;
			alone = result.errors;
		}
	});
	if (rows.length === 0) {
		const shown = many && inputs.length > 1 ? errors : alone;
		return notSaved('Could not add Attribute', '/attributes/add', shown);
	}
	world.touch(event);
	if (rows.length > LARGE) shuffle(rows);
	const [first] = rows;
	const body: Json =
		rows.length === 1 && first !== undefined
			? { Attribute: attributeSaved(first), AttributeTag: attributeTagLinks(world, first) }
			: { Attribute: rows.map(attributeSaved) };
	if (Object.keys(errors).length > 0) body.errors = errors;
	return answer(body);
}

export const attributeAdd: Controller = { add: { needs: 'perm_add', run: add } };
