/** One part that MISP left out when it saved the rest. */
export interface Dropped {
	what: 'attribute' | 'object' | 'tag';
	name: string;
	reason: string;
}

export interface TagName {
	name: string;
}

/** Tags that were sent and are not stored. @param where what stands behind the name of a tag */
export function missingTags(
	sent: TagName[] | undefined,
	stored: TagName[] | undefined,
	where = '',
): Dropped[] {
	const there = new Set(stored?.map(({ name }) => name.toLowerCase()));
	return (sent ?? [])
		.filter((tag) => typeof tag?.name === 'string' && !there.has(tag.name.toLowerCase()))
		.map(({ name }) => ({
			what: 'tag',
			name: name + where,
			reason:
				'it does not exist and this user may not create tags, or its taxonomy allows only one',
		}));
}

/** Parts that were left out, as one text for people. */
export const droppedText = (dropped: Dropped[]): string =>
	dropped.map(({ what, name, reason }) => `${what} "${name}" (${reason})`).join('; ');
