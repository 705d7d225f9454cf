/** Cases of attributes. */
import { get, post, put, remove, type Case, type Things } from './case';

export const attributes = ({ event, attribute }: Things): Case[] => [
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
