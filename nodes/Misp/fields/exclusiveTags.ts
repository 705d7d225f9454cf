import type { Misp } from '../client/client';
import { choice, isTrue, MispError, path } from '../definition';
import type { CarriedTag } from './tagged';

/** What to do when a tag excludes one that is there. */
export const onExclusive = choice(
	'If Another Tag Excludes It',
	[
		{ value: 'fail', name: 'Fail', description: 'Nothing is attached' },
		{
			value: 'replace',
			name: 'Replace the Other Tag',
			description: 'The other tag is taken off once the new one is attached',
		},
		{ value: 'keep', name: 'Keep Both' },
	],
	'fail',
	{
		description:
			'Of an exclusive taxonomy, such as tlp, something should carry one tag only. MISP says so in its pages and lets both stand side by side here.',
	},
);

/** As MISP splits names: `tlp:red`, `admiralty-scale:source-reliability="b"`. */
const PARTS = /^([^:="]+):([^:="]+)(?:="([^"]+)")?$/;

/** What tags that may exclude each other share: all but the last part. None for tags of no taxonomy. */
function circleOf(name: string): string | undefined {
	const [, namespace, predicate, value] = PARTS.exec(name.toLowerCase()) ?? [];
	if (namespace === undefined || namespace === 'misp-galaxy') return undefined;
	return value === undefined ? namespace : `${namespace}:${predicate}`;
}

export const mayExclude = (name: string): boolean => circleOf(name) !== undefined;

/** Two names of one marking, which MISP lets stand together. */
const SAME = ['tlp:white', 'tlp:clear'];

function areRivals(one: string, other: string): boolean {
	const [a, b] = [one.toLowerCase(), other.toLowerCase()];
	if (a === b || (SAME.includes(a) && SAME.includes(b))) return false;
	return circleOf(a) !== undefined && circleOf(a) === circleOf(b);
}

interface TagOfTaxonomy {
	Tag: { name: string };
	Taxonomy?: { exclusive: unknown };
	TaxonomyPredicate?: { exclusive: unknown };
}

const kept = new WeakMap<Misp, Map<string, boolean>>();

/** Which circles hold one tag at most: `POST /tags/search` for those that this run has not met. */
async function exclusiveCircles(misp: Misp, names: string[]): Promise<Map<string, boolean>> {
	const known = kept.get(misp) ?? new Map<string, boolean>();
	kept.set(misp, known);
	const unknown = names.filter((name) => !known.has(circleOf(name) ?? ''));
	if (unknown.length > 0) {
		const found = await misp.post<TagOfTaxonomy[]>(
			path`/tags/search`,
			{ tag: unknown },
			{ read: true },
		);
		for (const name of unknown) known.set(circleOf(name) ?? '', false);
		for (const { Tag, Taxonomy, TaxonomyPredicate } of found) {
			const circle = circleOf(Tag.name);
			const exclusive = isTrue(Taxonomy?.exclusive) || isTrue(TaxonomyPredicate?.exclusive);
			if (circle !== undefined && exclusive) known.set(circle, true);
		}
	}
	return known;
}

/** A tag that is to be attached, and one that it excludes. */
export interface Clash {
	name: string;
	other: string;
	/** The other one where it is on the target; undefined where it is to be attached as well. */
	carried?: CarriedTag;
}

/** Which of these tags exclude each other, or a tag that is there, by the taxonomies of the instance. */
export async function clashesOf(
	misp: Misp,
	names: string[],
	carried: CarriedTag[],
): Promise<Clash[]> {
	const pairs = names.flatMap((name, index): Clash[] => [
		...carried.map((tag) => ({ name, other: tag.name, carried: tag })),
		...names.slice(0, index).map((other) => ({ name, other })),
	]);
	const rivals = pairs.filter(({ name, other }) => areRivals(name, other));
	if (rivals.length === 0) return [];
	const involved = rivals.flatMap(({ name, other }) => [name, other]);
	const exclusive = await exclusiveCircles(misp, [...new Set(involved)]);
	return rivals.filter(({ name }) => exclusive.get(circleOf(name) ?? '') === true);
}

/** Why nothing was attached. @param target `event` or `attribute` */
export function clashError({ name, other, carried }: Clash, target: string): MispError {
	const rule = `of "${circleOf(name) ?? ''}", this MISP wants one tag only. Nothing was attached.`;
	const choices = '"If Another Tag Excludes It"';
	return carried
		? new MispError('conflict', `The ${target} has "${other}", which excludes "${name}": ${rule}`, {
				hint: `Set ${choices} to replace the other tag or to keep both.`,
			})
		: new MispError('conflict', `"${other}" and "${name}" exclude each other: ${rule}`, {
				hint: `Give one of them, or set ${choices} to "Keep Both".`,
			});
}
