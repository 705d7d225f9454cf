import {
	isTrue,
	limits,
	namedLocator,
	operation,
	path,
	required,
	resource,
	shape,
	text,
	toggle,
	type ListEntry,
	type LoadContext,
} from '../definition';
import type { Misp } from '../client/client';
import { contains, idByName } from '../fields/reference';

interface NoticelistRow {
	Noticelist: { id: string; name: string; expanded_name: string; enabled: boolean };
}

const fetchNoticelists = async (misp: Misp): Promise<NoticelistRow[]> =>
	await misp.get(path`/noticelists/index`);

async function searchNoticelists({ misp, search, kept }: LoadContext): Promise<ListEntry[]> {
	const lists = await kept('noticelists', async () =>
		(await fetchNoticelists(misp)).map(({ Noticelist: { id, name, expanded_name: expanded } }) => ({
			name: `${name} (${expanded})`,
			value: id,
		})),
	);
	return lists.filter(({ name, value }) => value === search || contains(name, search));
}

const noticelistRow = shape({
	kind: 'Noticelist',
	flat: 'Noticelist',
	columns: {
		id: 'Number in this MISP',
		name: 'Short name',
		expanded_name: 'Name',
		enabled: 'Whether it is enabled',
		geographical_area: 'Where it holds',
		version: 'Version',
	},
});

const get = operation({
	name: 'Get',
	action: 'Get a noticelist',
	description:
		'Returns one noticelist with its entries (NoticelistEntry): what each is about, and the notice that MISP shows to people. Example: Noticelist "gdpr".',
	access: 'read',
	endpoints: ['GET /noticelists/view/{noticelist}', 'GET /noticelists/index'],
	row: noticelistRow,
	fields: {
		noticelist: required(
			namedLocator('Noticelist', {
				loader: 'searchNoticelists',
				load: searchNoticelists,
				page: 'noticelists/view',
				example: '1',
				numeric: true,
				byName: { displayName: 'By Name', placeholder: 'e.g. gdpr' },
				description: 'The noticelist, by its short name or ID',
			}),
		),
	},
	run: async ({ misp }, { noticelist: reference }) => {
		const id = await idByName(reference, {
			kind: 'noticelist',
			request: 'GET /noticelists/index',
			all: async () => (await fetchNoticelists(misp)).map(({ Noticelist }) => Noticelist),
		});
		return await misp.get(path`/noticelists/view/${id}`, { expect: 'Noticelist' });
	},
});

const getAll = operation({
	name: 'Get Many',
	action: 'Get many noticelists',
	description: 'Lists the noticelists of the instance, such as the one on personal data (gdpr).',
	access: 'read',
	endpoints: ['GET /noticelists/index'],
	row: noticelistRow,
	fields: {
		nameContains: text('Name Contains', {
			placeholder: 'e.g. data protection',
			description: 'A part of the short or of the full name',
		}),
		enabledOnly: toggle('Enabled Only', 'Whether to leave out noticelists that are switched off'),
		...limits,
	},
	run: async ({ misp }, { nameContains, enabledOnly }) => {
		const lists = await fetchNoticelists(misp);
		return lists.filter(
			({ Noticelist: list }) =>
				(contains(list.name, nameContains) || contains(list.expanded_name, nameContains)) &&
				(enabledOnly !== true || isTrue(list.enabled)),
		);
	},
});

export const noticelist = resource({
	name: 'Noticelist',
	description: 'Notices on data that needs care, such as personal data',
	operations: { get, getAll },
});
