import {
	choice,
	choices,
	collection,
	filter,
	inGroups,
	longText,
	lookup,
	number,
	operation,
	refang,
	required,
	texts,
	toggle,
	when,
	type InputOf,
	type RunContext,
} from '../definition';
import { attributeTypes } from '../fields/attribute';
import { checkTypes } from '../fields/knownTypes';
import { hostOf, indicatorsIn, isOneIndicator } from '../fields/indicators';
import { answerRow, lookedUpRow, type Answer } from '../fields/lookupAnswer';
import {
	addEvents,
	findInFeeds,
	findMatches,
	findWarninglists,
	type FeedHit,
} from '../fields/lookupRequests';
import { tagNames } from '../fields/tags';
import { verdictRules } from '../fields/verdict';

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
	hosts: toggle(
		'Also Look Up the Host of URLs',
		'Whether to look up the domain or address in a URL, too, so that a new page of a known host is found. Such matches have "matched_by" host, and "host" says what was made of it.',
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

/** What a text without any indicator is answered by, so that its item does not vanish. */
const NOTHING = '';

function valuesOf({ from, values = [], text = '' }: Input): string[] {
	if (from === 'values') return values;
	const found = indicatorsIn(text);
	return found.length > 0 ? found : [NOTHING];
}

/** What is asked of MISP: items that ask the same go together. */
function queryOf({ hosts, include = [], filters, maliciousIf = [], knownGoodIf = [] }: Input) {
	const { types, tags, published } = filters;
	const withSightings = include.includes('sightings') || knownGoodIf.includes('falsePositives');
	return {
		hosts: hosts === true,
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
	{ hosts, feeds, filters }: ReturnType<typeof queryOf>,
): Promise<Record<string, Answer>> {
	const { misp } = context;
	await checkTypes(misp, filters);
	const asked = all.filter((value) => value !== NOTHING);
	const hostIn = new Map(asked.map((value) => [value, hosts ? hostOf(value) : undefined]));
	const values = [...new Set([...asked, ...[...hostIn.values()].flatMap((host) => host ?? [])])];
	const plain = [...new Set(values.map(refang))];
	// At the same time: none of them needs what the others find.
	const [found, onLists, inFeeds] = await Promise.all([
		findMatches(context, values, filters),
		findWarninglists(misp, plain),
		feeds ? findInFeeds(misp, plain) : new Map<string, FeedHit[]>(),
	]);
	await addEvents(context, [...new Set([...found.values()].flatMap(({ matches }) => matches))]);
	const answerTo = (value: string): Answer => ({
		matches: found.get(value)?.matches ?? [],
		heldBack: found.get(value)?.heldBack === true,
		warninglists: Object.hasOwn(onLists, refang(value)) ? (onLists[refang(value)] ?? []) : [],
		feeds: inFeeds.get(refang(value).toLowerCase()) ?? [],
	});
	const withHost = (value: string): Answer => {
		const host = hostIn.get(value);
		if (host === undefined) return answerTo(value);
		return { ...answerTo(value), host: { value: host, answer: answerTo(host) } };
	};
	return Object.fromEntries(asked.map((value) => [value, withHost(value)]));
}

/** The row of one value. */
function rowOf(value: string, answer: Answer | undefined, input: Input) {
	const { filters, ...query } = queryOf(input);
	const row = answerRow(value === NOTHING ? null : value, answer, {
		...query,
		sightings: 'includeSightings' in filters,
		maxMatches: input.filters.maxMatches ?? MAX_MATCHES,
		rules: input,
	});
	return value === NOTHING ? { ...row, remark: 'The text has no indicator.' } : row;
}

export const lookUp = operation({
	name: 'Look Up',
	action: 'Look up indicators (IOC)',
	description:
		'Says of each value whether MISP knows it, where, and what to make of it: one row for each value, in order. "unknown" only means that MISP has nothing on it, not that it is clean; "held_back" that what MISP has is above the TLP ceiling. A URL is compared in full, unless its host is looked up too. A thousand items go in a few requests. Example: Values "198.51.100.7".',
	access: 'read',
	endpoints: [
		'POST /attributes/restSearch',
		'POST /events/index',
		'POST /warninglists/checkValue',
		'POST /feeds/searchCaches',
		'GET /attributes/describeTypes.json',
	],
	fields,
	row: lookedUpRow,
	runMany: async (context, inputs) =>
		await inGroups(
			inputs,
			(input) => JSON.stringify(queryOf(input)),
			async (members) => {
				const query = queryOf(members[0]);
				return await lookup<typeof fields, Answer>({
					// A URL is asked for twice, once by its host.
					size: query.hosts ? SIZE / 2 : SIZE,
					keys: valuesOf,
					find: async (_context, values) => await find(context, values, query),
					row: rowOf,
				})(context, members);
			},
		),
});
