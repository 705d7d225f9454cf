import type { Misp } from '../client/client';
import {
	instanceChoice,
	locator,
	MispError,
	path,
	recover,
	required,
	withParams,
	type ListEntry,
	type LoadContext,
} from '../definition';

export interface DelegationRow {
	EventDelegation?: { id: string; event_id: string; message?: string };
	Event?: { id?: string; uuid?: string; info?: string };
	[beside: string]: unknown;
}

/** `GET /event_delegations/index`: requests to the user's organisation, or those it made. */
export const fetchDelegations = async (
	misp: Misp,
	context: 'pending' | 'issued',
): Promise<DelegationRow[]> =>
	await misp.get(
		withParams(path`/event_delegations/index`, {
			context: context === 'pending' ? undefined : context,
		}),
	);

async function searchDelegations({ misp, search }: LoadContext): Promise<ListEntry[]> {
	const rows = [
		...(await fetchDelegations(misp, 'pending')),
		...(await fetchDelegations(misp, 'issued')),
	];
	return rows
		.map(({ EventDelegation: { id = '', event_id: event = '' } = {}, Event }) => ({
			name: `#${id}: event #${event} ${Event?.info ?? ''}`.trim(),
			value: id,
		}))
		.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
}

export const delegationLocator = required(
	locator('Delegation Request', {
		loader: 'searchDelegations',
		load: searchDelegations,
		page: 'event_delegations/view',
		example: '7',
		numeric: true,
		description: 'The request, from the list or by the ID that Create and Get Many return',
	}),
);

interface OrganisationRow {
	Organisation: { name: string; uuid: string };
}

/** Organisations of this instance by UUID, since their numbers differ between instances. */
export const receivingOrganisation = required(
	instanceChoice('Organisation', {
		loader: 'getReceivingOrganisations',
		load: async ({ misp }) => {
			const rows = await misp.get<OrganisationRow[]>(path`/organisations/index/scope:local`);
			return rows
				.map(({ Organisation: { name, uuid } }) => ({ name, value: uuid }))
				.sort((a, b) => a.name.localeCompare(b.name));
		},
		description: 'The organisation of this MISP that is to own the event, also by its ID or UUID',
		hint: 'They can read the event from now on; it is theirs once they accept',
	}),
);

/** Work on delegations, with MISP's bare "no permission" explained. */
export const ofDelegation = async <T>(work: Promise<T>): Promise<T> =>
	await recover(
		work,
		({ status }) => status === 403,
		(error) => {
			throw new MispError(error.kind, error.message, {
				...error,
				hint: 'Delegation may be switched off on this MISP (setting MISP.delegation), or the role of the user lacks "Delegations Access", or the key is read-only.',
			});
		},
	);
