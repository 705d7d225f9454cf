import type { Catalogue } from '../definition/operation';
import { apiRequest } from './apiRequest';
import { attribute } from './attribute';
import { currentUser } from './currentUser';
import { event } from './event';
import { tag } from './tag';

/** The resources of the node "MISP Threat Intelligence", by the values that workflows store. */
export const catalogue: Catalogue = {
	event,
	attribute,
	tag,
	currentUser,
	apiRequest,
};
