import * as z from 'zod/v4';

import {
	choice,
	day,
	isTrue,
	json,
	list,
	path,
	required,
	text,
	toggle,
	uuidText,
	type InputOf,
	type RunContext,
} from '../../definition';
import {
	attributeCategory,
	attributeJson,
	attributeType,
	checkValue,
	idsFlag,
	toIds,
} from '../../fields/attribute';
import { LOST_CHARACTERS, storedDifferently } from '../../fields/attributeWrites';
import type { EventRow } from '../../fields/event';
import {
	eventContents,
	objectJson,
	reportDropped,
	type NewEvent,
} from '../../fields/eventContents';
import { Refanger } from '../../fields/refang';
import { sharingBody } from '../../fields/sharing';
import { galaxyTags, tagNames } from '../../fields/tags';
import { eventChoice } from '../../fields/event';

export const info = text('Event Info', {
	placeholder: 'e.g. Phishing against finance',
	description: 'The title of the event',
});

export const uuid = uuidText('UUID', {
	description: 'Identifies the event everywhere. Left empty, MISP makes one.',
});

export const attributes = list(
	'Attributes',
	'Attribute',
	{
		type: required(attributeType),
		value: required(text('Value', { placeholder: 'e.g. 198.51.100.7' })),
		category: attributeCategory,
		toIds,
		comment: text('Comment', { placeholder: 'e.g. seen in our mail gateway' }),
		tags: tagNames('Tags'),
	},
	{ description: 'The indicators and other data of the event. More can be added later.' },
);

/** What can be set beside the basics, when an event is created. */
export const moreContents = {
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
	extendsEvent: eventChoice('Extends Event', 'The event that this one adds to'),
	disableCorrelation: toggle(
		'Disable Correlation',
		'Whether to leave the event out of correlation',
		true,
	),
};

export const onDropped = choice(
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

/** Attributes in MISP's own JSON may have any form; MISP says what is missing. */
const ifValue =
	(restored: (attribute: { type: string; value: string }) => object) =>
	(attribute: Record<string, unknown>): Record<string, unknown> => {
		const { type, value } = attribute;
		const isOne = typeof type === 'string' && typeof value === 'string';
		return isOne ? { ...attribute, ...restored({ type, value }) } : attribute;
	};

interface EventInput {
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
}

/** The body of events/add from the form. @throws MispError of kind `input` */
export function newEvent(input: EventInput, refanger = new Refanger(input)): NewEvent {
	const { additionalFields: more } = input;
	const id = input.uuid ?? more.uuid;
	const restored = <T extends { type: string; value: string }>(attribute: T): T => ({
		...attribute,
		value: refanger.value(attribute.value, attribute.type),
	});
	const entered = input.attributes.map(restored);
	for (const { type, value } of entered) checkValue(type, value);
	return eventContents({
		id,
		header: {
			info: input.info,
			...sharingBody(input),
			...(input.threatLevel === undefined ? {} : { threat_level_id: input.threatLevel }),
			...(input.analysis === undefined ? {} : { analysis: input.analysis }),
			...(more.date === undefined ? {} : { date: more.date }),
			...(more.extendsEvent === undefined ? {} : { extends_uuid: more.extendsEvent }),
			...(more.disableCorrelation === true ? { disable_correlation: true } : {}),
			...(more.published === true ? { published: 1 } : {}),
		},
		attributes: [
			...entered.map(({ toIds: ids, tags, category, comment, type, value }) => ({
				type,
				value,
				...(category === undefined ? {} : { category }),
				...(comment === undefined ? {} : { comment }),
				...idsFlag(ids),
				...(tags === undefined ? {} : { Tag: tags.map((name) => ({ name })) }),
			})),
			...(more.attributesJson ?? []).map(restored),
		],
		objects: (more.objects ?? []).map((object) => ({
			...object,
			...(object.Attribute ? { Attribute: object.Attribute.map(ifValue(restored)) } : {}),
		})),
		tags: [...(input.tags ?? []), ...(more.galaxyClusters ?? [])],
	});
}

export async function createEvent(
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
