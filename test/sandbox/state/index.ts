/** The whole state of the stand-in. */
import { randomUUID } from 'node:crypto';
import { History } from '../history';
import type {
	AttributeRow,
	EventRow,
	ObjectRow,
	ProposalRow,
	ReportRow,
	SightingRow,
} from '../rows';
import { TYPES } from '../types';
import { normalise, splitValue } from '../values';
import { Feeds } from './feeds';
import type { New } from './ground';

export type { NewAttribute } from './events';

export class World extends Feeds {
	/** For tests: what happened on the server before, or besides their requests. */
	readonly history = new History(this);
	readonly sightings = new Map<number, SightingRow>();
	/** Web pages that MISP can read, as Markdown, by their address. */
	readonly pages = new Map<string, string>();
	readonly proposals = new Map<number, ProposalRow>();
	private readonly sightingsByEvent = new Map<number, SightingRow[]>();

	addObject(event: EventRow, row: New<ObjectRow> & { name: string }): ObjectRow {
		const object: ObjectRow = {
			uuid: randomUUID(),
			metaCategory: 'misc',
			description: '',
			templateUuid: null,
			templateVersion: null,
			timestamp: this.now(),
			distribution: 5,
			sharingGroupId: 0,
			comment: '',
			deleted: false,
			firstSeen: null,
			lastSeen: null,
			attributes: [],
			...row,
			eventId: event.id,
			id: this.nextId('object', row.id),
		};
		this.objects.set(object.id, object);
		event.objects.push(object);
		this.auditObject(object, 'add');
		return object;
	}

	/** Gone for good. Nothing tells others of it: the event's clock stands still. */
	removeObject(object: ObjectRow): void {
		this.auditObject(object, 'delete');
		this.removeAttributes(object.attributes);
		this.objects.delete(object.id);
		const event = this.events.get(object.eventId);
		if (event !== undefined) event.objects = event.objects.filter((row) => row !== object);
	}

	addReport(event: EventRow, row: New<ReportRow> & { name: string }): ReportRow {
		const report: ReportRow = {
			uuid: randomUUID(),
			content: '',
			distribution: 5,
			sharingGroupId: 0,
			timestamp: this.now(),
			deleted: false,
			...row,
			eventId: event.id,
			id: this.nextId('report', row.id),
		};
		this.reports.set(report.id, report);
		event.reports.push(report);
		this.audit({
			action: 'add',
			model: 'EventReport',
			modelId: report.id,
			title: report.name,
			eventId: event.id,
			change: { uuid: report.uuid, event_id: event.id, name: report.name, content: report.content },
		});
		return report;
	}

	addProposal(
		event: EventRow,
		row: New<ProposalRow> & { type: string; value: string },
	): ProposalRow {
		const { value, ...fields } = row;
		const [value1, value2] = splitValue(row.type, normalise(row.type, value));
		const proposal: ProposalRow = {
			uuid: randomUUID(),
			attributeId: 0,
			category: TYPES.get(row.type)?.defaultCategory ?? 'Other',
			toIds: false,
			comment: '',
			orgId: 1,
			email: '',
			toDelete: false,
			deleted: false,
			timestamp: this.now(),
			firstSeen: null,
			lastSeen: null,
			...fields,
			value1,
			value2,
			eventId: event.id,
			id: this.nextId('proposal', row.id),
		};
		this.proposals.set(proposal.id, proposal);
		event.proposals.push(proposal);
		return proposal;
	}

	addSighting(attribute: AttributeRow, row: New<SightingRow> & { orgId: number }): SightingRow {
		const sighting: SightingRow = {
			uuid: randomUUID(),
			date: this.now(),
			source: '',
			type: 0,
			...row,
			attributeId: attribute.id,
			eventId: attribute.eventId,
			id: this.nextId('sighting', row.id),
		};
		if (sighting.type === 2) this.dropExpiration(sighting);
		this.sightings.set(sighting.id, sighting);
		const list = this.sightingsByEvent.get(sighting.eventId) ?? [];
		list.push(sighting);
		this.sightingsByEvent.set(sighting.eventId, list);
		return sighting;
	}

	sightingsOf(eventId: number): readonly SightingRow[] {
		return this.sightingsByEvent.get(eventId) ?? [];
	}

	/** An organisation has one expiration per attribute: the new one replaces it. */
	private dropExpiration(fresh: SightingRow): void {
		for (const old of this.sightingsOf(fresh.eventId)) {
			if (old.type !== 2 || old.attributeId !== fresh.attributeId) continue;
			if (old.orgId === fresh.orgId) this.removeSighting(old);
		}
	}

	removeSighting(sighting: SightingRow): void {
		this.sightings.delete(sighting.id);
		const rest = this.sightingsOf(sighting.eventId).filter((row) => row !== sighting);
		this.sightingsByEvent.set(sighting.eventId, rest);
	}
}
