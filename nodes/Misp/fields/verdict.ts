import { choice, choices, collection, type InputOf } from '../definition';
import { tagNames } from './tags';

/** What is known of a value when it is judged. */
export interface Evidence {
	matches: Array<{ to_ids: boolean; tags: string[]; sightings: SightingCounts | undefined }>;
	warninglists: Array<{ name: string }>;
	feeds: Array<{ name?: string | undefined }>;
	/** Whether there are matches above the TLP ceiling, of which nothing may be said. */
	heldBack?: boolean;
}

export interface SightingCounts {
	sightings: number;
	false_positives: number;
	expirations: number;
}

export type Verdict = 'malicious' | 'suspicious' | 'known_good' | 'unknown' | 'held_back';

/** A match that may not be seen could be for or against: it is named, and never read as "nothing". */
const HELD_BACK = 'held back by the TLP ceiling';

const preset = <F extends { property: object }>(field: F, value: string[]): F => ({
	...field,
	property: { ...field.property, default: value },
});

export interface Judgement {
	verdict: Verdict;
	verdict_reasons: string[];
}

/** The rules by which a value is judged, as the user sees and changes them. */
export const verdictRules = {
	maliciousIf: preset(
		choices(
			'Malicious If',
			[
				{ value: 'ids', name: 'A Match Is for Detection (IDS)' },
				{ value: 'galaxy', name: 'A Match Has a Galaxy', description: 'Such as a threat actor' },
				{ value: 'feed', name: 'A Feed Has It', description: 'Asks for feed hits' },
			],
			{
				description:
					'Any of these makes the verdict "malicious". A match to which none of them applies is "suspicious".',
			},
		),
		['ids'],
	),
	knownGoodIf: preset(
		choices(
			'Known Good If',
			[
				{ value: 'warninglist', name: 'It Is on a Warninglist' },
				{
					value: 'falsePositives',
					name: 'It Has More False Positives Than Sightings',
					description: 'Asks for sightings',
				},
			],
			{ description: 'Any of these makes the verdict "known_good"' },
		),
		['warninglist'],
	),
	verdictRules: collection(
		'More Verdict Rules',
		{
			maliciousTags: tagNames('Malicious Tags', {
				description: 'A match with any of these tags is malicious',
			}),
			knownGoodTags: tagNames('Known Good Tags', {
				description: 'A match with any of these tags makes the value known good',
			}),
			ifBoth: choice(
				'If Both Apply',
				[
					{ value: 'suspicious', name: 'Suspicious' },
					{ value: 'malicious', name: 'Malicious' },
					{ value: 'known_good', name: 'Known Good' },
				],
				'suspicious',
				{
					description:
						'The verdict on a value that is malicious by one rule and known good by another. Without this field, suspicious.',
				},
			),
		},
		{ placeholder: 'Add Rule' },
	),
};

export type VerdictRules = InputOf<typeof verdictRules>;

const GALAXY = /^misp-galaxy:/i;

function tagged({ matches }: Evidence, wanted: string[] | undefined): string[] {
	const names = new Set(wanted?.map((name) => name.toLowerCase()));
	const found = matches.flatMap(({ tags }) => tags).filter((name) => names.has(name.toLowerCase()));
	return [...new Set(found)].map((name) => `tag ${name}`);
}

/** The sum over all matches. */
export function sightingsOf({ matches }: Pick<Evidence, 'matches'>): SightingCounts {
	const sum = (name: keyof SightingCounts) =>
		matches.reduce((total, { sightings }) => total + (sightings?.[name] ?? 0), 0);
	return {
		sightings: sum('sightings'),
		false_positives: sum('false_positives'),
		expirations: sum('expirations'),
	};
}

/**
 * The verdict on a value, and what led to it. Nothing known is "unknown", which is not "clean", and
 * matches above the TLP ceiling make "known_good" and "unknown" to "held_back".
 */
export function judge(evidence: Evidence, rules: VerdictRules): Judgement {
	const judged = judgeSeen(evidence, rules);
	if (evidence.heldBack !== true) return judged;
	const { verdict, verdict_reasons: reasons } = judged;
	const open = verdict === 'unknown' || verdict === 'known_good';
	return { verdict: open ? 'held_back' : verdict, verdict_reasons: [...reasons, HELD_BACK] };
}

function judgeSeen(
	evidence: Evidence,
	{ maliciousIf = [], knownGoodIf = [], verdictRules: more }: VerdictRules,
): Judgement {
	const { matches, warninglists, feeds } = evidence;
	const inFeeds = [...new Set(feeds.map(({ name }) => `feed ${name ?? ''}`.trim()))];
	const galaxies = matches.flatMap(({ tags }) => tags).filter((name) => GALAXY.test(name));
	const { sightings, false_positives: wrong } = sightingsOf(evidence);
	const bad = [
		...(maliciousIf.includes('ids') && matches.some(({ to_ids: ids }) => ids) ? ['to_ids'] : []),
		...(maliciousIf.includes('galaxy') ? [...new Set(galaxies)] : []),
		...(maliciousIf.includes('feed') ? inFeeds : []),
		...tagged(evidence, more.maliciousTags),
	];
	const good = [
		...(knownGoodIf.includes('warninglist')
			? warninglists.map(({ name }) => `warninglist ${name}`)
			: []),
		...(knownGoodIf.includes('falsePositives') && wrong > sightings ? ['false positives'] : []),
		...tagged(evidence, more.knownGoodTags),
	];
	if (bad.length > 0 && good.length > 0)
		return { verdict: more.ifBoth ?? 'suspicious', verdict_reasons: [...bad, ...good] };
	if (bad.length > 0) return { verdict: 'malicious', verdict_reasons: bad };
	if (good.length > 0) return { verdict: 'known_good', verdict_reasons: good };
	const weak = [...(matches.length > 0 ? ['match'] : []), ...inFeeds];
	return { verdict: weak.length > 0 ? 'suspicious' : 'unknown', verdict_reasons: weak };
}

const FROM_NOTHING_TO_WORST: Verdict[] = ['unknown', 'held_back', 'suspicious', 'malicious'];

/**
 * The verdict on a URL when its host is judged too. A bad host makes the URL worse; a good one says
 * nothing about it, since anybody may have a page at a large provider.
 */
export function judgeWithHost(
	own: Judgement,
	host: Judgement,
	{ verdictRules: { ifBoth = 'suspicious' } }: VerdictRules,
): Judgement {
	const rank = ({ verdict }: Judgement) => FROM_NOTHING_TO_WORST.indexOf(verdict);
	const isGood = own.verdict === 'known_good';
	// Weak signs do not count against what is known good, as with the matches of one value.
	if (rank(host) <= 0 || (isGood && host.verdict === 'suspicious')) return own;
	const both = host.verdict === 'malicious' ? ifBoth : host.verdict;
	const worse = rank(host) > rank(own) ? host.verdict : own.verdict;
	return {
		verdict: isGood ? both : worse,
		verdict_reasons: [
			...own.verdict_reasons,
			...host.verdict_reasons.map((reason) => `host: ${reason}`),
		],
	};
}
