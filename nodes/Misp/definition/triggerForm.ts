import type { INodeProperties } from 'n8n-workflow';

import { choice } from './choices';
import { collection } from './containers';
import { required, when, type Fields, type InputOf } from './field';
import { ceilingFields, isAboutEvents } from './ceilings';
import { raw } from './form';
import { handOverFields } from './handOver';
import { number } from './inputs';
import { time } from './time';
import type { Watcher, Watchers } from './watcher';

const FROM_NOW = {
	value: 'now',
	name: 'From Now On',
	description: 'What is there already does not count',
} as const;

const START =
	'Where the trigger begins when its workflow is published (activated) for the first time. Later it goes on where it stopped, however long it was off.';

/** What a watcher offers below its own fields. */
const COMMON = {
	start: choice(
		'Start',
		[
			FROM_NOW,
			{
				value: 'lookBack',
				name: 'Look Back',
				description: 'What happened since a time comes with the first polls',
			},
		],
		'now',
		{ description: START },
	),
	since: when(
		{ start: ['lookBack'] },
		required(
			time('Look Back To', {
				placeholder: 'e.g. 24h, 7d or 2026-11-20',
				description: 'A period such as 24h or 7d, a date, or epoch seconds',
			}),
		),
	),
	output: choice(
		'Output',
		[
			{ value: 'rows', name: 'One Item per Row' },
			{
				value: 'list',
				name: 'One Item with All Rows',
				description: 'For one message or ticket per poll: the field "rows" holds them all',
			},
		],
		'rows',
	),
	options: collection(
		'Options',
		{
			limit: number('Limit per Poll', {
				default: 1000,
				min: 1,
				description: 'Max number of rows to hand on in one poll. The rest comes with the next.',
			}),
			overlap: number('Overlap (Seconds)', {
				default: 300,
				min: 10,
				description:
					'How far each poll reads again, for rows that MISP stored late. Nothing is repeated.',
			}),
			lookBack: number('Look for Late Data (Hours)', {
				default: 24,
				min: 1,
				description:
					'How far it looks back every 15 minutes, for synchronised data that arrives with old times, and how long it remembers what it handed on',
			}),
			raw,
			...ceilingFields,
			...handOverFields,
		},
		{ placeholder: 'Add Option' },
	),
} satisfies Fields;

export type CommonInput = Omit<InputOf<typeof COMMON>, 'since'> & { since?: string };

type ReadBy = Watcher['readBy'];

/** MISP does not tell since when something is in a list. */
const START_OF_LIST = choice(
	'Start',
	[
		FROM_NOW,
		{
			value: 'lookBack',
			name: 'All That Is There',
			description: 'The whole list comes with the first polls',
		},
	],
	'now',
	{ description: START },
);

/** Options that make no difference to what is not read by a clock. */
const WITHOUT: Record<NonNullable<ReadBy>, readonly string[]> = {
	list: ['overlap', 'lookBack'],
	sequence: ['lookBack'],
};

function optionsFor(readBy: ReadBy) {
	if (readBy === undefined) return COMMON.options;
	const offered = Object.entries(COMMON.options.children ?? {});
	const left = offered.filter(([name]) => !WITHOUT[readBy].includes(name));
	return collection('Options', Object.fromEntries(left), { placeholder: 'Add Option' });
}

/** What watchers offer below their own fields, by what they read. */
export function commonFor(readBy: ReadBy): Fields {
	const options = optionsFor(readBy);
	if (readBy !== 'list') return { ...COMMON, options };
	return { start: START_OF_LIST, output: COMMON.output, options };
}

export const SECONDS_PER_HOUR = 3600;

/** The properties of the trigger: what it watches, and for each watcher its fields. */
export function triggerProperties(watchers: Watchers): INodeProperties[] {
	const named = Object.entries(watchers);
	const properties: INodeProperties[] = [
		{
			displayName: 'Trigger On',
			name: 'watch',
			type: 'options',
			noDataExpression: true,
			options: named
				.map(([value, { name, description }]) => ({ name, value, description }))
				.sort((a, b) => a.name.localeCompare(b.name)),
			default: named[0]?.[0] ?? '',
		},
	];
	for (const [watch, { fields }] of named) {
		for (const [name, { property }] of Object.entries(fields)) {
			properties.push({
				...property,
				name,
				displayOptions: {
					...property.displayOptions,
					show: { watch: [watch], ...property.displayOptions?.show },
				},
			});
		}
	}
	for (const readBy of [undefined, 'list', 'sequence'] as const) {
		const watch = named.filter(([, one]) => one.readBy === readBy).map(([value]) => value);
		if (watch.length === 0) continue;
		for (const [name, { property }] of Object.entries(commonFor(readBy))) {
			const show = { watch, ...property.displayOptions?.show };
			properties.push({ ...property, name, displayOptions: { show } });
		}
	}
	const aboutEvents = named.filter(([, one]) => isAboutEvents(one)).map(([watch]) => watch);
	return properties.map((one) => (one.name === 'options' ? eventOptions(one, aboutEvents) : one));
}

/** Markings and summaries are only offered for what is about events. */
const eventOptions = (options: INodeProperties, watchers: string[]): INodeProperties => ({
	...options,
	options: (options.options as INodeProperties[]).map((option) =>
		option.name in { ...ceilingFields, ...handOverFields }
			? { ...option, displayOptions: { show: { '/watch': watchers } } }
			: option,
	),
});
