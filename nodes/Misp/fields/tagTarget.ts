import type { Misp } from '../client/client';
import { inputError, oneOf, required, type InputOf } from '../definition';
import { attributeLocator } from './attribute';
import { eventLocator } from './event';
import { findTag, tagNames } from './tags';

export const target = oneOf('target', 'Target', 'What the tags are on', {
	event: eventLocator,
	attribute: attributeLocator,
});

/** What is tagged, and with which tags. */
export const tagTarget = {
	...target.fields,
	tags: required(
		tagNames('Tags', {
			description: 'One or several tags, by name',
			hint: 'MISP unpublishes the event, unless the tags are local',
		}),
	),
};

type TargetInput = InputOf<typeof tagTarget>;

/** @throws MispError of kind `input` for a missing target and for wildcards */
export function checkTarget(input: TargetInput): void {
	target.of(input);
	const wild = input.tags.find((name) => name.includes('%'));
	if (wild !== undefined) {
		throw inputError(
			`The tag "${wild.slice(0, 60)}" contains %, which MISP reads as a wildcard: it could be any tag.`,
			'Give the full name of the tag.',
		);
	}
}

/** The ids that were found in a run. */
const kept = new WeakMap<Misp, Map<string, string>>();

/**
 * How a tag is named in a request so that MISP takes this one: `_` is a wildcard for it too, and a
 * number is an id, so such a name is replaced by the id of the tag with exactly this name.
 */
export async function unmistakableTag(misp: Misp, name: string): Promise<string> {
	if (!name.includes('_') && Number.isNaN(Number(name))) return name;
	const ids = kept.get(misp) ?? new Map<string, string>();
	kept.set(misp, ids);
	const id = ids.get(name) ?? (await findTag(misp, name))?.id;
	if (id !== undefined) {
		ids.set(name, id);
		return id;
	}
	throw inputError(
		`MISP has no tag "${name.slice(0, 60)}".`,
		'Choose one from the list, or create it in MISP first. (MISP reads _ in a name as a wildcard and a number as an ID, so such a tag must exist.)',
	);
}
