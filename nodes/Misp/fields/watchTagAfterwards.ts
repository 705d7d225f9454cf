import {
	choice,
	path,
	recover,
	required,
	toggle,
	when,
	type Afterwards,
	type WatchContext,
} from '../definition';
import type { MispErrorKind } from '../client/errors';
import type { Row } from '../client/paging';
import { oneTagName } from './tags';
import { unmistakableTag } from './tagTarget';
import { carrierOf, carriers, linksTo, type TagWatchInput } from './watchTag';

/** What becomes of a tag once the workflow has what carried it. */

export const tagAfterwards = {
	afterwards: choice(
		'Afterwards',
		[
			{ value: 'leave', name: 'Leave the Tag', description: 'Changes nothing in MISP' },
			{
				value: 'remove',
				name: 'Take the Tag Off',
				description: 'MISP unpublishes the event, unless the tag is local',
			},
			{
				value: 'replace',
				name: 'Replace It With Another Tag',
				description: 'MISP unpublishes the event, unless both tags are local',
			},
			{
				value: 'add',
				name: 'Add Another Tag',
				description: 'MISP unpublishes the event, unless the new tag is local',
			},
		],
		'leave',
		{
			description:
				'What to do with the tag, at the poll after the one that started the workflow, so that nothing leaves the queue unseen. All but the first change MISP: the credential needs Contribute. At most 1,000 per poll.',
		},
	),
	newTag: when(
		{ afterwards: ['replace', 'add'] },
		required(oneTagName('New Tag', { description: 'The tag to put on, by name' })),
	),
	local: when(
		{ afterwards: ['replace', 'add'] },
		toggle(
			'New Tag Is Local',
			'Whether only your own instance sees the new tag, which does not unpublish the event. Needs a user of the organisation that runs the instance.',
		),
	),
};

export interface TagAfterwardsInput extends TagWatchInput {
	afterwards: 'leave' | 'remove' | 'replace' | 'add' | undefined;
	newTag: string | undefined;
	local: boolean | undefined;
}

/** After one of these, there is no use in trying the next one at once. */
const UNREACHABLE: ReadonlySet<MispErrorKind> = new Set([
	'authentication',
	'maintenance',
	'network',
	'notMisp',
	'rateLimited',
	'timeout',
	'tls',
]);

/**
 * Changes the tags of what was handed on and still carries the tag. What MISP refuses is reported
 * and stays to be tried again, behind the others. `POST /tags/attachTagToObject`,
 * `POST /tags/removeTagFromObject`
 */
export function finishing(
	context: WatchContext,
	input: TagAfterwardsInput,
): Afterwards | undefined {
	const { misp } = context;
	const { afterwards, newTag, tag } = input;
	if (afterwards === undefined || afterwards === 'leave') return undefined;

	const finish = async (row: Row): Promise<void> => {
		const carrier = carrierOf(row, input.on ?? 'events');
		const { uuid } = carrier;
		// On first, off last: what is interrupted between them stays in the queue.
		if (newTag !== undefined) {
			const wanted = await unmistakableTag(misp, newTag);
			const local = input.local === true ? 1 : 0;
			await misp.post(path`/tags/attachTagToObject`, { uuid, tag: wanted, local });
		}
		if (afterwards === 'add') return;
		for (const { id } of linksTo(carrier, tag)) {
			await recover(
				misp.post(path`/tags/removeTagFromObject`, { uuid, tag: id }),
				({ message }) => /not attached to the target/i.test(message),
				() => undefined,
			);
		}
	};

	return async (ids, isSpent) => {
		const waiting = new Map<number, Row>();
		for await (const row of carriers(context, input)) {
			const id = Number(carrierOf(row, input.on ?? 'events').id);
			if (ids.includes(id)) waiting.set(id, row);
		}
		const refused: number[] = [];
		const reasons = new Map<string, number[]>();
		let given = true;
		for (const [id, row] of ids.flatMap((one) => {
			const found = waiting.get(one);
			return found ? [[one, found] as const] : [];
		})) {
			if (!given || isSpent()) break;
			waiting.delete(id);
			await recover(
				finish(row),
				({ kind }) => kind !== 'cancelled',
				({ kind, message }) => {
					refused.push(id);
					reasons.set(message, [...(reasons.get(message) ?? []), id]);
					given = !UNREACHABLE.has(kind);
				},
			);
		}
		for (const [reason, some] of reasons) {
			context.hint(
				`The tags of ${input.on ?? 'events'} ${some.join(', ')} could not be changed, which is tried again at the next poll: ${reason}`,
			);
		}
		return [...ids.filter((id) => waiting.has(id)), ...refused];
	};
}
