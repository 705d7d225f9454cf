/** Arranging steps for proposals. */
import type { EventRow } from '../../sandbox/rows';
import type { World } from '../../sandbox/server';
import { entries, importProposal, isRow, type Row } from '../import';
import { EXACT, own, type Arrange } from './stage';

/** The proposals of a list or a view, in events of the organisation that may see them. */
export const importProposals: Arrange = ({ world, shown }) => {
	const rows = Array.isArray(shown) ? entries(shown) : [shown as Row];
	for (const { ShadowAttribute: row } of rows) {
		if (!isRow(row)) continue;
		const id = Number(row.event_id);
		const uuid = typeof row.event_uuid === 'string' ? { uuid: row.event_uuid } : {};
		importProposal(world, world.event(id) ?? own(world, id, uuid), row);
	}
	return EXACT;
};

/** An event of the host organisation that others see, with what proposals are about. */
function proposalTarget(world: World): EventRow {
	const event = world.addEvent({ id: 2, orgId: 1, orgcId: 1, distribution: 3 });
	world.addAttribute(event, { id: 6, type: 'sha1', value: 'a'.repeat(40) });
	world.addAttribute(event, { id: 115_497, type: 'domain', value: 'child.example.org' });
	world.addAttribute(event, {
		id: 115_498,
		uuid: 'f2b2b178-3e1d-4e9f-9766-8ef62eed4219',
		type: 'ip-dst',
		value: '198.51.100.44',
	});
	return event;
}

export const proposed =
	(deleted: boolean): Arrange =>
	({ world }) => {
		const event = proposalTarget(world);
		for (const id of [1, 3]) {
			world.addProposal(event, { id, type: 'domain', value: `p${id}.example.org`, deleted });
		}
	};
