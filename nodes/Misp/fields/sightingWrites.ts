import { isUndecided } from '../client/errors';
import { inKnownForm } from '../client/knownForm';
import { endsRun, MispError, path, recover, whyPointless, type RunContext } from '../definition';
import type { SightingReply } from './sighting';
import { Recorded, recordedWith, type Details, type KnownSighting } from './sightingRecords';
import type { Target } from './sightingTargets';

/** A sighting to be recorded on some attributes. */
export interface Order extends Target, Details {
	/** Leaves out the attributes that have just this sighting already. */
	skip: boolean;
	/** For one without a time: how many hours ago it may have been recorded. */
	within: number;
}

export interface Written extends KnownSighting {
	already_recorded: boolean;
}

/** MISP compares every value with every attribute. */
const VALUES_IN_ONE_REQUEST = 100;

/**
 * Orders that one request can carry: with the same details and no attribute twice, since MISP would
 * count it once.
 */
function batchesOf(orders: Order[]): Order[][] {
	const batches: Array<{ details: string; orders: Order[]; attributes: Set<string> }> = [];
	for (const order of orders) {
		const details = JSON.stringify([order.type, order.source ?? '', order.time ?? null]);
		let batch = batches.find(
			(one) =>
				one.details === details &&
				one.orders.length < VALUES_IN_ONE_REQUEST &&
				![...order.attributes.keys()].some((id) => one.attributes.has(id)),
		);
		if (!batch) {
			batch = { details, orders: [], attributes: new Set() };
			batches.push(batch);
		}
		batch.orders.push(order);
		for (const id of order.attributes.keys()) batch.attributes.add(id);
	}
	return batches.map(({ orders: members }) => members);
}

/** What MISP did not say is found out by a repeat. */
const withRepeat = (error: MispError): MispError =>
	isUndecided(error)
		? new MispError(error.kind, error.message, {
				...error,
				hint: 'You may run it again: with "If Already Recorded" set to Skip, what MISP has recorded is not recorded twice.',
			})
		: error;

/**
 * Records sightings in as few requests as MISP allows: values with the same details together, one
 * attribute alone. Of many it returns only the last, so that the others are read afterwards.
 * `POST /sightings/add`, `POST /sightings/restSearch`
 */
export class SightingWriter {
	private readonly recorded = new Recorded();

	private readonly rows = new Map<Order, Written[]>();

	private readonly failures = new Map<Order, MispError>();

	private inARow: MispError[] = [];

	constructor(private readonly context: RunContext) {}

	/** @returns what became of each order */
	async write(orders: Order[]): Promise<Map<Order, Written[] | MispError>> {
		const { misp } = this.context;
		await this.recorded.read(
			misp,
			orders.filter(({ skip }) => skip),
		);
		for (const batch of batchesOf(orders)) await this.writeBatch(batch);
		return new Map(
			orders.map((order) => [order, this.failures.get(order) ?? this.rows.get(order) ?? []]),
		);
	}

	private async writeBatch(batch: Order[]): Promise<void> {
		const together: Order[] = [];
		const apart: Array<[Order, string]> = [];
		for (const order of batch) {
			const missing: string[] = [];
			for (const id of order.attributes.keys()) {
				const before = order.skip ? this.recorded.find(id, order) : undefined;
				if (before) this.addRow(order, { ...before, already_recorded: true });
				else missing.push(id);
			}
			if (missing.length === 0) continue;
			if (order.value !== undefined && missing.length === order.attributes.size)
				together.push(order);
			else for (const id of missing) apart.push([order, id]);
		}
		if (together.length > 0) {
			const values = together.map(({ value }) => value);
			const attributes = together.flatMap((order) => [...order.attributes]);
			await this.send(together, { values }, new Map(attributes));
		}
		for (const [order, id] of apart) {
			// MISP refused it, or is not there: the other attributes of the same item would fare alike.
			if (!this.failures.has(order))
				await this.send([order], { id }, new Map([[id, order.attributes.get(id)]]));
		}
	}

	/** One request for orders that share their details. */
	private async send(
		orders: Order[],
		what: { values: unknown[] } | { id: string },
		attributes: Target['attributes'],
	): Promise<void> {
		const [first] = orders as [Order];
		const { type, source, time: timestamp } = first;
		const pointless = whyPointless(this.inARow);
		const work = async () => {
			if (pointless) throw pointless;
			const last = await this.context.misp.post<SightingReply>(
				path`/sightings/add`,
				{ ...what, type, source, timestamp },
				{ expect: 'Sighting' },
			);
			this.inARow = [];
			return await this.allOf(last, attributes);
		};
		const rows = await recover(
			inKnownForm(work, true),
			(error) => !endsRun(error),
			(error) => {
				if (!pointless) this.inARow.push(error);
				for (const order of orders)
					this.failures.set(order, order.skip ? withRepeat(error) : error);
				return new Map<string, KnownSighting>();
			},
		);
		for (const order of orders) {
			for (const id of order.attributes.keys()) {
				const row = rows.get(id);
				if (!row || !attributes.has(id)) continue;
				this.addRow(order, { ...row, already_recorded: false });
				this.recorded.add(id, order, row);
			}
		}
	}

	/** What MISP recorded by one request, by attribute. */
	private async allOf(
		last: SightingReply,
		attributes: Target['attributes'],
	): Promise<Map<string, KnownSighting>> {
		const only = new Map<string, KnownSighting>([[String(last.Sighting.attribute_id), last]]);
		if (attributes.size === 1 && [...attributes.keys()].every((id) => only.has(id))) return only;
		// They are recorded by now: what failed here would be repeated.
		return await recover(
			inKnownForm(() => recordedWith(this.context.misp, last), false),
			(error) => !endsRun(error),
			() => {
				this.context.hint(
					'MISP recorded the sightings, but only the last one could be read: the others are shown without their ids.',
				);
				const { org_id, date_sighting, source, type } = last.Sighting;
				// With their events, by which a TLP ceiling judges them.
				const told = [...attributes].map(([attribute_id, event_id]): [string, KnownSighting] => [
					attribute_id,
					{ Sighting: { attribute_id, event_id, org_id, date_sighting, source, type } },
				]);
				return new Map([...told, ...only]);
			},
		);
	}

	private addRow(order: Order, row: Written): void {
		this.rows.set(order, [...(this.rows.get(order) ?? []), row]);
	}
}
