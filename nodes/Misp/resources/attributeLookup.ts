import {
	choice,
	choices,
	collection,
	filter,
	longText,
	lookup,
	number,
	operation,
	refang,
	required,
	texts,
	when,
	type InputOf,
	type Outcome,
	type RunContext,
} from '../definition';
import { attributeTypes } from '../fields/attribute';
import { checkTypes } from '../fields/knownTypes';
import { indicatorsIn, isOneIndicator } from '../fields/indicators';
import {
	addEvents,
	findInFeeds,
	findMatches,
	findWarninglists,
	type FeedHit,
	type Match,
	type Warninglist,
} from '../fields/lookupRequests';
import { tagNames } from '../fields/tags';
import { judge, sightingsOf, verdictRules, type SightingCounts } from '../fields/verdict';

const SIZE = 1000;
const MAX_MATCHES = 100;

const fields = {
	from: required(
		choice(
			'Input',
			[
				{ value: 'values', name: 'Values' },
				{ value: 'text', name: 'Indicators in a Text' },
			],
			'values',
		),
	),
	values: when(
		{ from: ['values'] },
		required(
			texts('Values', 'Value', {
				placeholder: 'e.g. 198.51.100.7 or hxxps://login[.]example[.]com',
				apart: isOneIndicator,
				description:
					'IP addresses, domains, URLs, hashes or anything else that MISP stores, each compared in full. Defanged values are restored.',
			}),
		),
	),
	text: when(
		{ from: ['text'] },
		required(
			longText('Text', {
				placeholder: 'e.g. The mail linked to hxxp://evil[.]example/login …',
				description:
					'Addresses, domains, URLs, e-mail addresses, hashes and CVE numbers are found in it and restored when they are defanged',
			}),
		),
	),
	include: choices(
		'Include',
		[
			{ value: 'sightings', name: 'Sightings', description: 'Counted for each match' },
			{ value: 'decay', name: 'Decay Scores', description: 'By the decaying models of MISP' },
			{ value: 'feeds', name: 'Feed Hits', description: 'Feeds that are cached in MISP' },
		],
		{ description: 'What else to ask MISP for; it makes the look-up slower' },
	),
	maliciousIf: verdictRules.maliciousIf,
	knownGoodIf: verdictRules.knownGoodIf,
	verdictRules: verdictRules.verdictRules,
	filters: collection(
		'Filters',
		{
			types: filter(attributeTypes),
			tags: filter(
				tagNames('Tags', { description: 'Only matches with any of these, on them or their event' }),
			),
			published: filter(
				choice(
					'Published',
					[
						{ value: 1, name: 'Published' },
						{ value: 0, name: 'Not Published' },
					],
					1,
					{ description: 'Only matches in events that are published, or in those that are not' },
				),
			),
			maxMatches: number('Max Matches per Value', {
				min: 1,
				max: 10_000,
				default: MAX_MATCHES,
				description:
					'How many matches to return for each value, newest first. All are counted and judged.',
			}),
		},
		{ placeholder: 'Add Filter' },
	),
};

type Input = InputOf<typeof fields>;

interface Answer {
	matches: Match[];
	heldBack: boolean;
	warninglists: Warninglist[];
	feeds: FeedHit[];
}

/** What a text without any indicator is answered by, so that its item does not vanish. */
const NOTHING = '';

function valuesOf({ from, values = [], text = '' }: Input): string[] {
	if (from === 'values') return values;
	const found = indicatorsIn(text);
	return found.length > 0 ? found : [NOTHING];
}

/** What is asked of MISP: items that ask the same go together. */
function queryOf({ include = [], filters, maliciousIf = [], knownGoodIf = [] }: Input) {
	const { types, tags, published } = filters;
	const withSightings = include.includes('sightings') || knownGoodIf.includes('falsePositives');
	return {
		feeds: include.includes('feeds') || maliciousIf.includes('feed'),
		filters: {
			...(types === undefined ? {} : { type: types }),
			...(tags === undefined ? {} : { tags }),
			...(published === undefined ? {} : { published }),
			includeEventTags: 1,
			...(withSightings ? { includeSightings: 1 } : {}),
			...(include.includes('decay') ? { includeDecayScore: 1 } : {}),
		},
	};
}

async function find(
	context: RunContext,
	all: string[],
	{ feeds, filters }: ReturnType<typeof queryOf>,
): Promise<Record<string, Answer>> {
	const { misp } = context;
	await checkTypes(misp, filters);
	const values = all.filter((value) => value !== NOTHING);
	const plain = [...new Set(values.map(refang))];
	// At the same time: none of them needs what the others find.
	const [found, onLists, inFeeds] = await Promise.all([
		findMatches(context, values, filters),
		findWarninglists(misp, plain),
		feeds ? findInFeeds(misp, plain) : new Map<string, FeedHit[]>(),
	]);
	await addEvents(context, [...new Set([...found.values()].flatMap(({ matches }) => matches))]);
	return Object.fromEntries(
		values.map((value) => [
			value,
			{
				matches: found.get(value)?.matches ?? [],
				heldBack: found.get(value)?.heldBack === true,
				warninglists: Object.hasOwn(onLists, refang(value)) ? (onLists[refang(value)] ?? []) : [],
				feeds: inFeeds.get(refang(value).toLowerCase()) ?? [],
			},
		]),
	);
}

function countsOf({ Sighting = [] }: Match): SightingCounts {
	const count = (type: string) => Sighting.filter((one) => String(one.type) === type).length;
	return { sightings: count('0'), false_positives: count('1'), expirations: count('2') };
}

const tagsOf = ({ Tag = [] }: Match): string[] => [...new Set(Tag.map(({ name }) => name))];

function answerRow(value: string, answer: Answer | undefined, input: Input) {
	const { matches = [], heldBack = false, warninglists = [], feeds = [] } = answer ?? {};
	const { filters } = queryOf(input);
	const evidence = {
		matches: matches.map((match) => ({
			to_ids: match.to_ids,
			tags: tagsOf(match),
			sightings: countsOf(match),
		})),
		warninglists,
		feeds,
		heldBack,
	};
	const shown = matches.slice(0, input.filters.maxMatches ?? MAX_MATCHES);
	return {
		value: value === NOTHING ? null : value,
		searched: value === NOTHING ? null : refang(value),
		status: matches.length > 0 ? 'found' : heldBack ? 'held_back' : 'unknown',
		...judge(evidence, input),
		match_count: matches.length,
		...(heldBack ? { held_back: true } : {}),
		matches: shown,
		...('includeSightings' in filters ? { sightings: sightingsOf(evidence) } : {}),
		warninglists,
		...(queryOf(input).feeds ? { feeds } : {}),
		...(value === NOTHING ? { remark: 'The text has no indicator.' } : {}),
	};
}

/** `misp-galaxy:threat-actor="APT1"` as its galaxy and its cluster. */
function galaxyOf(tag: string) {
	const [, galaxy, cluster] = /^misp-galaxy:([^=]+)="(.*)"$/i.exec(tag) ?? [];
	return galaxy === undefined ? [] : [{ galaxy, cluster, tag }];
}

function matchRow({ Event, Tag, Sighting, ...attribute }: Match, withSightings: boolean) {
	const { Orgc, ...event } = Event ?? {};
	const tags = tagsOf({ ...attribute, Tag } as Match);
	return {
		...attribute,
		event: {
			...event,
			org: (Orgc as { name?: string } | undefined)?.name ?? null,
			published: event.published ?? null,
		},
		tags,
		galaxies: tags.flatMap(galaxyOf),
		...(withSightings ? { sightings: countsOf({ ...attribute, Sighting } as Match) } : {}),
	};
}

export const lookUp = operation({
	name: 'Look Up',
	action: 'Look up indicators (IOC)',
	description:
		'Says of each value whether MISP knows it, where, and what to make of it: one row for each value, in order. "unknown" only means that MISP has nothing on it, not that it is clean; "held_back" that what MISP has is above the TLP ceiling. A thousand items go in a few requests. Example: Values "198.51.100.7".',
	access: 'read',
	endpoints: [
		'POST /attributes/restSearch',
		'POST /events/index',
		'POST /warninglists/checkValue',
		'POST /feeds/searchCaches',
		'GET /attributes/describeTypes.json',
	],
	fields,
	row: (sent: ReturnType<typeof answerRow>) => ({
		...sent,
		matches: sent.matches.map((match) => matchRow(match, 'sightings' in sent)),
	}),
	runMany: async (context, inputs) => {
		const outcomes: Outcome[] = [];
		const groups = new Map<string, number[]>();
		for (const [index, input] of inputs.entries()) {
			const group = JSON.stringify(queryOf(input));
			groups.set(group, [...(groups.get(group) ?? []), index]);
		}
		for (const indexes of groups.values()) {
			const members = indexes.map((index) => inputs[index] as Input);
			const query = queryOf(members[0] as Input);
			const answers = await lookup<typeof fields, Answer>({
				size: SIZE,
				keys: valuesOf,
				find: async (_context, values) => await find(context, values, query),
				row: answerRow,
			})(context, members);
			for (const [position, index] of indexes.entries())
				outcomes[index] = answers[position] as Outcome;
		}
		return outcomes;
	},
});
