import { startPartner, type Partner } from './partner';

export const JIRA_LOGIN = { email: 'bot@example.com', apiToken: 'jira-token-of-the-test' };

export interface Issue {
	key: string;
	fields: {
		summary: string;
		description?: string;
		labels?: string[];
		project: { id: string };
		issuetype: { id: string };
	};
	comments: string[];
}

export interface Jira extends Partner {
	issues: Issue[];
}

/** Jira's REST API 2, as far as issues and comments are created. */
export async function startJira(): Promise<Jira> {
	const issues: Issue[] = [];
	const { email, apiToken } = JIRA_LOGIN;
	const login = `Basic ${Buffer.from(`${email}:${apiToken}`).toString('base64')}`;
	const partner = await startPartner((app) => {
		app.addHook('preHandler', async ({ headers }, reply) => {
			if (headers.authorization !== login) await reply.code(401).send('Unauthorized');
		});
		app.get('/rest/api/2/issuetype', () => [{ id: '10001', name: 'Task', subtask: false }]);
		app.post<{ Body: Pick<Issue, 'fields'> }>('/rest/api/2/issue', async ({ body }, reply) => {
			const { summary } = body.fields;
			if (summary.length > 255 || summary.includes('\n')) {
				return await reply.code(400).send({ errors: { summary: 'The summary is invalid.' } });
			}
			const number = issues.length + 1;
			const issue = { key: `SOC-${number}`, fields: body.fields, comments: [] };
			issues.push(issue);
			const self = `${partner.url}/rest/api/2/issue/${10_000 + number}`;
			return await reply.code(201).send({ id: String(10_000 + number), key: issue.key, self });
		});
		app.post<{ Body: { body: string }; Params: { key: string } }>(
			'/rest/api/2/issue/:key/comment',
			async ({ body, params }, reply) => {
				const issue = issues.find(({ key }) => key === params.key);
				if (!issue) return await reply.code(404).send({ errorMessages: ['No such issue'] });
				issue.comments.push(body.body);
				return await reply.code(201).send({ id: String(issue.comments.length), body: body.body });
			},
		);
	});
	return { ...partner, issues };
}
