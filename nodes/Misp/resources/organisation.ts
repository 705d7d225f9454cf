import {
	collection,
	filter,
	limits,
	operation,
	path,
	required,
	resource,
	text,
} from '../definition';
import {
	fetchOrganisations,
	organisationReference,
	organisationScope,
} from '../fields/organisation';
import { contains, idByName } from '../fields/reference';
import { organisationRow } from '../fields/rows';

const get = operation({
	name: 'Get',
	action: 'Get an organisation',
	description:
		'Returns one organisation: its UUID, sector, nationality and whether it is local. Example: Organisation "CIRCL".',
	access: 'read',
	endpoints: ['GET /organisations/view/{organisation}', 'GET /organisations/index/scope:all'],
	row: organisationRow,
	fields: { organisation: organisationReference },
	run: async ({ misp }, { organisation: reference }) => {
		// Names have characters that a path cannot carry.
		const id = await idByName(reference, {
			kind: 'organisation',
			request: 'GET /organisations/index/scope:all',
			all: async () =>
				(await fetchOrganisations(misp)).map(({ Organisation: { id, name } }) => ({ id, name })),
		});
		return await misp.get(path`/organisations/view/${id}`, { expect: 'Organisation' });
	},
});

const getAll = operation({
	name: 'Get Many',
	action: 'Get many organisations',
	description:
		'Lists the organisations of this instance, those it knows from other instances, or all. MISP may be set up to hide this list from users. Example: Scope "Known From Elsewhere", Sector "Finance".',
	access: 'read',
	endpoints: ['GET /organisations/index/scope:{scope}'],
	row: organisationRow,
	fields: {
		scope: required(organisationScope('local')),
		nameContains: text('Name Contains', { placeholder: 'e.g. CERT' }),
		...limits,
		filters: collection(
			'Filters',
			{
				nationality: filter(text('Nationality', { placeholder: 'e.g. Luxembourg' })),
				sector: filter(text('Sector Contains', { placeholder: 'e.g. Finance' })),
				type: filter(text('Type Contains', { placeholder: 'e.g. CSIRT' })),
			},
			{ placeholder: 'Add Filter' },
		),
	},
	run: async ({ misp }, { scope, nameContains, filters: { nationality, sector, type } }) => {
		const rows = await fetchOrganisations(misp, scope);
		return rows.filter(
			({ Organisation: one }) =>
				contains(one.name, nameContains) &&
				contains(one.nationality, nationality) &&
				contains(one.sector, sector) &&
				contains(one.type, type),
		);
	},
});

export const organisation = resource({
	name: 'Organisation',
	description: 'Who owns events, and whom data is shared with',
	operations: { get, getAll },
});
