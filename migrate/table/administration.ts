import { byId, limitsOf, type Conversion } from './conversion';
import { CannotConvert, type BuiltIn, type Parameters } from '../builtIn';
import { enveloped, requestOf, wholeList } from './apiRequest';
import { request } from '../expressions';

/** Feeds, organisations and users are administered by the same requests, without a form of their own. */

/** @throws CannotConvert for an update of nothing, which the built-in node refuses */
function changes(old: BuiltIn): Parameters {
	const fields = old.collection('updateFields');
	if (Object.keys(fields).length === 0) throw new CannotConvert('It has no field to update.');
	return fields;
}

const feedRow = enveloped('Feed');

export const feed: Record<string, Conversion> = {
	create: requestOf('POST', 'administer', {
		path: () => '/feeds/add',
		body: (old) => ({
			name: old.required('name'),
			provider: old.required('provider'),
			url: old.required('url'),
			...old.collection('additionalFields'),
		}),
		output: feedRow,
	}),
	disable: requestOf('POST', 'administer', {
		path: (old) => request`/feeds/disable/${old.required('feedId')}`,
	}),
	enable: requestOf('POST', 'administer', {
		path: (old) => request`/feeds/enable/${old.required('feedId')}`,
	}),
	get: requestOf('GET', 'read', {
		path: (old) => request`/feeds/view/${old.required('feedId')}`,
		output: feedRow,
	}),
	getAll: requestOf('GET', 'read', {
		path: (old) => {
			wholeList(old);
			return '/feeds';
		},
		output: feedRow,
	}),
	update: requestOf('PUT', 'administer', {
		path: (old) => request`/feeds/edit/${old.required('feedId')}`,
		body: changes,
		output: feedRow,
	}),
};

const organisationRow = enveloped('Organisation');

export const organisation: Record<string, Conversion> = {
	create: requestOf('POST', 'administer', {
		path: () => '/admin/organisations/add',
		body: (old) => ({ name: old.required('name'), ...old.collection('additionalFields') }),
		output: organisationRow,
	}),
	delete: requestOf('DELETE', 'administer', {
		path: (old) => request`/admin/organisations/delete/${old.required('organisationId')}`,
	}),
	get: {
		to: ['organisation', 'get'],
		access: 'read',
		parameters: (old) => ({ organisation: byId(old.required('organisationId')) }),
	},
	getAll: {
		to: ['organisation', 'getAll'],
		access: 'read',
		parameters: (old) => ({ scope: 'local', ...limitsOf(old) }),
	},
	update: requestOf('PUT', 'administer', {
		path: (old) => request`/admin/organisations/edit/${old.required('organisationId')}`,
		body: changes,
		output: organisationRow,
	}),
};

const userRow = enveloped('User');

export const user: Record<string, Conversion> = {
	create: requestOf('POST', 'administer', {
		path: () => '/admin/users/add',
		body: (old) => ({
			email: old.required('email'),
			role_id: old.required('role_id'),
			...old.collection('additionalFields'),
		}),
		output: userRow,
	}),
	delete: requestOf('DELETE', 'administer', {
		path: (old) => request`/admin/users/delete/${old.required('userId')}`,
	}),
	get: requestOf('GET', 'administer', {
		path: (old) => request`/admin/users/view/${old.required('userId')}`,
		output: userRow,
	}),
	getAll: requestOf('GET', 'administer', {
		path: (old) => {
			wholeList(old);
			return '/admin/users';
		},
		output: userRow,
	}),
	update: requestOf('PUT', 'administer', {
		path: (old) => request`/admin/users/edit/${old.required('userId')}`,
		body: changes,
		output: userRow,
	}),
};
