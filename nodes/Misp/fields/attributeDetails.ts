import { changed, inputError, moment, text, toggle, type InputOf } from '../definition';
import { checkValue, idsFlag } from './attribute';
import { innerDistribution, sharingBody, sharingGroupOf } from './sharing';

/** What an attribute can have beside type and value. */
export const details = {
	comment: text('Comment', { placeholder: 'e.g. seen in our mail gateway' }),
	distribution: innerDistribution,
	sharingGroup: sharingGroupOf,
	firstSeen: moment('First Seen'),
	lastSeen: moment('Last Seen'),
	disableCorrelation: toggle('Disable Correlation', 'Whether to leave it out of correlation', true),
};

export function detailsOf(input: Partial<InputOf<typeof details>>): Record<string, unknown> {
	const { comment, firstSeen, lastSeen, disableCorrelation } = input;
	if (firstSeen !== undefined && lastSeen !== undefined && lastSeen < firstSeen) {
		throw inputError('"Last Seen" is before "First Seen".');
	}
	return {
		...sharingBody(input),
		...(comment === undefined ? {} : { comment }),
		...(firstSeen === undefined ? {} : { first_seen: firstSeen }),
		...(lastSeen === undefined ? {} : { last_seen: lastSeen }),
		...(disableCorrelation === undefined ? {} : { disable_correlation: disableCorrelation }),
	};
}

interface Changes extends Partial<InputOf<typeof details>> {
	value?: string | undefined;
	type?: string | undefined;
	category?: string | undefined;
	toIds?: 'default' | 'yes' | 'no' | undefined;
}

/**
 * The changes of an attribute, made or proposed, by MISP's names.
 *
 * @throws MispError of kind `input` when there are none, or one cannot be
 */
export function attributeChanges(input: Changes): Record<string, unknown> {
	const { value, type, category, toIds: ids } = input;
	if (type !== undefined && value !== undefined) checkValue(type, value);
	return changed({
		...(value === undefined ? {} : { value }),
		...(type === undefined ? {} : { type }),
		...(category === undefined ? {} : { category }),
		...idsFlag(ids),
		...detailsOf(input),
	});
}
