import { eventPage, refang } from '../definition';
import type { FeedHit, Match, Warninglist } from './lookupRequests';
import {
	judge,
	judgeWithHost,
	sightingsOf,
	type SightingCounts,
	type VerdictRules,
} from './verdict';

/** What a look-up answers about a value. */

/** What MISP has about a value. */
export interface Answer {
	matches: Array<Match & { matched_by?: string }>;
	heldBack: boolean;
	warninglists: Warninglist[];
	feeds: FeedHit[];
	/** The same of the host of a URL, where that was asked for. */
	host?: { value: string; answer: Answer } | undefined;
}

/** What was asked for beside the value. */
export interface Asked {
	/** Whether hosts of URLs are looked up, too. */
	hosts: boolean;
	feeds: boolean;
	sightings: boolean;
	/** How many matches are returned; all are counted and judged. */
	maxMatches: number;
	rules: VerdictRules;
}

function countsOf({ Sighting = [] }: Match): SightingCounts {
	const count = (type: string) => Sighting.filter((one) => String(one.type) === type).length;
	return { sightings: count('0'), false_positives: count('1'), expirations: count('2') };
}

const tagsOf = ({ Tag = [] }: Match): string[] => [...new Set(Tag.map(({ name }) => name))];

const NO_ANSWER: Answer = { matches: [], heldBack: false, warninglists: [], feeds: [] };

const evidenceIn = ({ matches, heldBack, warninglists, feeds }: Answer) => ({
	matches: matches.map((match) => ({
		to_ids: match.to_ids,
		tags: tagsOf(match),
		sightings: countsOf(match),
	})),
	warninglists,
	feeds,
	heldBack,
});

const statusOf = ({ matches, heldBack }: Answer) =>
	matches.length > 0 ? 'found' : heldBack ? 'held_back' : 'unknown';

/** What is known of a value and of its host together, told apart by `matched_by`. */
function allOf({ host, ...own }: Answer) {
	const { matches: byHost = [], heldBack = false } = host?.answer ?? {};
	const ids = new Set(own.matches.map(({ id }) => id));
	const matches = [
		...own.matches.map((match) => ({ ...match, matched_by: 'value' })),
		...byHost.filter(({ id }) => !ids.has(id)).map((match) => ({ ...match, matched_by: 'host' })),
	];
	return { ...own, matches, heldBack: own.heldBack || heldBack };
}

function hostRow({ value, answer }: NonNullable<Answer['host']>, { feeds, rules }: Asked) {
	return {
		value,
		status: statusOf(answer),
		...judge(evidenceIn(answer), rules),
		match_count: answer.matches.length,
		warninglists: answer.warninglists,
		...(feeds ? { feeds: answer.feeds } : {}),
	};
}

/**
 * The row of one value, with the matches as MISP sends them.
 *
 * @param value `null` when there was nothing to look up
 */
export function answerRow(value: string | null, answer: Answer = NO_ANSWER, asked: Asked) {
	const { hosts, feeds, sightings, maxMatches, rules } = asked;
	const host = answer.host && hostRow(answer.host, asked);
	const own = judge(evidenceIn(answer), rules);
	const all = hosts ? allOf(answer) : answer;
	return {
		value,
		searched: value === null ? null : refang(value),
		status: statusOf(all),
		...(host ? judgeWithHost(own, host, rules) : own),
		...(hosts ? { matched_by: all.matches[0]?.matched_by ?? null } : {}),
		match_count: all.matches.length,
		...(all.heldBack ? { held_back: true } : {}),
		matches: all.matches.slice(0, maxMatches),
		...(sightings ? { sightings: sightingsOf(evidenceIn(all)) } : {}),
		warninglists: answer.warninglists,
		...(feeds ? { feeds: answer.feeds } : {}),
		...(hosts ? { host: host ?? null } : {}),
	};
}

/** `misp-galaxy:threat-actor="APT1"` as its galaxy and its cluster. */
function galaxyOf(tag: string) {
	const [, galaxy, cluster] = /^misp-galaxy:([^=]+)="(.*)"$/i.exec(tag) ?? [];
	return galaxy === undefined ? [] : [{ galaxy, cluster, tag }];
}

function matchRow(
	{ Event, Tag, Sighting, ...attribute }: Match,
	withSightings: boolean,
	baseUrl: string,
) {
	const { Orgc, ...event } = Event ?? {};
	const tags = tagsOf({ ...attribute, Tag } as Match);
	return {
		...attribute,
		event: {
			...event,
			org: (Orgc as { name?: string } | undefined)?.name ?? null,
			published: event.published ?? null,
		},
		event_url: eventPage(baseUrl, attribute.event_id),
		tags,
		galaxies: tags.flatMap(galaxyOf),
		...(withSightings ? { sightings: countsOf({ ...attribute, Sighting } as Match) } : {}),
	};
}

/** The row with its matches as they are shown. */
export const lookedUpRow = (sent: ReturnType<typeof answerRow>, baseUrl: string) => ({
	...sent,
	matches: sent.matches.map((match) => matchRow(match, 'sightings' in sent, baseUrl)),
});
