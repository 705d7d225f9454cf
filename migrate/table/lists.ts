import { byId, limitsOf, type Conversion } from './conversion';
import { requestOf } from './apiRequest';
import { request } from '../expressions';

/** What MISP has as lists: galaxies, noticelists, warninglists. */

export const galaxy: Record<string, Conversion> = {
	delete: requestOf('DELETE', 'administer', {
		path: (old) => request`/galaxies/delete/${old.required('galaxyId')}`,
	}),
	get: {
		to: ['galaxy', 'get'],
		access: 'read',
		parameters: (old) => ({ galaxy: byId(old.required('galaxyId')), clusters: false }),
	},
	getAll: { to: ['galaxy', 'getAll'], access: 'read', parameters: limitsOf },
};

export const noticelist: Record<string, Conversion> = {
	get: {
		to: ['noticelist', 'get'],
		access: 'read',
		parameters: (old) => ({ noticelist: byId(old.required('noticelistId')) }),
	},
	getAll: { to: ['noticelist', 'getAll'], access: 'read', parameters: limitsOf },
};

export const warninglist: Record<string, Conversion> = {
	get: {
		to: ['warninglist', 'get'],
		access: 'read',
		parameters: (old) => ({ warninglist: byId(old.required('warninglistId')) }),
	},
	getAll: { to: ['warninglist', 'getAll'], access: 'read', parameters: limitsOf },
};
