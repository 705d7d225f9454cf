/** /events/freeTextImport: values found in text, which the queue adds or proposes later. */
import { findValues } from '../freetext';
import { answer, isRecord, refuse, truthy, unwrap, type Call } from '../http';
import { canModify, requireEvent } from '../rights';
import type { Controller } from '../router';
import { checkValue } from '../warninglists';
import { saveAttribute } from '../write/attributes';

function freeTextImport(call: Call) {
	const { world, viewer } = call;
	if (call.method !== 'POST') throw refuse.notAllowed('This function is only for POST.');
	const event = requireEvent(world, viewer, call.args[0] ?? '');
	const body = unwrap(call.body, 'Attribute');
	const input = isRecord(body) ? body : {};
	const found = findValues(String(input.value ?? ''));
	if (truthy(input.returnMetaAttributes)) {
		return answer(
			found.map(({ types, type, value, original }) => ({
				types: Object.fromEntries(types.map((one) => [one, one])),
				default_type: type,
				value,
				original_value: original,
				to_ids: 1,
			})),
		);
	}
	const distribution = Number(input.distribution ?? 5);
	const adhere = input.adhereToWarninglists ?? call.args[1] ?? false;
	const work = () => {
		for (const { type, category, value } of found) {
			const listed = adhere !== false && checkValue(world, value).length > 0;
			if (listed && adhere !== 'soft') continue;
			const row = { type, category, value, toIds: !listed };
			if (canModify(viewer, event)) {
				saveAttribute(world, viewer, event, {
					...row,
					distribution,
					sharing_group_id: input.sharing_group_id,
					to_ids: !listed,
				});
			} else world.addProposal(event, { ...row, orgId: viewer.user.orgId });
		}
		if (canModify(viewer, event)) world.touch(event);
	};
	world.queue(work, { worker: 'prio', type: 'process_freetext_data', input: `Event: ${event.id}` });
	return answer(
		found.map(({ type, category, value, original }) => ({
			...(type === 'url' ? { comment: false } : {}),
			value,
			original_value: original,
			to_ids: 1,
			type,
			category,
			distribution,
			event_id: String(event.id),
		})),
	);
}

export const eventFreetext: Controller = {
	freeTextImport: { needs: 'perm_add', run: freeTextImport },
};
