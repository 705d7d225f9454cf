/**
 * Every operation of n8n's built-in MISP node (n8n-nodes-base 2.41, the same in 2.8): parameters
 * as n8n stores them, and the request that it makes of them, by its source.
 */

export interface Request {
	method: string;
	path: string;
	body?: Record<string, unknown>;
}

export interface Case {
	/** `event: create`, or more for another way to fill in the form. */
	name: string;
	parameters: Record<string, unknown>;
	sends: Request;
	/** What of that body MISP ignores, so that leaving it out changes nothing. */
	ignored?: string[];
	/** What is sent otherwise on purpose; the report tells the user. */
	mended?: Record<string, unknown>;
}

/** What must exist for the requests to succeed. */
export interface Things {
	event: string;
	attribute: string;
	tag: string;
	/** One that is on the event. */
	attachedTag: string;
	galaxy: string;
	noticelist: string;
	organisation: string;
	warninglist: string;
}

const get = (path: string): Request => ({ method: 'GET', path });
const post = (path: string, body?: Request['body']): Request => ({
	method: 'POST',
	path,
	...(body ? { body } : {}),
});
const put = (path: string, body: Request['body'] = {}): Request => ({ method: 'PUT', path, body });
const remove = (path: string): Request => ({ method: 'DELETE', path });

const attributes = ({ event, attribute }: Things): Case[] => [
	{
		name: 'attribute: create',
		// Resource, operation and type are the defaults, which n8n does not store.
		parameters: { eventId: event, value: 'a note', additionalFields: { distribution: 0 } },
		sends: post(`/attributes/add/${event}`, { type: 'text', value: 'a note', distribution: 0 }),
	},
	{
		name: 'attribute: create, in a sharing group',
		parameters: {
			eventId: event,
			type: 'url',
			value: 'https://www.example.com/a',
			additionalFields: { distribution: 4, sharing_group_id: '1' },
		},
		sends: post(`/attributes/add/${event}`, {
			type: 'url',
			value: 'https://www.example.com/a',
			distribution: 4,
			sharing_group_id: '1',
		}),
	},
	{
		name: 'attribute: delete',
		parameters: { operation: 'delete', attributeId: attribute },
		sends: remove(`/attributes/delete/${attribute}`),
	},
	{
		name: 'attribute: get',
		parameters: { operation: 'get', attributeId: attribute },
		sends: get(`/attributes/view/${attribute}`),
	},
	{
		name: 'attribute: getAll',
		parameters: { operation: 'getAll', returnAll: true },
		sends: get('/attributes'),
	},
	{
		name: 'attribute: search',
		parameters: {
			operation: 'search',
			value: '198.51.100.23',
			additionalFields: {
				type: 'ip-dst',
				category: 'Network activity',
				tags: 'tlp:amber, tlp:green',
				published: true,
			},
		},
		sends: post('/attributes/restSearch', {
			value: '198.51.100.23',
			type: 'ip-dst',
			category: 'Network activity',
			tags: ['tlp:amber', 'tlp:green'],
			published: true,
		}),
	},
	{
		name: 'attribute: search, deleted ones',
		parameters: { operation: 'search', value: 'gone', additionalFields: { deleted: true } },
		sends: post('/attributes/restSearch', { value: 'gone', deleted: true }),
	},
	{
		name: 'attribute: search, with flags that are off',
		parameters: {
			operation: 'search',
			value: 'here',
			additionalFields: { deleted: false, published: false },
		},
		sends: post('/attributes/restSearch', { value: 'here', deleted: false, published: false }),
		ignored: ['deleted', 'published'],
	},
	{
		name: 'attribute: search by JSON',
		parameters: {
			operation: 'search',
			useJson: true,
			jsonOutput: '{"value": ["a", "b"], "type": "text", "limit": 5}',
		},
		sends: post('/attributes/restSearch', { value: ['a', 'b'], type: 'text', limit: 5 }),
	},
	{
		name: 'attribute: update',
		parameters: {
			operation: 'update',
			attributeId: attribute,
			updateFields: { distribution: 4, sharing_group_id: '1' },
		},
		sends: put(`/attributes/edit/${attribute}`, { distribution: 4, sharing_group_id: '1' }),
	},
];

const events = ({ event }: Things): Case[] => [
	{
		name: 'event: create',
		parameters: {
			resource: 'event',
			org_id: '2',
			information: 'Phishing',
			additionalFields: { distribution: 1, threat_level_id: 2, analysis: 1 },
		},
		sends: post('/events', {
			org_id: '2',
			info: 'Phishing',
			distribution: 1,
			threat_level_id: 2,
			analysis: 1,
		}),
		ignored: ['org_id'],
	},
	{
		name: 'event: create, with all else up to MISP',
		parameters: { resource: 'event', org_id: '2', information: 'Phishing', additionalFields: {} },
		sends: post('/events', { org_id: '2', info: 'Phishing' }),
		ignored: ['org_id'],
	},
	{
		name: 'event: delete',
		parameters: { resource: 'event', operation: 'delete', eventId: event },
		sends: remove(`/events/delete/${event}`),
	},
	{
		name: 'event: get',
		parameters: { resource: 'event', operation: 'get', eventId: event },
		sends: get(`/events/view/${event}`),
	},
	{
		name: 'event: getAll',
		parameters: { resource: 'event', operation: 'getAll', limit: 3 },
		sends: get('/events'),
	},
	{
		name: 'event: publish',
		parameters: { resource: 'event', operation: 'publish', eventId: event },
		sends: post(`/events/publish/${event}`),
	},
	{
		name: 'event: search',
		parameters: {
			resource: 'event',
			operation: 'search',
			value: '198.51.100.23',
			additionalFields: { type: 'ip-dst', tags: 'tlp:amber' },
		},
		sends: post('/events/restSearch', {
			value: '198.51.100.23',
			type: 'ip-dst',
			tags: ['tlp:amber'],
		}),
	},
	{
		name: 'event: search everywhere',
		parameters: {
			resource: 'event',
			operation: 'search',
			value: 'whatever',
			additionalFields: { searchall: '%loader%' },
		},
		sends: post('/events/restSearch', { value: 'whatever', searchall: '%loader%' }),
		ignored: ['value'],
	},
	{
		name: 'event: unpublish',
		parameters: { resource: 'event', operation: 'unpublish', eventId: event },
		sends: post(`/events/unpublish/${event}`),
	},
	{
		name: 'event: update',
		parameters: {
			resource: 'event',
			operation: 'update',
			eventId: event,
			updateFields: { information: 'New title', threat_level_id: 3, analysis: 2, distribution: 0 },
		},
		sends: put(`/events/edit/${event}`, {
			information: 'New title',
			threat_level_id: 3,
			analysis: 2,
			distribution: 0,
		}),
		ignored: ['information'],
		mended: { info: 'New title' },
	},
];

const tags = ({ event, tag, attachedTag }: Things): Case[] => [
	{
		name: 'eventTag: add',
		parameters: { resource: 'eventTag', eventId: event, tagId: tag },
		sends: post('/events/addTag', { event, tag }),
	},
	{
		name: 'eventTag: remove',
		parameters: { resource: 'eventTag', operation: 'remove', eventId: event, tagId: attachedTag },
		sends: post(`/events/removeTag/${event}/${attachedTag}`),
	},
	{
		name: 'tag: create',
		parameters: { resource: 'tag', name: 'case:2026-17', additionalFields: { colour: '1565C0' } },
		sends: post('/tags/add', { name: 'case:2026-17', colour: '#1565C0' }),
	},
	{
		name: 'tag: delete',
		parameters: { resource: 'tag', operation: 'delete', tagId: tag },
		sends: post(`/tags/delete/${tag}`),
	},
	{
		name: 'tag: getAll',
		parameters: { resource: 'tag', operation: 'getAll', returnAll: true },
		sends: get('/tags'),
	},
	{
		name: 'tag: update',
		parameters: {
			resource: 'tag',
			operation: 'update',
			tagId: tag,
			updateFields: { name: `case:2026-${tag}`, colour: '#2e7d32' },
		},
		sends: post(`/tags/edit/${tag}`, { name: `case:2026-${tag}`, colour: '#2e7d32' }),
	},
];

const lists = ({ galaxy, noticelist, warninglist }: Things): Case[] => [
	{
		name: 'galaxy: delete',
		parameters: { resource: 'galaxy', operation: 'delete', galaxyId: galaxy },
		sends: remove(`/galaxies/delete/${galaxy}`),
	},
	{
		name: 'galaxy: get',
		parameters: { resource: 'galaxy', galaxyId: galaxy },
		sends: get(`/galaxies/view/${galaxy}`),
	},
	{
		name: 'galaxy: getAll',
		parameters: { resource: 'galaxy', operation: 'getAll', limit: 1 },
		sends: get('/galaxies'),
	},
	{
		name: 'noticelist: get',
		parameters: { resource: 'noticelist', noticelistId: noticelist },
		sends: get(`/noticelists/view/${noticelist}`),
	},
	{
		name: 'noticelist: getAll',
		parameters: { resource: 'noticelist', operation: 'getAll', returnAll: true },
		sends: get('/noticelists'),
	},
	{
		name: 'object: search',
		parameters: {
			resource: 'object',
			operation: 'search',
			value: 'invoice.docm',
			additionalFields: { type: 'filename', category: 'Payload delivery' },
		},
		sends: post('/objects/restSearch', {
			value: 'invoice.docm',
			type: 'filename',
			category: 'Payload delivery',
		}),
	},
	{
		name: 'warninglist: get',
		parameters: { resource: 'warninglist', warninglistId: warninglist },
		sends: get(`/warninglists/view/${warninglist}`),
	},
	{
		name: 'warninglist: getAll',
		parameters: { resource: 'warninglist', operation: 'getAll', limit: 2 },
		sends: get('/warninglists'),
	},
];

const administration = ({ organisation }: Things): Case[] => [
	{
		name: 'feed: create',
		parameters: {
			resource: 'feed',
			name: 'Block list',
			provider: 'Example',
			url: 'https://feeds.example.com/list.csv',
			additionalFields: { distribution: 3 },
		},
		sends: post('/feeds/add', {
			name: 'Block list',
			provider: 'Example',
			url: 'https://feeds.example.com/list.csv',
			distribution: 3,
		}),
	},
	{
		name: 'feed: disable',
		parameters: { resource: 'feed', operation: 'disable', feedId: '5' },
		sends: post('/feeds/disable/5'),
	},
	{
		name: 'feed: enable',
		parameters: { resource: 'feed', operation: 'enable', feedId: '5' },
		sends: post('/feeds/enable/5'),
	},
	{
		name: 'feed: get',
		parameters: { resource: 'feed', operation: 'get', feedId: '5' },
		sends: get('/feeds/view/5'),
	},
	{
		name: 'feed: getAll',
		parameters: { resource: 'feed', operation: 'getAll' },
		sends: get('/feeds'),
	},
	{
		name: 'feed: update',
		parameters: {
			resource: 'feed',
			operation: 'update',
			feedId: '5',
			updateFields: { name: 'Other', rules: '{"tags": {"OR": ["tlp:green"]}}' },
		},
		sends: put('/feeds/edit/5', { name: 'Other', rules: '{"tags": {"OR": ["tlp:green"]}}' }),
	},
	{
		name: 'organisation: create',
		parameters: { resource: 'organisation', name: 'DELTA', additionalFields: { usercount: 3 } },
		sends: post('/admin/organisations/add', { name: 'DELTA', usercount: 3 }),
	},
	{
		name: 'organisation: delete',
		parameters: { resource: 'organisation', operation: 'delete', organisationId: organisation },
		sends: remove(`/admin/organisations/delete/${organisation}`),
	},
	{
		name: 'organisation: get',
		parameters: { resource: 'organisation', operation: 'get', organisationId: organisation },
		sends: get(`/organisations/view/${organisation}`),
	},
	{
		name: 'organisation: getAll',
		parameters: { resource: 'organisation', operation: 'getAll', returnAll: true },
		sends: get('/organisations'),
	},
	{
		name: 'organisation: update',
		parameters: {
			resource: 'organisation',
			operation: 'update',
			organisationId: organisation,
			updateFields: { sector: 'Finance' },
		},
		sends: put(`/admin/organisations/edit/${organisation}`, { sector: 'Finance' }),
	},
	{
		name: 'user: create',
		parameters: {
			resource: 'user',
			email: 'analyst@example.com',
			role_id: '3',
			additionalFields: { org_id: '2', invited_by: '1' },
		},
		sends: post('/admin/users/add', {
			email: 'analyst@example.com',
			role_id: '3',
			org_id: '2',
			invited_by: '1',
		}),
	},
	{
		name: 'user: delete',
		parameters: { resource: 'user', operation: 'delete', userId: '9' },
		sends: remove('/admin/users/delete/9'),
	},
	{
		name: 'user: get',
		parameters: { resource: 'user', operation: 'get', userId: '9' },
		sends: get('/admin/users/view/9'),
	},
	{
		name: 'user: getAll',
		parameters: { resource: 'user', operation: 'getAll', returnAll: true },
		sends: get('/admin/users'),
	},
	{
		name: 'user: update',
		parameters: {
			resource: 'user',
			operation: 'update',
			userId: '9',
			updateFields: { email: 'renamed@example.com' },
		},
		sends: put('/admin/users/edit/9', { email: 'renamed@example.com' }),
	},
];

export const builtInCases = (things: Things): Case[] =>
	[attributes, events, tags, lists, administration].flatMap((part) => part(things));

/** The operations of the built-in node, as its drop-downs have them. */
export const BUILT_IN: Record<string, string[]> = {
	attribute: ['create', 'delete', 'get', 'getAll', 'search', 'update'],
	event: ['create', 'delete', 'get', 'getAll', 'publish', 'search', 'unpublish', 'update'],
	eventTag: ['add', 'remove'],
	feed: ['create', 'disable', 'enable', 'get', 'getAll', 'update'],
	galaxy: ['delete', 'get', 'getAll'],
	noticelist: ['get', 'getAll'],
	object: ['search'],
	organisation: ['create', 'delete', 'get', 'getAll', 'update'],
	tag: ['create', 'delete', 'getAll', 'update'],
	user: ['create', 'delete', 'get', 'getAll', 'update'],
	warninglist: ['get', 'getAll'],
};
