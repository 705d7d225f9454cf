import {
	instanceChoices,
	path,
	type FieldTexts,
	type ListEntry,
	type LoadContext,
} from '../definition';

interface OrganisationRow {
	Organisation: { name: string; sector?: string | null; nationality?: string | null };
}

/** `GET /organisations/index/scope:all`: local organisations and those known from other instances. */
async function getOrganisations({ misp }: LoadContext): Promise<ListEntry[]> {
	const rows = await misp.get<OrganisationRow[]>(path`/organisations/index/scope:all`);
	return rows
		.map(({ Organisation: { name, sector, nationality } }) => {
			const description = [sector, nationality].filter(Boolean).join(', ');
			return { name, value: name, ...(description === '' ? {} : { description }) };
		})
		.sort((a, b) => a.name.localeCompare(b.name));
}

/** Organisations by name. MISP also takes their ids and UUIDs, from an expression. */
export const organisationNames = (displayName: string, texts: FieldTexts = {}) =>
	instanceChoices(displayName, { loader: 'getOrganisations', load: getOrganisations, ...texts });
