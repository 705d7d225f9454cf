/** /events, put together from reading, writing, publishing and tagging. */
import type { Controller } from '../router';
import { eventDelete } from './eventDelete';
import { eventIndex } from './eventIndex';
import { eventPublishing } from './eventPublishing';
import { eventSearch } from './eventSearch';
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
	...modelTagging('event'),
};
