import type { INodeParameters } from 'n8n-workflow';

import { convertNode } from '../../../migrate/node';
import type { Case, Request, Things } from '../../builtIn/case';
import { builtInCases } from '../../builtIn/cases';
import { parsePath } from '../../sandbox/router';
import { useLab } from '../support';

/** Converted nodes, run: MISP is asked for the same as by the built-in node. */

const lab = useLab();

type Body = Record<string, unknown>;

function things(): Things {
	const { world } = lab;
	const event = world.addEvent({ orgId: 1, userId: 1, distribution: 1 });
	const attached = world.addTag({ name: `seen:${event.id}` });
	world.link(event, attached, false);
	const first = (rows: Map<number, unknown>) => String([...rows.keys()][0]);
	return {
		event: String(event.id),
		attribute: String(world.addAttribute(event, { type: 'text', value: 'here' }).id),
		tag: String(world.addTag({ name: `case:${event.id}` }).id),
		attachedTag: String(attached.id),
		galaxy: first(world.galaxies),
		noticelist: first(world.noticelists),
		organisation: '2',
		warninglist: first(world.warninglists),
	};
}

const names = builtInCases({} as Things).map(({ name }) => name);

/** MISP takes one value for a list of one, and 1 for true; ids come as text or number. */
function plain(value: unknown): unknown {
	if (Array.isArray(value)) return value.length === 1 ? plain(value[0]) : value.map(plain);
	if (value === true) return '1';
	// MISP's two words for the same filter.
	if (value === 'only') return '1';
	return typeof value === 'number' ? String(value) : value;
}

/** What MISP is asked to do, by its own reading of a request: `GET /events` is events/index. */
function meaning({ method, path, body }: { method: string; path: string; body?: unknown }) {
	const { controller, action, args } = parsePath(method, path);
	// A list of one attribute is that attribute.
	const one = Array.isArray(body) && body.length === 1 ? (body[0] as Body) : body;
	const fields = Object.entries((one ?? {}) as Body).map(([name, value]) => [name, plain(value)]);
	return {
		action: [controller, action, ...args].join('/'),
		body: Object.fromEntries(fields) as Body,
	};
}

/** What the built-in node sends, as far as MISP reads it. */
function wanted({ sends, ignored = [], mended = {} }: Case): Request {
	const kept = Object.entries(sends.body ?? {}).filter(([name]) => !ignored.includes(name));
	return { ...sends, body: { ...Object.fromEntries(kept), ...mended } };
}

/** All fixed texts and numbers as expressions on the item, and the item with their values. */
function byExpression(parameters: Body) {
	const item: Body = {};
	const turn = (value: unknown, at: string): unknown => {
		if (value !== null && typeof value === 'object') {
			const inner = Object.entries(value).map(([name, entry]) => [
				name,
				turn(entry, `${at}_${name}`),
			]);
			return Object.fromEntries(inner);
		}
		// What decides which fields there are; a limit counts for all items.
		if (typeof value === 'boolean' || /^_(resource|operation|limit|jsonOutput)$/.test(at))
			return value;
		item[at] = value;
		return `={{ $json["${at}"] }}`;
	};
	return { parameters: turn(parameters, '') as Body, item };
}

/** Requests of the built-in node to endpoints that the sandbox has not: what comes back is a 404. */
const NOT_IN_SANDBOX = /^\/(feeds\/(?!searchCaches)|admin\/|galaxies\/delete)/;

async function run(one: Case, parameters: Body, item: Body): Promise<void> {
	lab.requests.length = 0;
	const node = { name: 'MISP', type: 'n8n-nodes-base.misp', parameters };
	const converted = convertNode(node);
	expect(converted.outcome).toMatchObject({ converted: true });
	const { resource, operation, ...rest } = converted.node.parameters as Record<string, string>;
	const { error } = await lab.run(String(resource), String(operation), rest as INodeParameters, {
		key: 'admin',
		access: 'administer',
		input: [item],
	});
	if (!NOT_IN_SANDBOX.test(one.sends.path)) expect(error).toBeUndefined();
	const want = meaning(wanted(one));
	const sent = lab.requests.map(meaning).filter(({ action }) => action === want.action);
	expect(sent.map(({ body }) => body)).toEqual([expect.objectContaining(want.body)]);
	if (resource === 'apiRequest') expect(sent[0]?.body).toEqual(want.body);
}

describe.each(names)('%s', (name) => {
	const found = (): Case => {
		const one = builtInCases(things()).find((each) => each.name === name);
		if (!one) throw new Error(`There is no case ${name}.`);
		return one;
	};

	it('asks MISP for the same', async () => {
		const one = found();
		await run(one, one.parameters, {});
	});

	it('asks for the same when its fields are expressions', async () => {
		const one = found();
		const { parameters, item } = byExpression(one.parameters);
		await run(one, parameters, item);
	});
});

describe('what comes out', () => {
	const output = async (parameters: Body) => {
		const { node } = convertNode({ name: 'MISP', type: 'n8n-nodes-base.misp', parameters });
		const { resource, operation, ...rest } = node.parameters as Record<string, string>;
		return await lab.rows(String(resource), String(operation), rest as INodeParameters, {
			key: 'admin',
			access: 'administer',
		});
	};

	it('is limited as before', async () => {
		const events = await output({ resource: 'event', operation: 'getAll', limit: 2 });
		expect(events).toHaveLength(2);
		const attributes = await output({ operation: 'getAll', limit: 3 });
		expect(attributes).toHaveLength(3);
		expect(lab.sent).toContain('GET /attributes/index/limit:3');
	});

	it('are all hits of a search, as before', async () => {
		const event = lab.world.addEvent({ orgId: 1, userId: 1 });
		for (let n = 0; n < 60; n++)
			lab.world.addAttribute(event, { type: 'text', value: `many-${n}` });
		const rows = await output({ operation: 'search', value: 'many-%', additionalFields: {} });
		expect(rows).toHaveLength(60);
	});
});
