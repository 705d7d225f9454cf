import {
	besideEnvelope,
	choice,
	fieldIn,
	hinted,
	inputError,
	isNumericId,
	isUuid,
	limits,
	longText,
	operation,
	path,
	recover,
	resource,
	type RunContext,
	shape,
} from '../definition';
import {
	delegationLocator,
	fetchDelegations,
	ofDelegation,
	receivingOrganisation,
} from '../fields/delegation';
import { eventLocator, fetchEventHeader } from '../fields/event';
import { sharingBody, sharingGroupOf } from '../fields/sharing';
import { eventInfo, eventUrl } from '../fields/columns';

const delegationRow = shape({
	kind: 'Delegation',
	flat: besideEnvelope('EventDelegation'),
	columns: {
		id: 'Number of the request',
		event_id: 'Number of the event',
		event_info: eventInfo,
		event_url: eventUrl,
		message: 'What was written with it',
		requested_by: {
			description: 'Name of the organisation that asks',
			from: ({ RequesterOrg }) => fieldIn(RequesterOrg),
		},
		organisation: {
			description: 'Name of the organisation that is asked',
			from: ({ Org }) => fieldIn(Org),
		},
	},
});

const create = operation({
	name: 'Create',
	action: 'Ask an organisation to take an event over',
	description:
		'Asks another organisation of this MISP to take over an event and publish it in its own name. Only an event of your organisation with the distribution "Your Organisation Only" can be delegated, and only once at a time. Example: Event 1234, Organisation "CERT-BETA", Distribution "Recipient Decides".',
	access: 'contribute',
	irreversible: true,
	endpoints: ['POST /event_delegations/delegateEvent/{event}'],
	row: delegationRow,
	fields: {
		event: eventLocator,
		organisation: receivingOrganisation,
		distribution: choice(
			'Distribution',
			[
				{ value: -1, name: 'Recipient Decides' },
				{ value: 0, name: 'Their Organisation Only' },
				{ value: 1, name: 'This Community Only' },
				{ value: 2, name: 'Connected Communities' },
				{ value: 3, name: 'All Communities' },
				{ value: 4, name: 'Sharing Group' },
			],
			-1,
			{ description: 'How the event should be shared once it is taken over' },
		),
		sharingGroup: sharingGroupOf,
		message: longText('Message', { placeholder: 'e.g. Please publish this in your name' }),
	},
	check: ({ organisation, ...input }) => {
		if (!isNumericId(organisation.trim()) && !isUuid(organisation.trim())) {
			throw inputError(
				`"Organisation" must be an id or a UUID (got "${organisation.slice(0, 60)}").`,
				'Choose the organisation from the list.',
			);
		}
		sharingBody(input);
	},
	run: async ({ misp }, { event, organisation, message = '', ...sharing }) =>
		await ofDelegation(
			misp.post(
				path`/event_delegations/delegateEvent/${event}`,
				{ org_id: organisation.trim(), message, distribution: -1, ...sharingBody(sharing) },
				{ expect: 'EventDelegation' },
			),
		),
});

const getAll = operation({
	name: 'Get Many',
	action: 'Get many delegation requests',
	description:
		'Lists open requests: those that other organisations made to yours, or those that yours made. Example: Requests "To My Organisation".',
	access: 'read',
	endpoints: ['GET /event_delegations/index'],
	row: delegationRow,
	fields: {
		context: choice(
			'Requests',
			[
				{ value: 'pending', name: 'To My Organisation' },
				{ value: 'issued', name: 'By My Organisation' },
			],
			'pending',
		),
		...limits,
	},
	run: async ({ misp }, { context = 'pending' }) =>
		await ofDelegation(fetchDelegations(misp, context)),
});

/** The event as it is after the transfer, under its new number; the transfer itself cannot fail here. */
async function takenOver({ misp, hint }: RunContext, uuid: string | undefined) {
	const event =
		uuid === undefined
			? undefined
			: await recover(
					fetchEventHeader(misp, uuid),
					() => true,
					() => undefined,
				);
	if (event) return { event_id: event.id, event_uuid: event.uuid };
	hint('The event was taken over. MISP gives it a new ID, which could not be looked up.');
	return uuid === undefined ? {} : { event_uuid: uuid };
}

const accept = operation({
	name: 'Accept',
	action: 'Accept a delegation request',
	description:
		'Takes the event over into your organisation. It keeps its UUID and gets a new ID, which comes out as event_id. Example: Delegation Request 7.',
	access: 'contribute',
	ownRows: true,
	endpoints: [
		'POST /event_delegations/acceptDelegation/{delegation}',
		'GET /event_delegations/index',
		'POST /events/index',
	],
	fields: {
		delegation: hinted('The event then belongs to your organisation', delegationLocator),
	},
	run: async (context, { delegation }) => {
		const { misp } = context;
		const open = await recover(
			fetchDelegations(misp, 'pending'),
			({ kind }) => kind !== 'cancelled',
			() => [],
		);
		const request = open.find(({ EventDelegation }) => EventDelegation?.id === delegation);
		const old = request?.Event?.id ?? request?.EventDelegation?.event_id;
		const uuid =
			request?.Event?.uuid ??
			(old === undefined
				? undefined
				: await recover(
						fetchEventHeader(misp, old).then((event) => event.uuid),
						({ kind }) => kind !== 'cancelled',
						() => undefined,
					));
		await ofDelegation(misp.post(path`/event_delegations/acceptDelegation/${delegation}`));
		return { delegation, accepted: true, ...(await takenOver(context, uuid)) };
	},
});

const discard = operation({
	name: 'Discard',
	action: 'Discard a delegation request',
	description:
		'Refuses a request that was made to your organisation, or takes back one that yours made. The event stays as it is. Example: Delegation Request 7.',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /event_delegations/deleteDelegation/{delegation}'],
	fields: { delegation: delegationLocator },
	run: async ({ misp }, { delegation }) => {
		await ofDelegation(misp.post(path`/event_delegations/deleteDelegation/${delegation}`));
		return { delegation, discarded: true };
	},
});

export const delegation = resource({
	name: 'Delegation',
	description: 'A request to another organisation to take over an event and publish it',
	operations: { create, getAll, accept, discard },
});
