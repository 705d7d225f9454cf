/** /servers: what the instance says about itself and about the request. */
import { answer, refuse, type Call } from '../http';
import type { Controller } from '../router';

function getVersion(call: Call) {
	const may = (flag: 'perm_sync' | 'perm_sighting' | 'perm_galaxy_editor' | 'perm_analyst_data') =>
		call.viewer.grants.has(flag);
	return answer({
		version: '2.5.1',
		pymisp_recommended_version: '2.5.1',
		perm_sync: may('perm_sync'),
		perm_sighting: may('perm_sighting'),
		perm_galaxy_editor: may('perm_galaxy_editor'),
		perm_analyst_data: may('perm_analyst_data'),
		uuid: may('perm_sync') ? call.world.settings.instanceUuid : '-',
		request_encoding: ['gzip'],
		filter_sightings: true,
	});
}

function postTest(call: Call) {
	if (call.method !== 'POST') throw refuse.notAllowed('Invalid request, expecting a POST request.');
	return answer({
		body: call.body ?? [],
		headers: {
			'Content-type': call.headers['content-type'] ?? 0,
			Accept: call.headers.accept ?? 0,
			Authorization: call.headers.authorization === undefined ? 0 : 'OK',
		},
	});
}

export const servers: Controller = {
	getVersion: { run: getVersion },
	postTest: { run: postTest },
};
