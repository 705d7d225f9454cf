/** The engine of the installed n8n in a process of its own; `engine.ts` starts it and gives it work. */
import { dirname } from 'node:path';
import { binaryStore } from '../engine/binaryStore';
import { runNode, testCredential, type OtherNode } from '../engine/engine';
import { growthOf } from './memory';
import type { Answer, Done, Order } from './engine';

import { LazyPackageDirectoryLoader } from 'n8n-core';
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

let builtIn: Promise<OtherNode> | undefined;

/** n8n's own MISP node, taken out of its package as n8n does: without loading the others. */
async function loadBuiltIn(): Promise<OtherNode> {
	const loader = new LazyPackageDirectoryLoader(
		dirname(require.resolve('n8n-nodes-base/package.json')),
	);
	await loader.loadAll();
	return { loader, type: 'misp', credential: 'mispApi' };
}

const belongsTo = ({ pairedItem }: INodeExecutionData): unknown =>
	typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item : pairedItem;

async function work(order: Order): Promise<Done | undefined> {
	if ('test' in order) {
		const { status, message } = await testCredential(order.test);
		if (status !== 'OK') throw new Error(message);
		return undefined;
	}
	const { node, parameters, credential, input, keep = false, storeFiles = false } = order;
	if (storeFiles) await binaryStore().init();
	const other = node === 'ours' ? undefined : await (builtIn ??= loadBuiltIn());
	const items = Array.isArray(input) ? input : Array.from({ length: input }, (_, at) => ({ at }));
	const run = async () =>
		await runNode(parameters as INodeParameters, credential, {
			input: items,
			...(other ? { other } : {}),
		});
	globalThis.gc?.();
	const heapBefore = process.memoryUsage().heapUsed;
	const cpu = process.cpuUsage();
	const started = performance.now();
	const { result, growthMb } = await growthOf(run);
	const seconds = (performance.now() - started) / 1000;
	const { user, system } = process.cpuUsage(cpu);
	if (result.error) throw result.error;
	globalThis.gc?.();
	const itemsMb = (process.memoryUsage().heapUsed - heapBefore) / 1024 / 1024;
	return {
		seconds,
		growthMb,
		itemsMb,
		cpuSeconds: (user + system) / 1e6,
		items: result.items.length,
		pairedInOrder: result.items.every((item, at) => belongsTo(item) === at),
		rows: keep ? result.items.map(({ json }) => json) : [],
	};
}

const answer = (message: Answer) => process.send?.(message);

process.on('message', (order: Order) => {
	work(order).then(
		(done) => answer({ done }),
		(error: unknown) => answer({ failed: String(error) }),
	);
});
process.on('disconnect', () => process.exit(0));
answer({ done: undefined });
