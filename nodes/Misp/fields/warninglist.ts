import type { Misp } from '../client/client';
import {
	isTrue,
	namedLocator,
	path,
	required,
	type ListEntry,
	type LoadContext,
} from '../definition';
import { compareNames, contains } from './reference';

export interface WarninglistRow {
	Warninglist: {
		id: string;
		name: string;
		type: string;
		category: string;
		enabled: boolean;
		valid_attributes: string;
		warninglist_entry_count: string;
	};
}

/** `GET /warninglists/index`: always all of them, without their entries. */
export const fetchWarninglists = async (misp: Misp): Promise<WarninglistRow[]> =>
	await misp.get(path`/warninglists/index`, { unwrap: 'Warninglists' });

async function searchWarninglists({ misp, search, kept }: LoadContext): Promise<ListEntry[]> {
	const lists = await kept('warninglists', async () =>
		(await fetchWarninglists(misp))
			.map(({ Warninglist: { id, name, enabled } }) => ({
				name: isTrue(enabled) ? name : `${name} (disabled)`,
				value: id,
			}))
			.sort((a, b) => compareNames(a.name, b.name)),
	);
	return lists.filter(({ name, value }) => value === search || contains(name, search));
}

export const warninglistReference = required(
	namedLocator('Warninglist', {
		loader: 'searchWarninglists',
		load: searchWarninglists,
		page: 'warninglists/view',
		example: '58',
		numeric: true,
		byName: {
			displayName: 'By Name',
			placeholder: 'e.g. List of RFC 1918 CIDR blocks',
		},
		description: 'The warninglist, by its name or ID; IDs differ from one MISP to another',
	}),
);
