import type { INodeProperties } from 'n8n-workflow';

import { collection, required, when, type Fields, type InputOf } from './field';
import { ceilingFields, isAboutEvents } from './ceilings';
import { raw } from './form';
import { handOverFields } from './handOver';
import { choice, number } from './inputs';
import { time } from './time';
import type { Watchers } from './watcher';

/** What every watcher offers below its own fields. */
export const COMMON = {
	start: choice(
		'Start',
		[
			{ value: 'now', name: 'From Now On', description: 'What is there already does not count' },
			{
				value: 'lookBack',
				name: 'Look Back',
				description: 'What happened since a time comes with the first polls',
			},
		],
		'now',
		{
			description:
				'Where the trigger begins when it is activated for the first time. Later it goes on where it stopped, however long it was off.',
		},
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

export type CommonInput = InputOf<typeof COMMON>;

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
	for (const [name, { property }] of Object.entries(COMMON)) properties.push({ ...property, name });
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
