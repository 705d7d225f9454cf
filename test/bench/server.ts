/** The sandbox in a process of its own, so that its memory and its work are not those of n8n. */
import { mispCost } from '../sandbox/costs';
import { startSandbox, type Sandbox } from '../sandbox/server';

export interface ServerSettings {
	/** Takes as long as MISP does; otherwise answers at once. */
	asSlowAsMisp?: boolean;
	/** Behind a line with this round trip. */
	roundTripMs?: number;
}

export interface ServerInfo {
	url: string;
	ca: string;
	/** The same as a file. */
	caPath: string;
	keys: Sandbox['keys'];
}

/**
 * What the bench asks for: an event with attributes (answered by its id), the number of requests
 * since the last time, the number of attributes that an event has, or that the next search has so
 * many rows.
 */
export type Order =
	| { attributes: number }
	| { requests: true }
	| { inEvent: number }
	| { nextRows: number };

async function main(): Promise<void> {
	const { asSlowAsMisp = false, roundTripMs } = JSON.parse(
		process.argv[2] ?? '{}',
	) as ServerSettings;
	const sandbox = await startSandbox({
		...(asSlowAsMisp ? { cost: mispCost } : {}),
		...(roundTripMs === undefined ? {} : { roundTripMs }),
	});
	const { url, ca, caPath, keys, world, requests, faults } = sandbox;
	const carryOut = (order: Order): number => {
		if ('attributes' in order) {
			const [event] = world.history.events(1);
			if (!event) throw new Error('No event was made.');
			world.history.attributes(event, order.attributes);
			return event.id;
		}
		if ('nextRows' in order) {
			faults.set('manyRows', { rows: order.nextRows, times: 1, match: /restSearch/ });
			return order.nextRows;
		}
		if ('inEvent' in order) return world.events.get(order.inEvent)?.attributes.length ?? 0;
		const count = requests.length;
		requests.length = 0;
		return count;
	};
	process.on('message', (order: Order) => process.send?.(carryOut(order)));
	process.on('disconnect', () => {
		void sandbox.stop().then(() => process.exit(0));
	});
	process.send?.({ url, ca, caPath, keys } satisfies ServerInfo);
}

void main();
