/** What arrived in the sandbox, and from which process. */
import assert from 'node:assert/strict';
import { byId, mispNode } from '../e2e/workflows';
import type { RecordedRequest } from '../sandbox/server';
import type { Plant } from './plant';

/** An event of the organisation of all keys here, to put attributes into. */
export function newEvent({ sandbox }: Plant, info: string): number {
	const [event] = sandbox.world.history.events(1, () => ({ info }));
	assert.ok(event);
	return event.id;
}

/** The domains in an event. */
export function domainsIn({ sandbox }: Plant, event: number): string[] {
	const attributes = [...sandbox.world.attributes.values()];
	return attributes.flatMap(({ eventId, value1 }) => (eventId === event ? value1 : []));
}

/** A node that adds a domain to an event; both may be expressions. */
export const addDomain = (
	{ credential }: Pick<Plant, 'credential'>,
	event: number | string,
	value: string,
) =>
	mispNode(
		'Add',
		{
			resource: 'attribute',
			operation: 'create',
			event: byId(String(event)),
			type: 'domain',
			value,
		},
		credential,
	);

/** Which process sent a request: `server`, or the name of a worker. */
export function senderOf(plant: Plant, { remotePort }: RecordedRequest): string {
	const pid = plant.connections.ownerOf(remotePort);
	if (pid === plant.n8n.pid) return 'server';
	return plant.workers.find((worker) => worker.pid === pid)?.name ?? 'unknown';
}

/** What was asked about an event, apart from searches. */
export const requestsAbout = ({ sandbox }: Plant, event: number): RecordedRequest[] =>
	sandbox.requests.filter(({ path }) => path.startsWith(`/attributes/add/${event}`));

/** That attributes were put into an event, by workers alone. */
export function assertSentByWorkers(plant: Plant, event: number): void {
	const senders = new Set(requestsAbout(plant, event).map((one) => senderOf(plant, one)));
	const names = plant.workers.map(({ name }) => name);
	assert.ok(senders.size > 0, 'nothing was sent');
	for (const sender of senders) assert.ok(names.includes(sender), `sent by: ${sender}`);
}
