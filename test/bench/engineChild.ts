/** The engine of the installed n8n in a process of its own; `engine.ts` starts it and gives it work. */
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { binaryStore } from '../engine/binaryStore';
import { runNode, testCredential, type OtherNode } from '../engine/engine';
import { Trigger } from '../engine/pollEngine';
import { growthOf } from './memory';
import type { Answer, Done, Job, Order, Polled, Polls } from './engine';

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

let trigger: Trigger | undefined;

/** What a piece of work takes. */
async function measured<T>(work: () => Promise<T>) {
	const { result: took, growthMb } = await growthOf(async () => {
		const cpu = process.cpuUsage();
		const started = performance.now();
		const result = await work();
		const seconds = (performance.now() - started) / 1000;
		const { user, system } = process.cpuUsage(cpu);
		return { result, seconds, cpuSeconds: (user + system) / 1e6 };
	});
	return { ...took, growthMb };
}

async function poll({ polls, apart }: Polls): Promise<Polled> {
	if (!trigger) throw new Error('The trigger was not activated.');
	const polling = trigger;
	const sum = { items: 0, seconds: 0, cpuSeconds: 0, growthMb: 0 };
	for (let done = 0; done < polls; done += 1) {
		await wait(apart);
		const { result, ...took } = await measured(async () => await polling.poll());
		sum.items += result.length;
		sum.seconds += took.seconds;
		sum.cpuSeconds += took.cpuSeconds;
		sum.growthMb = Math.max(sum.growthMb, took.growthMb);
	}
	return { ...sum, stateKb: JSON.stringify(polling.saved).length / 1000 };
}

async function run(job: Job): Promise<Done> {
	const { node, parameters, credential, input, keep = false, storeFiles = false } = job;
	if (storeFiles) await binaryStore().init();
	const other = node === 'ours' ? undefined : await (builtIn ??= loadBuiltIn());
	const items = Array.isArray(input) ? input : Array.from({ length: input }, (_, at) => ({ at }));
	globalThis.gc?.();
	const heapBefore = process.memoryUsage().heapUsed;
	const { result, ...took } = await measured(
		async () =>
			await runNode(parameters as INodeParameters, credential, {
				input: items,
				...(other ? { other } : {}),
			}),
	);
	if (result.error) throw result.error;
	globalThis.gc?.();
	const itemsMb = (process.memoryUsage().heapUsed - heapBefore) / 1024 / 1024;
	return {
		...took,
		itemsMb,
		items: result.items.length,
		pairedInOrder: result.items.every((item, at) => belongsTo(item) === at),
		rows: keep ? result.items.map(({ json }) => json) : [],
	};
}

async function work(order: Order): Promise<Done | Polled | undefined> {
	if ('polls' in order) return await poll(order);
	if ('activate' in order) {
		trigger = new Trigger(order.activate, order.credential);
		await trigger.activate();
		return undefined;
	}
	if ('test' in order) {
		const { status, message } = await testCredential(order.test);
		if (status !== 'OK') throw new Error(message);
		return undefined;
	}
	return await run(order);
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
