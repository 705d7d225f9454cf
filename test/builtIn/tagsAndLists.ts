/** Cases of tags, and of what MISP has as lists. */
import { get, post, remove, type Case, type Things } from './case';

export const tags = ({ event, tag, attachedTag }: Things): Case[] => [
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

export const lists = ({ galaxy, noticelist, warninglist }: Things): Case[] => [
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
