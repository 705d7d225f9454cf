/** /noticelists: index and view */
import { answer, refuse, type Call, type Json } from '../http';
import type { Controller } from '../router';
import type { NoticelistRow } from '../rows';

function head(row: NoticelistRow): Json {
	return {
		id: String(row.id),
		name: row.name,
		expanded_name: row.expandedName,
		ref: row.ref,
		geographical_area: row.geographicalArea,
		version: row.version,
		enabled: row.enabled,
	};
}

function index({ world }: Call) {
	return answer([...world.noticelists.values()].map((row) => ({ Noticelist: head(row) })));
}

function view({ world, args }: Call) {
	const row = world.noticelists.get(Number(args[0]));
	if (row === undefined) throw refuse.notFound('Invalid Noticelist.');
	return answer({
		Noticelist: {
			...head(row),
			NoticelistEntry: row.entries.map(({ scope, field, value, message }, at) => ({
				id: String(at + 1),
				noticelist_id: String(row.id),
				data: { scope, field, value, tags: [], message: { en: message } },
			})),
		},
	});
}

export const noticelists: Controller = { index: { run: index }, view: { run: view } };
