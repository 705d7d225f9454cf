/** The sandbox in a process of its own, so that its memory and its work are not those of n8n. */
import { startSandbox, type Sandbox } from '../sandbox/server';

export interface ServerInfo {
	url: string;
	ca: string;
	keys: Sandbox['keys'];
}

/** What the bench asks for: attributes to be made, or the number of requests since the last time. */
export type Order = { attributes: number } | { requests: true };

async function main(): Promise<void> {
	const sandbox = await startSandbox();
	const { url, ca, keys, world, requests } = sandbox;
	process.on('message', (order: Order) => {
		if ('attributes' in order) {
			const [event] = world.history.events(1);
			if (event) world.history.attributes(event, order.attributes);
			process.send?.(order.attributes);
		} else {
			process.send?.(requests.length);
			requests.length = 0;
		}
	});
	process.on('disconnect', () => process.exit(0));
	process.send?.({ url, ca, keys } satisfies ServerInfo);
}

void main();
