/** What the recordings cannot show: transport, troubles, the queue and the clock of the sandbox. */
import { spawn } from 'node:child_process';
import { Agent, get, request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { mispCost } from '../sandbox/costs';
import {
	createAuthority,
	startSandbox,
	type Sandbox,
	type SandboxOptions,
} from '../sandbox/server';
import { ask } from './ask';

let sandbox: Sandbox;

async function start(options?: SandboxOptions): Promise<void> {
	sandbox = await startSandbox(options);
}

afterEach(async () => {
	await sandbox.stop();
});

const codeOf = async (asking: Promise<unknown>): Promise<string> => {
	try {
		await asking;
		return 'no error';
	} catch (error) {
		return (error as NodeJS.ErrnoException).code ?? String(error);
	}
};

const VERSION = '/servers/getVersion';

describe('certificates', () => {
	test('the valid one is accepted for the address and for localhost', async () => {
		await start();
		expect((await ask(sandbox, VERSION)).status).toBe(200);
		const named = { ...sandbox, url: sandbox.url.replace('127.0.0.1', 'localhost') };
		expect((await ask(named, VERSION)).status).toBe(200);
	});

	test('without the CA it is not trusted', async () => {
		await start();
		const other = await createAuthority('Somebody else');
		const asking = ask(sandbox, VERSION, { tls: { ca: other.cert } });
		expect(await codeOf(asking)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
	});

	test.each([
		['expired', 'CERT_HAS_EXPIRED'],
		['wrongHost', 'ERR_TLS_CERT_ALTNAME_INVALID'],
	] as const)('%s is refused with %s', async (certificate, code) => {
		await start({ tls: { certificate } });
		expect(await codeOf(ask(sandbox, VERSION))).toBe(code);
	});

	test('a client certificate is demanded, and the right one accepted', async () => {
		await start({ tls: { requireClientCertificate: true } });
		expect(await codeOf(ask(sandbox, VERSION))).not.toBe('no error');
		const { cert, key } = sandbox.clientCertificate;
		expect((await ask(sandbox, VERSION, { tls: { cert, key } })).status).toBe(200);
		const stranger = await (await createAuthority()).issue('stranger', { client: true });
		const strange = { cert: stranger.cert, key: stranger.key, agent: false as const };
		expect(await codeOf(ask(sandbox, VERSION, { tls: strange }))).not.toBe('no error');
	});

	test('the fingerprint is that of the certificate sent', async () => {
		await start();
		const seen = await new Promise<string>((resolve, reject) => {
			const outgoing = request(`${sandbox.url}/users/heartbeat`, { ca: sandbox.ca, agent: false });
			outgoing.on('socket', (socket) => {
				socket.on('secureConnect', () => {
					const tls = socket as unknown as import('node:tls').TLSSocket;
					resolve(tls.getPeerCertificate().fingerprint256);
				});
			});
			outgoing.on('response', (response) => response.resume());
			outgoing.on('error', reject);
			outgoing.end();
		});
		expect(sandbox.serverCertificateSha256).toBe(seen);
	});
});

describe('a MISP under a path', () => {
	test('answers below it and nowhere else', async () => {
		await start({ basePath: '/misp' });
		expect(sandbox.url).toMatch(/\/misp$/);
		expect((await ask(sandbox, VERSION)).status).toBe(200);
		const root = { ...sandbox, url: sandbox.url.replace(/\/misp$/, '') };
		const got = await ask(root, VERSION);
		expect([got.status, got.headers['content-type']]).toEqual([404, 'text/html']);
	});
});

describe('the queue', () => {
	const published = async () => {
		const event = (await ask(sandbox, '/events/view/7')).json().Event as Record<string, unknown>;
		return event.published;
	};

	test('publishes some time after the reply', async () => {
		await start({ publishDelayMs: 150 });
		const got = await ask(sandbox, '/events/publish/7', { method: 'POST' });
		expect(got.json().message).toBe('Job queued');
		expect(await published()).toBe(false);
		await wait(300);
		expect(await published()).toBe(true);
	});

	test('does nothing while the workers stand still', async () => {
		await start({ publishDelayMs: 10 });
		sandbox.world.settings.workersRunning = false;
		await ask(sandbox, '/events/publish/7', { method: 'POST' });
		await wait(100);
		expect(await published()).toBe(false);
	});
});

describe('what tests see of requests', () => {
	test('they are recorded in order, with the name of the key and the parsed body', async () => {
		await start();
		await ask(sandbox, '/attributes/restSearch?x=1', { key: 'user', body: { limit: 1 } });
		await ask(sandbox, '/events/view/999', { key: 'wrong' });
		expect(
			sandbox.requests.map(({ method, path, key, body, status }) => [
				method,
				path,
				key,
				body,
				status,
			]),
		).toEqual([
			['POST', '/attributes/restSearch?x=1', 'user', { limit: 1 }, 200],
			['GET', '/events/view/999', 'wrong', undefined, 403],
		]);
	});

	test('each costs what it is told to cost', async () => {
		await start();
		sandbox.setCost(120);
		const begin = performance.now();
		await ask(sandbox, VERSION);
		expect(performance.now() - begin).toBeGreaterThanOrEqual(115);
	});

	test('each takes as long as MISP does for its rows', async () => {
		await start({ cost: mispCost });
		const seconds = async (path: string, body: unknown) => {
			const begin = performance.now();
			expect((await ask(sandbox, path, { body })).status).toBe(200);
			return (performance.now() - begin) / 1000;
		};
		const domains = Array.from({ length: 50 }, (_, at) => ({
			type: 'domain',
			value: `host${at}.example.com`,
		}));
		const { id } = sandbox.world.history.events(1)[0] as { id: number };
		const added = await seconds(`/attributes/add/${id}`, domains);
		expect(added).toBeGreaterThan(0.28);
		const found = await seconds('/attributes/restSearch', { value: ['host1.example.com'] });
		expect(found).toBeGreaterThan(0.095);
		expect(added).toBeGreaterThan(1.3 * found);
	});

	test('a thousand rows cost what was measured', () => {
		const rows = (count: number) => Array.from({ length: count }, () => ({}));
		const cost = (path: string, body: unknown, answered: unknown) =>
			Math.round(mispCost({ path, body }, answered));
		expect(cost('/attributes/add/7', rows(1), {})).toBe(110);
		expect(cost('/attributes/add/7', rows(1000), {})).toBe(2500);
		expect(cost('/attributes/add/7', rows(2000), {})).toBe(4500);
		expect(cost('/tags/index', undefined, { Tag: rows(1000) })).toBe(90);
		const search = '/attributes/restSearch';
		expect(cost(search, { value: rows(1000) }, { response: { Attribute: [] } })).toBe(350);
		expect(cost(search, {}, { response: { Attribute: rows(20_000) } })).toBe(1600);
		expect(cost(search, {}, 'a line\n'.repeat(20_000))).toBe(21_000);
		const event = { Event: { Attribute: rows(20_000) } };
		expect(cost('/events/view/7', undefined, event)).toBe(1750);
		expect(cost('/events/restSearch', {}, { response: [event] })).toBe(1600);
	});

	test('over a long line, a connection and each request wait for it', async () => {
		await start({ roundTripMs: 60 });
		const agent = new Agent({ keepAlive: true, ca: sandbox.ca });
		const timed = async () => {
			const begin = performance.now();
			await new Promise<void>((resolve, reject) => {
				get(`${sandbox.url}${VERSION}`, { agent }, (reply) => {
					reply.resume().on('end', resolve);
				}).on('error', reject);
			});
			return performance.now() - begin;
		};
		try {
			expect(await timed()).toBeGreaterThan(170); // TCP, TLS, and the request
			const second = await timed();
			expect(second).toBeGreaterThan(55);
			expect(second).toBeLessThan(150);
		} finally {
			agent.destroy();
		}
	});

	test('the clock of the server can be another one', async () => {
		await start();
		sandbox.world.clockOffset = 3600;
		const got = await ask(sandbox, '/events/add', { body: { info: 'from the future' } });
		const event = got.json().Event as Record<string, string>;
		const here = Date.now() / 1000;
		expect(Number(event.timestamp) - here).toBeGreaterThan(3590);
		expect(Date.parse(String(got.headers.date)) / 1000 - here).toBeGreaterThan(3590);
	});
});

describe('troubles', () => {
	beforeEach(async () => {
		await start();
	});

	test.each([
		['badGateway', 502, 'text/html'],
		['unavailable', 503, 'text/html'],
		['gatewayTimeout', 504, 'text/html'],
		['htmlPage', 200, 'text/html; charset=UTF-8'],
		['internalError', 500, 'application/json; charset=UTF-8'],
		['foreignRedirect', 302, 'text/html; charset=UTF-8'],
	] as const)('%s answers %i with %s', async (name, status, type) => {
		sandbox.faults.set(name);
		const got = await ask(sandbox, VERSION);
		expect([got.status, got.headers['content-type']]).toEqual([status, type]);
		if (name === 'foreignRedirect') {
			expect(got.headers.location).toMatch(/^https:\/\/misp\.example\.org\//);
		}
	});

	test('they strike as often as asked, and where asked', async () => {
		sandbox.faults.set('badGateway', { times: 2, match: /^GET \/events/ });
		const statuses = [];
		for (const path of [VERSION, '/events/view/1', '/events/view/1', '/events/view/1']) {
			statuses.push((await ask(sandbox, path)).status);
		}
		expect(statuses).toEqual([200, 502, 502, 200]);
		sandbox.faults.set('unavailable');
		sandbox.faults.clear();
		expect((await ask(sandbox, VERSION)).status).toBe(200);
	});

	test('reset happens before, resetMidReply after the work is done', async () => {
		sandbox.faults.set('reset', { times: 1 });
		const count = sandbox.world.events.size;
		const body = { info: 'lost' };
		expect(await codeOf(ask(sandbox, '/events/add', { body }))).toBe('ECONNRESET');
		expect(sandbox.world.events.size).toBe(count);
		sandbox.faults.set('resetMidReply', { times: 1 });
		expect(await codeOf(ask(sandbox, '/events/add', { body }))).toBe('ECONNRESET');
		expect(sandbox.world.events.size).toBe(count + 1);
	});

	test('malformed JSON arrives complete and cannot be parsed', async () => {
		sandbox.faults.set('malformedJson');
		const got = await ask(sandbox, VERSION);
		expect(got.status).toBe(200);
		expect(String(got.text.length)).toBe(got.headers['content-length']);
		expect(() => got.json()).toThrow(SyntaxError);
	});

	test.each(['slowHeader', 'slowBody'] as const)('%s keeps the caller waiting', async (name) => {
		sandbox.faults.set(name, { delayMs: 150 });
		const begin = performance.now();
		expect((await ask(sandbox, VERSION)).json().version).toBe('2.5.1');
		expect(performance.now() - begin).toBeGreaterThanOrEqual(145);
	});

	test('the rate limit names the seconds left', async () => {
		sandbox.faults.set('rateLimit', { times: 1, resetSeconds: 2 });
		const got = await ask(sandbox, '/events/view/1');
		expect([got.status, got.headers['x-rate-limit-reset']]).toEqual([429, '2']);
	});

	test('maintenance lets site admins through', async () => {
		sandbox.faults.set('maintenance');
		expect((await ask(sandbox, VERSION, { key: 'admin' })).status).toBe(200);
		const got = await ask(sandbox, VERSION, { key: 'user' });
		expect([got.status, got.headers.location]).toEqual([302, `${sandbox.url}/users/login`]);
	});
});

describe('a large instance', () => {
	test('searches 120,000 attributes without effort', async () => {
		await start();
		const event = sandbox.world.addEvent({ orgId: 2, orgcId: 2 });
		for (let index = 0; index < 120_000; index += 1) {
			sandbox.world.addAttribute(event, { type: 'domain', value: `h${index}.example.com` });
		}
		const begin = performance.now();
		const one = await ask(sandbox, '/attributes/restSearch', {
			body: { value: 'h77777.example.com' },
		});
		expect(one.headers['x-result-count']).toBe('1');
		const page = await ask(sandbox, '/attributes/restSearch', {
			body: { type: 'domain', limit: 1000, page: 100 },
		});
		expect(page.headers['x-result-count']).toBe('1001');
		expect(performance.now() - begin).toBeLessThan(3000);
	});
});

describe('the command line', () => {
	test('says where it is in one line of JSON and stops on a signal', async () => {
		// Another sandbox than the one of these tests, which `afterEach` stops.
		await start();
		const script = join(__dirname, '..', 'sandbox', 'cli.ts');
		const child = spawn(process.execPath, ['--import', 'tsx', script, '--json'], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		const line = await new Promise<string>((resolve) => {
			let text = '';
			child.stdout.on('data', (chunk: Buffer) => {
				text += chunk.toString();
				if (text.includes('\n')) resolve(text.split('\n')[0] ?? '');
			});
		});
		const said = JSON.parse(line) as { url: string; ca: string; keys: Record<string, string> };
		expect(said.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
		expect(said.keys.admin).toMatch(/^[A-Za-z0-9]{40}$/);
		const code = new Promise((resolve) => child.on('exit', resolve));
		child.kill('SIGTERM');
		expect(await code).toBe(0);
	});
});
