/** Cases of events. */
import { get, post, put, remove, type Case, type Things } from './case';

export const events = ({ event }: Things): Case[] => [
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
