/** One request from arrival to answer: faults, authentication, rights, route, rendering. */
import { createHash } from 'node:crypto';
import { authenticate } from './auth';
import { LOGIN_PAGE, proxyPage, type ActiveFault, type Faults } from './faults';
import {
	answer,
	Refusal,
	refusalAnswer,
	refuse,
	type Answer,
	type Call,
	type Viewer,
} from './http';
import { countSearch } from './rateLimit';
import { findRoute, parsePath, wantedFormat, type ParsedPath, type Route } from './router';
import { controllers } from './routes';
import type { World } from './state';
import { toXml } from './xml';

export interface Incoming {
	method: string;
	/** Below the base path, with query. */
	path: string;
	/** False when the request misses the base path MISP lives under. */
	inside: boolean;
	headers: Record<string, string | undefined>;
	raw: Buffer;
	ip: string;
}

export interface Rendered {
	status: number;
	headers: Record<string, string>;
	body: Buffer;
	/** The same before it was written as bytes. */
	content?: unknown;
	fault?: ActiveFault;
}

const HTML = 'text/html; charset=UTF-8';
const POST_MAX = 50 * 1024 * 1024;
const BAD_JSON =
	'Invalid JSON input. Make sure that the JSON input is a correctly formatted JSON string. This request has been blocked to avoid an unfiltered request.';

const html = (status: number, body: string, type = 'text/html'): Answer => ({
	status,
	headers: { 'Content-Type': type },
	body,
});

export class Handler {
	baseUrl = '';

	constructor(
		private readonly world: World,
		private readonly faults: Faults,
	) {}

	async handle(incoming: Incoming): Promise<Rendered> {
		const fault = this.faults.strike(`${incoming.method} ${incoming.path}`);
		const instead = fault === undefined ? undefined : this.instead(fault, incoming);
		const answered = instead ?? (await this.answer(incoming));
		const after = fault === undefined ? answered : spoil(fault, answered);
		const rendered = this.render(after, incoming);
		if (fault?.name === 'malformedJson') cutShort(rendered);
		return { ...rendered, content: after.body, fault };
	}

	/** What a fault answers before MISP has done anything. */
	private instead(fault: ActiveFault, incoming: Incoming): Answer | undefined {
		switch (fault.name) {
			case 'reset':
				return answer(undefined);
			case 'badGateway':
				return html(502, proxyPage(502));
			case 'unavailable':
				return html(503, proxyPage(503));
			case 'htmlPage':
				return html(200, LOGIN_PAGE, HTML);
			case 'foreignRedirect':
				return {
					...html(302, '', HTML),
					headers: {
						'Content-Type': HTML,
						Location: fault.location ?? `https://misp.example.org${incoming.path}`,
					},
				};
			case 'rateLimit':
				return refusalAnswer(
					new Refusal(429, 'Rate limit exceeded.', {
						'X-Rate-Limit-Limit': '5',
						'X-Rate-Limit-Remaining': '0',
						'X-Rate-Limit-Reset': String(fault.resetSeconds ?? 900),
					}),
					pathOnly(incoming.path),
				);
			case 'proxyRateLimit':
				return html(429, proxyPage(429));
			case 'refusalPage':
				return html(fault.status ?? 403, proxyPage(fault.status ?? 403));
			case 'refusal':
				return refusalAnswer(
					new Refusal(fault.status ?? 403, fault.message ?? ''),
					pathOnly(incoming.path),
				);
			case 'internalError':
				return refusalAnswer(refuse.broken(), pathOnly(incoming.path));
			case 'maintenance':
				return this.isSiteAdmin(incoming) ? undefined : this.toLogin();
			default:
				return undefined;
		}
	}

	private isSiteAdmin(incoming: Incoming): boolean {
		try {
			const viewer = authenticate(this.world, incoming.headers, incoming.ip);
			return viewer.grants.has('perm_site_admin');
		} catch {
			return false;
		}
	}

	private toLogin(): Answer {
		return {
			status: 302,
			headers: { 'Content-Type': HTML, Location: `${this.baseUrl}/users/login` },
			body: undefined,
		};
	}

	/** MISP's page for those it takes for browsers carries the headers of a page. */
	private toLoginPage(): Answer {
		const login = this.toLogin();
		login.headers['Content-Security-Policy-Report-Only'] =
			"default-src 'self' data: 'unsafe-inline' 'unsafe-eval'; frame-ancestors 'none'";
		login.headers['X-XSS-Protection'] = '1; mode=block';
		return login;
	}

	private async answer(incoming: Incoming): Promise<Answer> {
		const url = pathOnly(incoming.path);
		if (incoming.raw.length > POST_MAX) return html(413, proxyPage(413));
		if (!incoming.inside) return html(404, '<html><body><h1>404 Not Found</h1></body></html>');
		const parsed = parsePath(incoming.method, url);
		const route = findRoute(controllers, parsed);
		const format = wantedFormat(incoming.headers.accept, parsed.suffix);
		if (format === undefined && route?.alwaysRest !== true && route?.anonymous !== true) {
			return this.toLoginPage();
		}
		// Headers that go with a refusal, too: how many searches are left, when the key expires.
		const headers: Record<string, string> = {};
		try {
			if (route === undefined) throw refuse.notFound('Not Found');
			const result = await this.run(route, parsed, incoming, url, format ?? 'json', headers);
			return { ...result, headers: { ...headers, ...result.headers } };
		} catch (error) {
			const refusal = error instanceof Refusal ? error : refuse.broken();
			if (refusal !== error) {
				console.error(`The sandbox failed on ${incoming.method} ${incoming.path}:`, error);
			}
			const refused = refusalAnswer(refusal, url);
			return { ...refused, headers: { ...headers, ...refused.headers } };
		}
	}

	private async run(
		route: Route,
		parsed: ParsedPath,
		incoming: Incoming,
		url: string,
		format: Call['format'],
		headers: Record<string, string>,
	): Promise<Answer> {
		const { world } = this;
		const call: Call = {
			...parsed,
			method: incoming.method,
			url,
			body: undefined,
			raw: incoming.raw,
			bodySent: incoming.raw.length > 0,
			headers: incoming.headers,
			format,
			world,
			viewer: undefined as unknown as Viewer,
			baseUrl: this.baseUrl,
		};
		if (route.anonymous === true) return await route.run(call);
		const viewer = authenticate(world, incoming.headers, incoming.ip);
		call.viewer = viewer;
		if (!world.settings.live && !viewer.grants.has('perm_site_admin')) return this.toLogin();
		if (viewer.key.expiration !== 0) {
			const expires = new Date(viewer.key.expiration * 1000).toISOString();
			headers['X-Auth-Key-Expiration'] = expires.replace(/\.\d+Z$/, '+00:00');
		}
		if (route.needs !== undefined && !viewer.grants.has(route.needs)) throw refuse.noFunction();
		if (route.limited === true) Object.assign(headers, countSearch(world, viewer));
		call.body = jsonBody(incoming);
		const { user, key } = viewer;
		const actor = { userId: user.id, orgId: user.orgId, keyId: key.id, ip: incoming.ip };
		return await world.as(actor, () => route.run(call));
	}

	private render(answered: Answer, incoming: Incoming): Rendered {
		const headers: Record<string, string> = {
			Date: new Date(this.world.now() * 1000).toUTCString(),
			...answered.headers,
		};
		let body: Buffer;
		if (answered.body === undefined) body = Buffer.alloc(0);
		else if (Buffer.isBuffer(answered.body)) body = answered.body;
		else if (typeof answered.body === 'string') body = Buffer.from(answered.body);
		else if (answered.headers['Content-Type']?.includes('xml') === true) {
			body = Buffer.from(toXml(answered.body));
		} else body = Buffer.from(JSON.stringify(answered.body));
		const known = incoming.headers['if-none-match'];
		if (known !== undefined && answered.status === 200) {
			const etag = `"${createHash('sha1').update(body).digest('hex')}"`;
			headers.ETag = etag;
			if (known === etag) {
				return { status: 304, headers: { Date: headers.Date ?? '' }, body: Buffer.alloc(0) };
			}
		}
		headers['Content-Length'] = String(body.length);
		return { status: answered.status, headers, body };
	}
}

function pathOnly(path: string): string {
	return path.split('?')[0] ?? path;
}

function jsonBody(incoming: Incoming): unknown {
	const type = incoming.headers['content-type'] ?? '';
	if (incoming.raw.length === 0 || !type.includes('application/json')) return undefined;
	try {
		return JSON.parse(incoming.raw.toString('utf8'));
	} catch {
		throw refuse.notAllowed(BAD_JSON);
	}
}

/** What a fault makes of an answer after the work was done. */
function spoil(fault: ActiveFault, answered: Answer): Answer {
	if (fault.name === 'gatewayTimeout') return html(504, proxyPage(504));
	if (fault.name === 'failsAfterwards') return html(500, '');
	if (fault.name !== 'wrongType') return answered;
	return { ...answered, headers: { ...answered.headers, 'Content-Type': HTML } };
}

function cutShort(rendered: Rendered): void {
	rendered.body = rendered.body.subarray(0, Math.max(1, Math.floor(rendered.body.length * 0.6)));
	rendered.headers['Content-Length'] = String(rendered.body.length);
}
