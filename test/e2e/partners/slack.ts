import { startPartner, type Partner } from './partner';

export interface Slack extends Partner {
	/** The whole address of the incoming webhook. */
	webhook: string;
	messages: string[];
}

/** An incoming webhook of Slack. */
export async function startSlack(): Promise<Slack> {
	const path = '/services/T00000000/B00000000/of-the-test';
	const messages: string[] = [];
	const partner = await startPartner((app) => {
		app.post<{ Body: { text?: unknown } | null }>(path, async ({ body }, reply) => {
			const text = body?.text;
			if (typeof text !== 'string' || text === '') return await reply.code(400).send('no_text');
			messages.push(text);
			return await reply.type('text/html').send('ok');
		});
	});
	return { ...partner, webhook: partner.url + path, messages };
}
