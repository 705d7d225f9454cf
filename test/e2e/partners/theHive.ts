import { startPartner, type Partner } from './partner';

export const THEHIVE_KEY = 'thehive-key-of-the-test';

export interface Case {
	title: string;
	description: string;
	severity?: number;
	tags?: string[];
}

export interface TheHive extends Partner {
	cases: Case[];
}

/** The API v1 of TheHive 5, as far as cases are created. */
export async function startTheHive(): Promise<TheHive> {
	const cases: Case[] = [];
	const partner = await startPartner((app) => {
		app.post<{ Body: Case }>('/api/v1/case', async ({ headers, body }, reply) => {
			if (headers.authorization !== `Bearer ${THEHIVE_KEY}`) {
				return await reply.code(401).send({ type: 'AuthenticationError' });
			}
			const { title, description, severity } = body;
			const valid = severity === undefined || [1, 2, 3, 4].includes(severity);
			if (!title || !description || !valid) {
				return await reply.code(400).send({ type: 'BadRequest', message: 'Invalid case' });
			}
			cases.push(body);
			const number = cases.length;
			return await reply
				.code(201)
				.send({ _id: `~${4096 * number}`, _type: 'Case', number, ...body });
		});
	});
	return { ...partner, cases };
}
