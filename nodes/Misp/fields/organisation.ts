import type { Misp } from '../client/client';
import {
	choice,
	instanceChoice,
	instanceChoices,
	limitedText,
	namedLocator,
	optional,
	path,
	required,
	uuidText,
	type FieldTexts,
	type ListEntry,
	type LoadContext,
} from '../definition';
import { compareNames, contains } from './reference';

export interface OrganisationRow {
	Organisation: {
		id: string;
		name: string;
		uuid?: string | null;
		sector?: string | null;
		nationality?: string | null;
		type?: string | null;
	};
}

/** `GET /organisations/index`: those of this instance, those known from others, or all. */
export const fetchOrganisations = async (
	misp: Misp,
	scope: 'local' | 'external' | 'all' = 'all',
): Promise<OrganisationRow[]> => await misp.get(path`/organisations/index/scope:${scope}`);

/** Which organisations; MISP has two words for the local ones. */
export const organisationScope = <const Local extends string>(local: Local) =>
	choice<Local | 'external' | 'all'>(
		'Scope',
		[
			{ value: local, name: 'Local', description: 'Those that can have users on this instance' },
			{
				value: 'external',
				name: 'Known From Elsewhere',
				description: 'Those that came with events and sharing groups of other instances',
			},
			{ value: 'all', name: 'All' },
		],
		local,
		{ description: 'Which organisations to list' },
	);

async function entriesOf(
	{ misp, kept }: LoadContext,
	by: 'id' | 'name' | 'uuid',
): Promise<ListEntry[]> {
	const organisations = await kept('organisations', async () => {
		const rows = await fetchOrganisations(misp);
		return rows
			.map(({ Organisation: { id, name, uuid, sector, nationality } }) => {
				const description = [sector, nationality].filter(Boolean).join(', ');
				return { id, name, uuid: uuid ?? '', ...(description === '' ? {} : { description }) };
			})
			.sort((a, b) => compareNames(a.name, b.name));
	});
	return organisations
		.map(({ name, description, ...ids }) => ({
			name,
			value: { name, ...ids }[by],
			...(description === undefined ? {} : { description }),
		}))
		.filter(({ value }) => value !== '');
}

const getOrganisations = async (context: LoadContext): Promise<ListEntry[]> =>
	await entriesOf(context, 'name');

async function searchOrganisations(context: LoadContext): Promise<ListEntry[]> {
	const entries = await entriesOf(context, 'id');
	return entries.filter(
		({ name, value, description }) =>
			value === context.search || contains(`${name} ${description ?? ''}`, context.search),
	);
}

/** Organisations by name. MISP also takes their ids and UUIDs, from an expression. */
export const organisationNames = (displayName: string, texts: FieldTexts = {}) =>
	instanceChoices(displayName, { loader: 'getOrganisations', load: getOrganisations, ...texts });

const organisationUuids = async (context: LoadContext) => await entriesOf(context, 'uuid');

/** One organisation by its UUID, as filters of sightings take it. */
export const organisationUuid = (displayName: string, texts: FieldTexts = {}) => ({
	...instanceChoice(displayName, {
		loader: 'getOrganisationUuids',
		load: organisationUuids,
		...texts,
	}),
	schema: uuidText(displayName).schema,
});

/** What stands in MISP for "not restricted to an organisation". */
const ANY = { name: 'Any Organisation', value: '0' };

const organisationIds = async (context: LoadContext) => [ANY, ...(await entriesOf(context, 'id'))];

/** One organisation by its id, or none in particular. */
export const organisationOrAny = (displayName: string, texts: FieldTexts = {}) => ({
	...instanceChoice(displayName, {
		loader: 'getOrganisationIds',
		load: organisationIds,
		...texts,
	}),
	// Of anything but a number MISP makes 0, which means everybody.
	schema: optional(() =>
		limitedText()
			.transform((id) => id.trim())
			.refine((id) => /^\d{1,10}$/.test(id), 'must be the id of an organisation (a number), or 0'),
	),
});

export const ORGANISATION_LIST = {
	loader: 'searchOrganisations',
	load: searchOrganisations,
	page: 'organisations/view',
	example: '2',
};

export const organisationReference = required(
	namedLocator('Organisation', {
		...ORGANISATION_LIST,
		byName: { displayName: 'By Name', placeholder: 'e.g. CIRCL' },
		description: 'The organisation, by its name, ID or UUID',
	}),
);
