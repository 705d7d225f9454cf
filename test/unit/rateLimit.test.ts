import { setTimeout as wait } from 'node:timers/promises';

import type { AxiosError } from 'axios';

import { closeAgents } from '../../nodes/Misp/client/agent';
import type { ClientOptions, Misp } from '../../nodes/Misp/client/client';
import { path } from '../../nodes/Misp/client/path';
import { isWorthWaiting, pauseAfter } from '../../nodes/Misp/client/rateLimit';
import { randomKey } from '../sandbox/seed';
import { startSandbox, type Sandbox } from '../sandbox/server';
import { failureOf, mispOf } from './support';

const LIMIT = 5;
/** MISP's window, in seconds. */
const WINDOW = 900;

let sandbox: Sandbox;

beforeAll(async () => {
	sandbox = await startSandbox();
	const role = [...sandbox.world.roles.values()].find(({ rateLimit }) => rateLimit !== undefined);
	expect(role?.rateLimit).toBe(LIMIT);
});

afterAll(async () => {
	closeAgents();
	await sandbox.stop();
});

beforeEach(() => {
	sandbox.world.rateWindows.clear();
	sandbox.requests.length = 0;
});

/** A new key of the user who may make five searches in 15 minutes, as another process would use. */
function processOf(options: ClientOptions = {}): Misp {
	const key = randomKey();
	const { id } = sandbox.world.user('ratelimited@alpha.test');
	sandbox.world.addAuthKey({ value: key, userId: id, comment: '', readOnly: false, expiration: 0 });
	return mispOf(sandbox, 'rate_limited', options, { key, timeoutMs: 120_000 });
}

/** The user’s window began so long ago that it ends in so many seconds. */
function endsIn(seconds: number, count = 0): void {
	const { id } = sandbox.world.user('ratelimited@alpha.test');
	sandbox.world.rateWindows.set(id, { start: sandbox.world.now() - WINDOW + seconds, count });
}

const search = async (misp: Misp) =>
	await misp.post(path`/attributes/restSearch`, { value: 'x', limit: 1 }, { read: true });

const searches = async (misp: Misp, count: number) =>
	await Promise.all(Array.from({ length: count }, async () => await search(misp)));

const refusals = () => sandbox.requests.filter(({ status }) => status === 429).length;

describe('MISP’s limit on searches', () => {
	it('is waited for without asking, once the last search of a window is used', async () => {
		const misp = processOf();
		endsIn(4);
		await searches(misp, LIMIT);
		await searches(misp, LIMIT);
		expect(sandbox.requests).toHaveLength(2 * LIMIT);
		expect(refusals()).toBe(0);
	});

	it('is waited for by all of a process when one was refused', async () => {
		const misp = processOf();
		endsIn(2, LIMIT);
		const first = search(misp);
		while (refusals() === 0) await wait(5);
		await wait(50);
		await Promise.all([first, searches(misp, 3)]);
		expect(refusals()).toBe(1);
		expect(sandbox.requests).toHaveLength(1 + 4);
	});

	it('is shared with other processes: nothing is lost in any', async () => {
		endsIn(3, LIMIT);
		await Promise.all([searches(processOf(), 2), searches(processOf(), 2)]);
		expect(refusals()).toBe(4);
		expect(sandbox.requests).toHaveLength(8);
	});

	it('is heard from MISP where it lasts longer than one waits', async () => {
		const misp = processOf();
		endsIn(WINDOW, LIMIT);
		for (const asked of [1, 2]) {
			const error = await failureOf(search(misp));
			expect(error).toMatchObject({ kind: 'rateLimited', status: 429 });
			expect(sandbox.requests).toHaveLength(asked);
		}
	});

	it('keeps nothing else waiting', async () => {
		const misp = processOf();
		endsIn(50, LIMIT - 1);
		await search(misp);
		const before = Date.now();
		await misp.get(path`/servers/getVersion`);
		expect(Date.now() - before).toBeLessThan(5000);
	});

	it('is not waited for when the execution is cancelled', async () => {
		const stop = new AbortController();
		const misp = processOf({ signal: stop.signal });
		endsIn(50, LIMIT - 1);
		await search(misp);
		const failure = failureOf(search(misp));
		setTimeout(() => stop.abort(), 50);
		expect((await failure).kind).toBe('cancelled');
		expect(sandbox.requests).toHaveLength(1);
	});
});

describe('The pause after a refusal', () => {
	const refused = (reset?: string, waitedForWindow = 0, status = 429) =>
		({
			response: { status, headers: reset === undefined ? {} : { 'x-rate-limit-reset': reset } },
			config: { waitedForWindow },
		}) as unknown as AxiosError;

	it.each([
		[8, 2000],
		[40, 5000],
	])('of %i s spreads those who wait over %i ms', (seconds, spread) => {
		const pauses = Array.from({ length: 200 }, () => pauseAfter(refused(String(seconds))));
		const [first, last] = [Math.min(...pauses), Math.max(...pauses)];
		expect(first).toBeGreaterThanOrEqual(seconds * 1000);
		expect(last).toBeLessThanOrEqual(seconds * 1000 + spread);
		expect(last - first).toBeGreaterThan(spread / 2);
	});

	it('is unknown where nothing is said, or it is no refusal', () => {
		expect(pauseAfter(refused())).toBe(0);
		expect(pauseAfter(refused('8', 0, 503))).toBe(0);
	});

	it.each([
		['30', 0, true],
		['30', 29_000, true],
		['30', 31_000, false],
		['61', 0, false],
		[undefined, 0, true],
	])('of %s s after %i ms of waiting is worth it within a minute: %s', (reset, waited, worth) => {
		expect(isWorthWaiting(refused(reset, waited), 60)).toBe(worth);
	});

	it('counts towards what a request waits in all', () => {
		const error = refused('8');
		const pause = pauseAfter(error);
		expect(error.config?.waitedForWindow).toBe(pause);
	});
});
