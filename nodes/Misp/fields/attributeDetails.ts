import { inputError, moment, text, toggle, type InputOf } from '../definition';
import { innerDistribution, sharingBody, sharingGroupOf } from './sharing';

/** What an attribute can have beside type and value. */
export const details = {
	comment: text('Comment'),
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
