import { startPartner, type Partner } from './partner';

export const FIREWALL_HEADER = { name: 'X-Firewall-Token', value: 'firewall-token-of-the-test' };

/** A firewall that is told which of its lists has changed. */
export interface Firewall extends Partner {
	told: Array<{ list: string; sha256: string; entries: number }>;
	/** Whether it fails at whatever it is told. */
	broken: boolean;
}

export async function startFirewall(): Promise<Firewall> {
	const told: Firewall['told'] = [];
	const state = { broken: false };
	const partner = await startPartner((app) => {
		app.post<{ Body: Firewall['told'][number] }>(
			'/lists/changed',
			async ({ headers, body }, reply) => {
				const { name, value } = FIREWALL_HEADER;
				if (headers[name.toLowerCase()] !== value) return await reply.code(403).send();
				if (state.broken) return await reply.code(500).send();
				told.push(body);
				return await reply.code(204).send();
			},
		);
	});
	return Object.assign(state, partner, { told });
}
