/** /events, put together from reading, writing, publishing, importing and tagging. */
import type { Controller } from '../router';
import { eventContact } from './eventContact';
import { eventDelete } from './eventDelete';
import { eventEnrich } from './eventEnrich';
import { eventFreetext } from './eventFreetext';
import { eventIndex } from './eventIndex';
import { eventMerge } from './eventMerge';
import { eventProtection } from './eventProtection';
import { eventPublishing } from './eventPublishing';
import { eventSample } from './eventSample';
import { eventSearch } from './eventSearch';
import { eventStix } from './eventStix';
import { eventView } from './eventView';
import { eventWrites } from './eventWrites';
import { modelTagging } from './modelTagging';

export const events: Controller = {
	...eventView,
	...eventIndex,
	...eventSearch,
	...eventWrites,
	...eventDelete,
	...eventPublishing,
	...eventContact,
	...eventEnrich,
	...eventFreetext,
	...eventMerge,
	...eventProtection,
	...eventSample,
	...eventStix,
	...modelTagging('event'),
};
