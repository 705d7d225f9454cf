/** Notes, opinions and relationships, each with numbers of its own. */
import { randomUUID } from 'node:crypto';
import type { New } from './ground';
import { Events } from './events';

export const ANALYST_TYPES = ['Note', 'Opinion', 'Relationship'] as const;
export type AnalystType = (typeof ANALYST_TYPES)[number];

export interface AnalystRow {
	id: number;
	uuid: string;
	type: AnalystType;
	/** The uuid and the type of what it is about; nothing asks whether that exists. */
	objectUuid: string;
	objectType: string;
	authors: string;
	orgId: number;
	created: string;
	modified: string;
	distribution: number;
	/** The columns of its type, by MISP's names. */
	said: Record<string, unknown>;
}

export class AnalystData extends Events {
	readonly analystData: Set<AnalystRow> = new Set();

	addAnalystData(row: New<AnalystRow> & { type: AnalystType; objectUuid: string }): AnalystRow {
		const added: AnalystRow = {
			uuid: randomUUID(),
			objectType: 'Event',
			authors: '',
			orgId: 1,
			created: this.dateTime(),
			modified: this.dateTime(),
			distribution: 1,
			said: {},
			...row,
			id: this.nextId(row.type, row.id),
		};
		this.analystData.add(added);
		this.audit({
			action: 'add',
			model: added.type,
			modelId: added.id,
			change: { ...added.said, object_uuid: added.objectUuid, object_type: added.objectType },
		});
		return added;
	}

	/** By number or uuid; of any type without one. */
	findAnalystData(type: AnalystType | undefined, id: string): AnalystRow | undefined {
		return [...this.analystData].find(
			(row) =>
				(type === undefined || row.type === type) &&
				(row.uuid === id.toLowerCase() || (type !== undefined && String(row.id) === id)),
		);
	}
}
