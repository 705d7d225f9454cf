/** /organisations/index */
import { answer, isRecord, type Call } from '../http';
import { organisationFull } from '../present';
import type { Controller } from '../router';

function index(call: Call) {
	const { world } = call;
	const given = { ...call.named, ...(isRecord(call.body) ? call.body : {}) };
	const scope = String(given.scope ?? 'local');
	const wanted = given.searchall === undefined ? '' : String(given.searchall).toLowerCase();
	const rows = [...world.organisations.values()]
		.filter((row) => scope === 'all' || row.local === (scope === 'local'))
		.filter((row) => row.name.toLowerCase().includes(wanted))
		.sort((a, b) => (a.name < b.name ? -1 : 1));
	return answer(
		rows.map((row) => ({
			Organisation: {
				...organisationFull(row, false),
				user_count: String(
					[...world.users.values()].filter((user) => user.orgId === row.id).length,
				),
			},
		})),
	);
}

export const organisations: Controller = { index: { run: index } };
