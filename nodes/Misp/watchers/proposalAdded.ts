import { watcher } from '../definition';
import { checkWatchedTypes } from '../fields/knownTypes';
import { newProposals, proposalWatch, withEvents } from '../fields/watchProposal';
import { proposalRow } from '../fields/rows';

export const proposalAdded = watcher({
	name: 'Proposal Added',
	description:
		'Starts once for each open proposal: to add, change or delete an attribute of somebody else’s event',
	reads: 'ShadowAttribute.id',
	blindTo: 'Proposals that are accepted or discarded before the next poll',
	readBy: 'sequence',
	access: 'read',
	endpoints: [
		'GET /shadow_attributes/index',
		'POST /events/restSearch',
		'GET /attributes/describeTypes.json',
	],
	fields: proposalWatch,
	row: proposalRow,
	prove: checkWatchedTypes,
	watch: (context, input) => ({ once: 'row', sources: [newProposals(context, input)] }),
	load: withEvents,
});
