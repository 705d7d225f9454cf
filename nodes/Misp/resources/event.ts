import { resource } from '../definition';
import { contactReporter } from './event/contactReporter';
import { create } from './event/create';
import { createOrUpdate } from './event/createOrUpdate';
import { deleteEvent } from './event/delete';
import { enrich } from './event/enrich';
import { get } from './event/get';
import { getAll } from './event/getAll';
import { importFreetext } from './event/importFreetext';
import { importStix } from './event/importStix';
import { merge } from './event/merge';
import { protect, unprotect } from './event/protection';
import { publish, unpublish } from './event/publish';
import { searchEvents } from './event/search';
import { update } from './event/update';
import { uploadSample } from './event/uploadSample';

export const event = resource({
	name: 'Event',
	description: 'A report of something that happened, with its indicators',
	operations: {
		create,
		contactReporter,
		createOrUpdate,
		delete: deleteEvent,
		enrich,
		get,
		getAll,
		importFreetext,
		importStix,
		merge,
		protect,
		publish,
		search: searchEvents,
		unprotect,
		unpublish,
		update,
		uploadSample,
	},
});
