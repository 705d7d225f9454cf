import { randomUUID } from 'node:crypto';

import type { INodeParameters } from 'n8n-workflow';

import type { AccessLevel } from '../../../nodes/Misp/client/access';
import { startSandbox } from '../../sandbox/server';
import { listEntries } from '../editor';
import { runNode, testCredential, type Credential } from '../engine';
import { Trigger } from '../pollEngine';
import { byId, everythingIn, Lab } from '../support';
import { CLASS_NAMES, CLASSES, type ClassName, type OperationClass } from './classes';
import type { Fault } from './faults';
import type { Site } from './strikes';

/** Makes the faults happen, each at a sandbox of its own, to every class of operation. */

/** What became of one class under one fault. */
export interface Found {
	/** One for each item; undefined where it worked. */
	messages: Array<string | undefined>;
	kind: string | undefined;
	/** How often its request arrived. */
	arrived: number;
	/** How often each change was made. */
	made: number[];
	/** Keys that are in what came out. */
	keys: string[];
	/** Bytes that a huge reply has sent. */
	bytes: number;
}

export const VALUES = ['one.example.com', 'two.example.com', 'three.example.com'];
export const SEEN = 'seen.example.com';

type Outcome = Pick<Found, 'messages'> & { kind?: string | undefined; output: unknown };

/** n8n's error, with the kind that it got from the node. */
function failed(error: unknown): Outcome {
	const { message, errorResponse } = error as Error & { errorResponse?: { kind?: string } };
	return { messages: [message], kind: errorResponse?.kind, output: error };
}

class Place {
	readonly lab = new Lab();

	readonly site: Site;

	readonly info = `Written ${randomUUID()}`;

	private readonly event;

	private readonly trigger: Trigger;

	private constructor(sandbox: Lab['sandbox']) {
		this.lab.sandbox = sandbox;
		this.site = { sandbox, credential: {} };
		this.event = sandbox.world.addEvent({ orgId: 2, orgcId: 2, info: 'Batch' });
		this.trigger = new Trigger(
			{ watch: 'attributeAdded' },
			{ ...this.lab.credential({ access: 'read' }) },
			{ workflowId: randomUUID() },
		);
	}

	static async open(): Promise<Place> {
		return new Place(await startSandbox());
	}

	/** Everything has worked before: the credentials are known, the trigger is active. */
	async settle(): Promise<void> {
		const { lab } = this;
		await lab.savedCredential({ access: 'read' });
		await lab.savedCredential({ access: 'contribute' });
		expect(await this.trigger.activate()).toEqual([]);
		lab.world.addAttribute(this.event, { type: 'domain', value: SEEN });
	}

	async close(): Promise<void> {
		await this.lab.sandbox.stop();
	}

	async observe(name: ClassName): Promise<Found> {
		const { faults } = this.lab.sandbox;
		const sent = faults.bytesSent;
		const arrived = this.arrived(name);
		const { messages, kind, output } = await this.run(name);
		const text = everythingIn([output, messages]);
		return {
			messages,
			kind,
			arrived: this.arrived(name) - arrived,
			made: this.made(name),
			keys: Object.values(this.lab.sandbox.keys).filter((key) => text.includes(key)),
			bytes: faults.bytesSent - sent,
		};
	}

	private arrived(name: ClassName): number {
		const { request, ordered }: OperationClass = CLASSES[name];
		return this.lab.requests.filter(({ method, path, body }) => {
			if (!request.test(`${method} ${path}`)) return false;
			return ordered === undefined || (body as { order?: string }).order === ordered;
		}).length;
	}

	private made(name: ClassName): number[] {
		const { events } = this.lab.world;
		if (name === 'write') {
			return [[...events.values()].filter(({ info }) => info === this.info).length];
		}
		if (name !== 'batch') return [];
		const values = this.event.attributes.map(({ value1 }) => value1);
		return VALUES.map((value) => values.filter((one) => one === value).length);
	}

	private credential(access: AccessLevel = 'read'): Credential {
		return { ...this.lab.credential({ access }), ...this.site.credential } as Credential;
	}

	private async run(name: ClassName): Promise<Outcome> {
		switch (name) {
			case 'read':
				return await this.operation('event', 'get', { event: byId(1) });
			case 'write':
				return await this.operation('event', 'create', { info: this.info });
			case 'batch':
				return await this.operation(
					'attribute',
					'create',
					{ event: byId(this.event.id), type: 'domain', value: '={{ $json.value }}' },
					VALUES,
				);
			case 'export': {
				const parameters = { scope: 'events', format: 'json', value: SEEN, output: 'text' };
				return await this.operation('export', 'run', parameters);
			}
			case 'poll':
				return await this.poll();
			case 'list':
				return await listEntries('searchEvents', {}, this.credential()).then(
					(output) => ({ messages: [undefined], output }),
					failed,
				);
			case 'test': {
				const result = await testCredential(this.credential());
				return { messages: [result.status === 'OK' ? undefined : result.message], output: result };
			}
		}
	}

	private async operation(
		resource: string,
		operation: string,
		parameters: Record<string, unknown>,
		values = [''],
	): Promise<Outcome> {
		const changes = operation === 'create';
		const { items, error, hints } = await runNode(
			{ resource, operation, ...parameters } as INodeParameters,
			this.credential(changes ? 'contribute' : 'read'),
			{
				input: values.map((value) => ({ value })),
				...(values.length > 1 ? { onError: 'continueRegularOutput' } : {}),
			},
		);
		if (error) return failed(error);
		const errors = items.map((item) => item.error ?? undefined);
		const [first] = errors;
		return {
			messages: errors.map((one) => one?.message),
			kind: first && failed(first).kind,
			output: [items, hints],
		};
	}

	/** A poll that fails must leave its state alone, and one that works hands on the row. */
	private async poll(): Promise<Outcome> {
		const before = structuredClone(this.trigger.memory);
		const credential = { ...this.trigger.credential };
		Object.assign(this.trigger.credential, this.site.credential);
		try {
			const items = await this.trigger.poll();
			expect(items.map(({ json }) => json.value)).toEqual([SEEN]);
			return { messages: [undefined], output: items };
		} catch (error) {
			expect(this.trigger.memory).toEqual(before);
			return failed(error);
		} finally {
			Object.assign(this.trigger.credential, credential);
		}
	}

	/** What the trigger hands on when everything works again. */
	async later(): Promise<string[]> {
		const rows: Array<Record<string, unknown>> = [];
		for (let poll = 0; poll < 3; poll += 1) {
			this.lab.world.advance(10);
			rows.push(...(await this.trigger.rows()));
		}
		return rows.map(({ value }) => String(value)).sort();
	}
}

export interface Walked {
	found: Record<ClassName, Found>;
	/** What the trigger handed on afterwards. */
	later: string[];
}

async function observe(fault: Fault): Promise<Walked> {
	const place = await Place.open();
	try {
		await place.settle();
		const found = {} as Record<ClassName, Found>;
		// What looks for its outcome is struck alone in its change: MISP answers again afterwards.
		const completing = (name: ClassName) => 'completes' in CLASSES[name];
		await fault.strike(place.site);
		const together = CLASS_NAMES.filter((name) => !completing(name));
		const look = async (name: ClassName) => void (found[name] = await place.observe(name));
		if (fault.large) for (const name of together) await look(name);
		else await Promise.all(together.map(look));
		for (const name of CLASS_NAMES.filter(completing)) {
			place.lab.sandbox.faults.clear();
			if (!fault.unheard) await fault.strike(place.site, CLASSES[name].request);
			await look(name);
		}
		place.lab.sandbox.faults.clear();
		await place.lab.sandbox.transport.mend();
		return { found, later: await place.later() };
	} finally {
		await place.close();
	}
}

/** Observes all faults, some at a time; the large ones at the end, one after the other. */
export function walk(faults: Fault[], atATime = 5): Map<string, Promise<Walked>> {
	const results = new Map<string, Promise<Walked>>();
	const inTurn = (queue: Fault[], lanes: Array<Promise<unknown>>) => {
		for (const [position, fault] of queue.entries()) {
			const lane = position % lanes.length;
			const work = (lanes[lane] as Promise<unknown>).then(async () => await observe(fault));
			lanes[lane] = work.catch(() => undefined); // said by the test that waits for it
			results.set(fault.name, work);
		}
		return Promise.all(lanes);
	};
	const small = inTurn(
		faults.filter(({ large }) => !large),
		Array.from({ length: atATime }, async () => await Promise.resolve()),
	);
	void inTurn(
		faults.filter(({ large }) => large),
		[small],
	);
	return results;
}
