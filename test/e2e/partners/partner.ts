import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';

export interface Received {
	method: string;
	/** With query. */
	path: string;
	headers: FastifyRequest['headers'];
	/** Parsed when it was JSON. */
	body: unknown;
}

/** A service that n8n talks to over HTTP, played on 127.0.0.1. */
export interface Partner {
	url: string;
	/** What it was sent so far, in order. */
	received: Received[];
	stop: () => Promise<void>;
}

/** Starts a service that answers by `routes`, and nothing else. */
export async function startPartner(routes: (app: FastifyInstance) => void): Promise<Partner> {
	const app = fastify();
	const received: Received[] = [];
	app.addHook('preHandler', async ({ method, url, headers, body }) => {
		received.push({ method, path: url, headers, body });
	});
	routes(app);
	const url = await app.listen({ port: 0, host: '127.0.0.1' });
	return { url, received, stop: async () => await app.close() };
}
