import type { Misp } from '../client/client';
import { inputError } from '../client/errors';
import { isUuid, path } from '../client/path';
import { required, when } from '../definition/field';
import { choice } from '../definition/inputs';
import { attributeLocator, fetchAttribute } from './attribute';
import { eventLocator, fetchEventHeader } from './event';
import { tagNames, type TagRow } from './tags';

/** What is tagged, and with which tags. */
export const tagTarget = {
	target: required(
		choice(
			'Target',
			[
				{ value: 'event', name: 'Event' },
				{ value: 'attribute', name: 'Attribute' },
			],
			'event',
			{ description: 'What the tags are on' },
		),
	),
	event: when({ target: ['event'] }, eventLocator),
	attribute: when({ target: ['attribute'] }, attributeLocator),
	tags: required(tagNames('Tags', { description: 'One or several tags, by name' })),
};

interface TargetInput {
	target: 'event' | 'attribute';
	event: string | undefined;
	attribute: string | undefined;
	tags: string[];
}

/** @throws MispError of kind `input` for a missing target and for wildcards */
export function checkTarget({ target, event, attribute, tags }: TargetInput): void {
	if ((target === 'event' ? event : attribute) === undefined) {
		throw inputError(`"${target === 'event' ? 'Event' : 'Attribute'}" is required.`);
	}
	const wild = tags.find((name) => name.includes('%'));
	if (wild !== undefined) {
		throw inputError(
			`The tag "${wild.slice(0, 60)}" contains %, which MISP reads as a wildcard: it could be any tag.`,
			'Give the full name of the tag.',
		);
	}
}

/** MISP tags by uuid; an id is looked up. */
export async function uuidOfTarget(
	misp: Misp,
	{ target, event = '', attribute = '' }: TargetInput,
): Promise<string> {
	if (target === 'event') {
		return isUuid(event) ? event : (await fetchEventHeader(misp, event)).uuid;
	}
	return isUuid(attribute) ? attribute : (await fetchAttribute(misp, attribute)).uuid;
}

/**
 * How a tag is named in a request so that MISP takes this one: `_` is a wildcard for it too, and a
 * number is an id, so such a name is replaced by the id of the tag with exactly this name.
 */
export async function unmistakableTag(misp: Misp, name: string): Promise<string> {
	if (!/_|^\d+$/.test(name)) return name;
	const found = (await misp.post(path`/tags/search`, { tag: [name] }, { read: true })) as Array<{
		Tag: TagRow;
	}>;
	const exact = found.find(({ Tag }) => Tag.name.toLowerCase() === name.toLowerCase());
	if (exact) return exact.Tag.id;
	throw inputError(
		`MISP has no tag "${name.slice(0, 60)}".`,
		'Choose one from the list, or create it in MISP first. (MISP reads _ in a name as a wildcard and a number as an ID, so such a tag must exist.)',
	);
}
