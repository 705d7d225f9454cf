import { setTimeout as wait } from 'node:timers/promises';
import { startPartner, type Partner } from './partner';

export const MATTERMOST_TOKEN = 'mattermost-token-of-the-test';

interface Action {
	id?: string;
	name: string;
	integration: { url: string; context: Record<string, unknown> };
}

export interface Post {
	id: string;
	channel_id: string;
	message: string;
	props: { attachments?: Array<{ text?: string; actions?: Action[] }> };
}

export interface Mattermost extends Partner {
	posts: Post[];
	/** Presses a button of a post; what comes back is what its integration answered. */
	press: (post: Post, name: string, user: string) => Promise<unknown>;
}

/** Mattermost's API v4, as far as a bot posts messages, and its buttons. */
export async function startMattermost(): Promise<Mattermost> {
	const posts: Post[] = [];
	const partner = await startPartner((app) => {
		app.post<{ Body: Omit<Post, 'id'> }>('/api/v4/posts', async ({ headers, body }, reply) => {
			if (headers.authorization !== `Bearer ${MATTERMOST_TOKEN}`) {
				return await reply.code(401).send({ id: 'api.context.session_expired.app_error' });
			}
			const post = { ...body, id: `post${posts.length + 1}` };
			posts.push(post);
			return await reply.code(201).send({ ...post, create_at: Date.now() });
		});
	});
	const press = async (post: Post, name: string, user: string) => {
		const actions = post.props.attachments?.flatMap((one) => one.actions ?? []) ?? [];
		const action = actions.find((one) => one.name === name);
		if (!action) throw new Error(`The post has no button "${name}".`);
		const body = JSON.stringify({
			user_id: `id-of-${user}`,
			user_name: user,
			channel_id: post.channel_id,
			post_id: post.id,
			type: 'button',
			context: action.integration.context,
		});
		const headers = { 'content-type': 'application/json' };
		// The message is out before n8n has put the workflow to sleep: until then it answers 409, and
		// a person presses again.
		for (const until = Date.now() + 30_000; ; await wait(500)) {
			const reply = await fetch(action.integration.url, { method: 'POST', headers, body });
			const text = await reply.text();
			if (reply.ok) return JSON.parse(text) as unknown;
			if (reply.status !== 409 || Date.now() > until) {
				throw new Error(`The button was answered ${reply.status}: ${text}`);
			}
		}
	};
	return { ...partner, posts, press };
}
