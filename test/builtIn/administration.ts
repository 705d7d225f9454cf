/** Cases of feeds, organisations and users. */
import { get, post, put, remove, type Case, type Things } from './case';

export const administration = ({ organisation }: Things): Case[] => [
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
