/** /organisations: index and view */
import { answer, isRecord, refuse, type Call } from '../http';
import { organisationFull } from '../present';
import type { Controller } from '../router';

const userCount = ({ world }: Call, orgId: number): string =>
	String([...world.users.values()].filter((user) => user.orgId === orgId).length);

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
				user_count: userCount(call, row.id),
			},
		})),
	);
}

/** By id, UUID or name. */
function view(call: Call) {
	const wanted = call.args[0] ?? '';
	const row = [...call.world.organisations.values()].find(({ id, uuid, name }) =>
		[String(id), uuid, name].includes(wanted),
	);
	if (row === undefined) throw refuse.notFound('Invalid organisation');
	const full = organisationFull(row, false);
	return answer({
		Organisation: {
			id: full.id,
			name: full.name,
			date_created: full.date_created,
			date_modified: full.date_modified,
			type: full.type,
			nationality: full.nationality,
			sector: full.sector,
			contacts: full.contacts,
			description: full.description,
			local: full.local,
			uuid: full.uuid,
			restricted_to_domain: full.restricted_to_domain,
			user_count: userCount(call, row.id),
		},
	});
}

export const organisations: Controller = { index: { run: index }, view: { run: view } };
