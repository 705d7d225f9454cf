import * as z from 'zod/v4';

import type { Misp } from '../client/client';
import {
	instanceChoice,
	instanceChoices,
	namedLocator,
	optional,
	path,
	required,
	type FieldTexts,
	type ListEntry,
	type LoadContext,
} from '../definition';
import { contains } from './reference';

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

async function entriesOf(
	misp: Misp,
	value: (organisation: OrganisationRow['Organisation']) => string,
): Promise<ListEntry[]> {
	const rows = await fetchOrganisations(misp);
	return rows
		.map(({ Organisation: organisation }) => {
			const { name, sector, nationality } = organisation;
			const description = [sector, nationality].filter(Boolean).join(', ');
			return {
				name,
				value: value(organisation),
				...(description === '' ? {} : { description }),
			};
		})
		.sort((a, b) => a.name.localeCompare(b.name));
}

const getOrganisations = async ({ misp }: LoadContext): Promise<ListEntry[]> =>
	await entriesOf(misp, ({ name }) => name);

async function searchOrganisations({ misp, search }: LoadContext): Promise<ListEntry[]> {
	const entries = await entriesOf(misp, ({ id }) => id);
	return entries.filter(({ name, description }) =>
		contains(`${name} ${description ?? ''}`, search),
	);
}

/** Organisations by name. MISP also takes their ids and UUIDs, from an expression. */
export const organisationNames = (displayName: string, texts: FieldTexts = {}) =>
	instanceChoices(displayName, { loader: 'getOrganisations', load: getOrganisations, ...texts });

/** What stands in MISP for "not restricted to an organisation". */
const ANY = { name: 'Any Organisation', value: '0' };

/** One organisation by its id, or none in particular. */
export const organisationOrAny = (displayName: string, texts: FieldTexts = {}) => ({
	...instanceChoice(displayName, {
		loader: 'getOrganisationIds',
		load: async ({ misp }) => [ANY, ...(await entriesOf(misp, ({ id }) => id))],
		...texts,
	}),
	// Of anything but a number MISP makes 0, which means everybody.
	schema: optional(
		z.coerce
			.string()
			.transform((id) => id.trim())
			.refine((id) => /^\d{1,10}$/.test(id), 'must be the id of an organisation (a number), or 0'),
	),
});

export const organisationReference = required(
	namedLocator('Organisation', {
		loader: 'searchOrganisations',
		load: searchOrganisations,
		page: 'organisations/view',
		example: '2',
		byName: { displayName: 'By Name', placeholder: 'e.g. CIRCL' },
		description: 'The organisation, by its name, ID or UUID',
	}),
);
