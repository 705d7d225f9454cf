import { CannotConvert, isExpression, type BuiltIn, type Parameters } from '../builtIn';
import { byId } from './conversion';

const SHARING_GROUP = 4;

const INHERIT = 5;

/**
 * Distribution and sharing group of a form. The group is shown with the distribution "Sharing
 * Group" alone, and MISP reads it there alone.
 */
export function sharingOf(
	old: BuiltIn,
	{ distribution, sharing_group_id: group }: Parameters,
	{ inherits }: { inherits: boolean },
): Parameters {
	if (!inherits && Number(distribution) === INHERIT) {
		throw new CannotConvert(
			'Its Distribution is "Inherit Event", which MISP refuses for an event: choose another there.',
		);
	}
	if (Number(distribution) === SHARING_GROUP && group === undefined) {
		throw new CannotConvert('Its Distribution is "Sharing Group", but no group is chosen.');
	}
	const isForGroup = isExpression(distribution) || Number(distribution) === SHARING_GROUP;
	if (group !== undefined && !isForGroup) {
		old.remark('The sharing group was left out: MISP reads it with that distribution alone.');
	}
	return {
		...(distribution === undefined ? {} : { distribution }),
		...(group === undefined || !isForGroup ? {} : { sharingGroup: byId(group) }),
	};
}
