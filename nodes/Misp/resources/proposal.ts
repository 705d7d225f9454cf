import {
	choice,
	collection,
	epoch,
	type Field,
	filter,
	hinted,
	inputError,
	type InputOf,
	isNumericId,
	limitOf,
	limits,
	MispError,
	moment,
	operation,
	path,
	recover,
	required,
	resource,
	text,
	toggle,
} from '../definition';
import {
	attributeCategory,
	attributeLocator,
	attributeType,
	checkValue,
	describeTypes,
	fetchAttribute,
	idsFlag,
	detection,
	toIds,
} from '../fields/attribute';
import { attributeChanges, detailsOf } from '../fields/attributeDetails';
import { eventLocator, fetchEventHeader, LASTS, UNPUBLISHES } from '../fields/event';
import { Refanger } from '../fields/refang';
import { idOfProposal, proposalIndex, proposalLocator } from '../fields/proposal';
import { proposalRow } from '../fields/rows';

const value = text('Value', { placeholder: 'e.g. 198.51.100.7' });

const comment = text('Comment', {
	placeholder: 'e.g. seen in our mail gateway',
	description: 'Why it is proposed, for those who decide',
});

const times = { firstSeen: moment('First Seen'), lastSeen: moment('Last Seen') };

const createFields = {
	event: eventLocator,
	type: required(attributeType),
	value: required(value),
	category: attributeCategory,
	toIds,
	comment,
	additionalFields: collection('Additional Fields', times),
};

/** @throws MispError of kind `input` */
function checkNew(input: InputOf<typeof createFields>): void {
	const value = new Refanger(input).value(input.value, input.type);
	if (/^(attachment|malware-sample)$/.test(input.type)) {
		throw inputError(
			`MISP takes no proposal of the type ${input.type}: it is a file.`,
			'Propose its hash or its name, or ask the organisation of the event.',
		);
	}
	checkValue(input.type, value);
	detailsOf(input.additionalFields);
}

interface Proposed {
	ShadowAttribute: object;
}

const create = operation({
	name: 'Create',
	action: 'Propose a new attribute',
	description:
		'Proposes an attribute for the event of another organisation, which may accept or discard it. The event stays as it is, and published. Every call adds one more proposal. Example: Event 1234, Type "domain", Value "login.example.com".',
	access: 'contribute',
	endpoints: ['POST /shadow_attributes/add/{event}', 'GET /attributes/describeTypes.json'],
	row: proposalRow,
	fields: createFields,
	refangs: true,
	check: checkNew,
	run: async ({ misp }, input) => {
		const { event, type, toIds: ids = 'default', additionalFields } = input;
		// MISP fills the category of an attribute in, but not that of a proposal.
		const known =
			input.category === undefined || ids === 'default'
				? (await describeTypes(misp)).sane_defaults[type]
				: undefined;
		const flag = ids === 'default' && known ? { to_ids: known.to_ids === 1 } : idsFlag(ids);
		const category = input.category ?? known?.default_category;
		const refanger = new Refanger(input);
		const body = {
			type,
			category,
			value: refanger.value(input.value, type),
			...flag,
			...detailsOf({ ...additionalFields, comment: input.comment }),
		};
		const { ShadowAttribute } = await misp.post<Proposed>(
			path`/shadow_attributes/add/${event}`,
			body,
			{ expect: 'ShadowAttribute' },
		);
		return { ShadowAttribute: refanger.noted(ShadowAttribute) };
	},
});

const changes = {
	value,
	type: attributeType,
	category: attributeCategory,
	toIds: detection,
	comment,
	...times,
};

const proposeUpdate = operation({
	name: 'Propose Update',
	action: 'Propose a change of an attribute',
	description:
		'Proposes a change of an attribute to the organisation of its event. What is not filled in stays as it is. Nothing changes until the proposal is accepted. Every call adds one more proposal.',
	access: 'contribute',
	endpoints: ['POST /shadow_attributes/edit/{attribute}', 'GET /attributes/view/{attribute}'],
	row: proposalRow,
	refangs: true,
	fields: {
		attribute: attributeLocator,
		updateFields: collection('Fields to Update', changes),
	},
	check: (input) => void attributeChanges(input.updateFields),
	run: async ({ misp }, input) => {
		const now = await fetchAttribute(misp, input.attribute);
		const { type = now.type, value: entered } = input.updateFields;
		const refanger = new Refanger(input);
		const value = entered === undefined ? undefined : refanger.value(entered, type);
		checkValue(type, value ?? now.value);
		const { ShadowAttribute } = await recover(
			misp.post<Proposed>(
				path`/shadow_attributes/edit/${now.id}`,
				attributeChanges({ ...input.updateFields, value }),
				{ expect: 'ShadowAttribute' },
			),
			({ status }) => status === 500,
			({ message, request }) => {
				throw new MispError('validation', message, {
					status: 500,
					request,
					hint: 'MISP answers so, without a reason, to a change that it does not take: usually the value does not fit the type, or the type does not fit the category.',
				});
			},
		);
		return { ShadowAttribute: refanger.noted(ShadowAttribute) };
	},
});

const proposeDelete = operation({
	name: 'Propose Delete',
	action: 'Propose to delete an attribute',
	description:
		'Proposes to the organisation of the event to delete an attribute. The attribute stays until the proposal is accepted. Every call adds one more proposal.',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /shadow_attributes/delete/{attribute}'],
	fields: { attribute: attributeLocator },
	run: async ({ misp }, { attribute }) => {
		const { success } = await misp.post<{ success: string }>(
			path`/shadow_attributes/delete/${attribute}`,
			{},
			{ expect: 'saved' },
		);
		return { attribute, proposed: 'delete', message: success };
	},
});

const get = operation({
	name: 'Get',
	action: 'Get a proposal',
	description:
		'Returns one open proposal. "old_id" is the attribute that it is about, 0 for a new one. Get Many also shows whether it proposes to delete, and when it was made.',
	access: 'read',
	endpoints: ['GET /shadow_attributes/view/{proposal}', 'GET /shadow_attributes/index'],
	row: proposalRow,
	fields: { proposal: proposalLocator },
	run: async ({ misp }, { proposal }) =>
		await misp.get(path`/shadow_attributes/view/${await idOfProposal(misp, proposal)}`, {
			expect: 'ShadowAttribute',
		}),
});

const eventFilter = { ...eventLocator, property: { ...eventLocator.property, required: false } };

const getAll = operation({
	name: 'Get Many',
	action: 'Get many proposals',
	description:
		'Lists proposals, the newest first: those on the events of your organisation that wait for a decision, unless the filters say otherwise. "proposal_to_delete" and "old_id" tell what each proposes.',
	access: 'read',
	endpoints: ['GET /shadow_attributes/index/{event}', 'GET /shadow_attributes/index'],
	fields: {
		state: choice(
			'State',
			[
				{ value: 'open', name: 'Open' },
				{ value: 'closed', name: 'Accepted or Discarded', description: 'MISP does not say which' },
				{ value: 'any', name: 'Any' },
			],
			'open',
		),
		...limits,
		filters: collection(
			'Filters',
			{
				event: filter(eventFilter as Field<string | undefined>),
				changedSince: filter(
					epoch('Changed After', {
						description: 'Made, accepted or discarded at this time or later',
					}),
				),
				all: toggle(
					'Events of Other Organisations',
					'Whether to list proposals on all events that you may see, not only on those of your organisation',
					true,
				),
			},
			{ placeholder: 'Add Filter' },
		),
	},
	run: async ({ misp }, { state = 'open', filters, ...limit }) => {
		const { event, changedSince: timestamp, all } = filters;
		const id =
			event === undefined || isNumericId(event) ? event : (await fetchEventHeader(misp, event)).id;
		const deleted = { open: 0, closed: 1, any: undefined } as const;
		return proposalIndex(
			misp,
			// MISP shows the proposals on one event of others only when all are asked for.
			{ event: id, timestamp, all: all ?? event !== undefined, deleted: deleted[state] },
			limitOf(limit).limit,
		);
	},
});

interface Verdict {
	message: string;
}

const DECIDED =
	'It may have been accepted or discarded before, or its event belongs to another organisation. Get Many with the State "Any" shows it.';

/** Accepts or discards, and says in words what MISP leaves unsaid. */
const decision = (action: 'accept' | 'discard', done: 'accepted' | 'discarded', about: string) =>
	operation({
		name: action === 'accept' ? 'Accept' : 'Discard',
		action: `${action === 'accept' ? 'Accept' : 'Discard'} a proposal`,
		description: about,
		access: 'contribute',
		ownRows: true,
		endpoints: [`POST /shadow_attributes/${action}/{proposal}`, 'GET /shadow_attributes/index'],
		fields: {
			proposal: hinted(action === 'accept' ? UNPUBLISHES : LASTS, proposalLocator),
		},
		run: async ({ misp }, { proposal }) => {
			const id = await idOfProposal(misp, proposal);
			const request = path`/shadow_attributes/${action}/${id}`;
			const { message } = await recover(
				misp.post<Verdict>(request, {}, { expect: 'message' }),
				// A discard that MISP refuses is a 500; one of an accept is a failure of MISP.
				({ kind, status }) =>
					(status === 302 && kind === 'server') ||
					status === 405 ||
					(status === 500 && action === 'discard'),
				({ status, message: said }) => {
					if (status === 302) {
						throw new MispError(
							'permission',
							`The user of this key may not ${action} proposal ${id}. Nothing was changed.`,
							{
								status,
								request: `POST ${request}`,
								hint: 'Only users who may change the event can: use a credential of its organisation.',
							},
						);
					}
					throw new MispError('notFound', said, {
						status,
						request: `POST ${request}`,
						hint: DECIDED,
					});
				},
			);
			return { proposal: id, [done]: true, message };
		},
	});

export const proposal = resource({
	name: 'Proposal',
	description: 'A change that one organisation proposes for the event of another',
	operations: {
		accept: decision(
			'accept',
			'accepted',
			'Makes the change that a proposal asks for: adds, changes or deletes the attribute. MISP unpublishes the event. Needs the right to change the event.',
		),
		create,
		discard: decision(
			'discard',
			'discarded',
			'Turns a proposal down. The event stays as it is. May be done by those who may change the event, and by the organisation that made the proposal.',
		),
		get,
		getAll,
		proposeDelete,
		proposeUpdate,
	},
});
