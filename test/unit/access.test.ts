import {
	accessForRequest,
	ACCESS_LEVELS,
	allows,
	higher,
	type AccessLevel,
} from '../../nodes/Misp/client/access';

const UUID = '5f7b3c1e-8a0d-4b6e-9a3f-0123456789ab';

describe('Access levels', () => {
	it('go from reading to administering', () => {
		expect(ACCESS_LEVELS).toEqual(['read', 'contribute', 'publish', 'administer']);
	});

	it.each(ACCESS_LEVELS.flatMap((a, i) => ACCESS_LEVELS.map((b, j) => [a, b, i >= j] as const)))(
		'%s allows %s: %s',
		(granted, needed, expected) => {
			expect(allows(granted, needed)).toBe(expected);
			expect(higher(granted, needed)).toBe(expected ? granted : needed);
		},
	);
});

type Case = [level: AccessLevel, line: string, body?: unknown];

const cases: Case[] = [
	// Reading, also with POST.
	['read', 'GET /events/view/5'],
	['read', 'GET /events/view/5.json'],
	['read', 'HEAD /events/view/5'],
	['read', 'GET /events'],
	['read', 'GET /events.json'],
	['read', 'GET /events/index/limit:10/page:2'],
	['read', 'POST /events/index', { minimal: 1, published: 1 }],
	['read', 'POST /events/restSearch', { value: 'x', published: 1, returnFormat: 'json' }],
	['read', 'POST /attributes/restSearch', { tags: ['a'], published: [0, 1] }],
	['read', 'GET /attributes/describeTypes.json'],
	['read', 'POST /objects/restSearch', {}],
	['read', 'POST /sightings/restSearch/event', { id: 5 }],
	['read', 'POST /warninglists/checkValue', ['1.2.3.4']],
	['read', 'POST /modules/queryEnrichment', { module: 'dns' }],
	['read', 'GET /users/view/me'],
	['read', 'GET /servers/getVersion'],
	['read', 'GET /auth_keys/index'],
	['read', 'GET /tags/search/tlp'],
	['read', 'GET /galaxies/view/5'],
	['read', 'GET /sharing_groups'],
	// Other spellings of the same.
	['read', 'GET /galaxyClusters/view/5'],
	['read', 'GET /galaxy_clusters/view/5'],
	['read', 'GET /EventReports/view/5'],
	['read', 'POST /events/restsearch', { value: 'x' }],
	['read', 'GET events/view/5'],
	['read', 'GET /Events/View/5'],
	// By verb.
	['read', 'GET /events/5'],
	['read', `GET /events/${UUID}.json`],
	['contribute', 'POST /events/5', { info: 'x' }],
	['contribute', 'PUT /events/5', { info: 'x' }],
	['contribute', `DELETE /events/${UUID}`],
	['contribute', 'DELETE /attributes/5'],
	['contribute', 'POST /events', { info: 'x' }],
	['contribute', 'POST /attributes', {}],
	// Writing, also with GET.
	['contribute', 'POST /events/add', { Event: { info: 'x', published: false } }],
	['contribute', 'POST /events/edit/5', { published: 0 }],
	['contribute', 'GET /events/delete/5'],
	['contribute', 'POST /events/unpublish/5'],
	['contribute', 'POST /attributes/add/5', {}],
	['contribute', 'POST /attributes/delete/5/1'],
	['contribute', 'POST /sightings/add', {}],
	['contribute', 'POST /tags/attachTagToObject', {}],
	['contribute', 'POST /shadow_attributes/accept/5'],
	['contribute', 'POST /event_reports/importReportFromUrl/5', {}],
	['contribute', 'POST /events/upload_stix/2', {}],
	// Publishing, by path, by named parameter and by body.
	['publish', 'POST /events/publish/5'],
	['publish', 'GET /events/publish/5'],
	['publish', 'POST /events/PUBLISH/5'],
	['publish', 'POST /events/alert/5'],
	['publish', 'POST /events/publishSightings/5'],
	['publish', 'POST /galaxy_clusters/publish/5'],
	['publish', 'POST /events/add', { Event: { published: true } }],
	['publish', 'POST /events/add', { published: '1' }],
	['publish', 'POST /events/add', { request: { Event: { published: 1 } } }],
	['publish', 'POST /events/add', { response: [{ Event: { Published: 1 } }] }],
	['publish', 'PUT /events/5', { published: true }],
	['publish', 'POST /events/edit/5/published:1', {}],
	['publish', 'POST /events/edit/5/published;1', {}],
	['publish', 'POST /events/upload_stix/2/publish:1', {}],
	['publish', 'POST /events/edit/5/index', { published: 1 }],
	['publish', 'POST /events/edit/5/restSearch', { published: 1 }],
	['publish', 'POST /events/add/index/restSearch', { Event: { published: 1 } }],
	['publish', 'POST /events/restSearch', { returnFormat: 'opendata', value: 'x' }],
	['publish', 'POST /events/restSearch', { returnFormat: ['OpenData'] }],
	['publish', 'POST /events/restSearch/returnFormat:opendata', {}],
	['contribute', 'POST /events/edit/5/published:0', {}],
	// Everything else, known or not.
	['administer', 'POST /tags/edit/5', {}],
	['administer', 'POST /tags/delete/5'],
	['administer', 'GET /admin/users'],
	['administer', 'POST /admin/users/add', {}],
	['administer', 'POST /servers/add', {}],
	['administer', 'GET /servers/getSetting/Security.salt'],
	['administer', 'POST /feeds/add', {}],
	['administer', 'GET /feeds/enable/1'],
	['administer', 'GET /galaxies/disable/1'],
	['administer', 'GET /servers/testConnection/1'],
	['administer', 'POST /auth_keys/add/1', {}],
	['administer', 'POST /users/edit', {}],
	['administer', 'POST /users/resetauthkey/me'],
	['administer', 'GET /events/somethingNew'],
	['administer', 'GET /noSuchThing/view/1'],
	['administer', 'GET /constructor/view'],
	['administer', 'GET /__proto__/toString'],
	['administer', 'GET /events//delete/5'],
	['administer', 'GET /'],
	['administer', 'PUT /tags/5', {}],
	['administer', 'DELETE /users/5'],
];

describe('A request needs', () => {
	// Rows of one length: a missing value would make the last parameter a callback to wait for.
	const rows = cases.map(([level, line, body]) => [level, line, body] as const);

	it.each(rows)('%s: %s %j', (level, line, body) => {
		const [method = '', path = ''] = line.split(' ');
		expect(accessForRequest(method, path, body)).toBe(level);
	});

	it('no more for being asked about a deep or cyclic body', () => {
		const body: Record<string, unknown> = { value: 'x' };
		body.self = body;
		expect(accessForRequest('POST', '/events/edit/5', body)).toBe('contribute');
	});
});
