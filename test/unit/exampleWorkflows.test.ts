import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import {
	NodeHelpers,
	type INode,
	type INodeParameters,
	type INodeTypeDescription,
	type IWorkflowBase,
} from 'n8n-workflow';

import { Misp } from '../../nodes/Misp/Misp.node';
import { MispTrigger } from '../../nodes/Misp/MispTrigger.node';

/** The files that people import into n8n. What they do is tested end to end. */

const FOLDER = join(__dirname, '..', '..', 'examples', 'workflows');
const STICKY = 'n8n-nodes-base.stickyNote';
const TRIGGER = 'n8n-nodes-misp.mispTrigger';
const OURS: Record<string, INodeTypeDescription> = {
	'n8n-nodes-misp.misp': new Misp().description,
	// The twin that n8n makes for agents: by this name it knows which fields belong to it.
	'n8n-nodes-misp.mispTool': { ...new Misp().description, name: 'mispTool' },
	[TRIGGER]: new MispTrigger().description,
};

/** As the editor draws a node, with its name below. */
const SIZE = { width: 100, height: 140 };

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const textOf = (file: string): string => readFileSync(join(FOLDER, file), 'utf8');
const read = (file: string) => JSON.parse(textOf(file)) as Omit<IWorkflowBase, 'id' | 'active'>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

/** What is given and not among what n8n makes of it: a name that is misspelt, or not for this choice. */
function unknownIn(given: unknown, made: unknown, path = ''): string[] {
	if (!isRecord(given) || '__rl' in given) return [];
	return Object.entries(given).flatMap(([name, value]) => {
		const at = path === '' ? name : `${path}.${name}`;
		if (!isRecord(made) || !(name in made)) return [at];
		return unknownIn(value, made[name], at);
	});
}

function partsOf({ parameters, type, position: [x, y] }: INode) {
	const { width, height } = type === STICKY ? (parameters as unknown as typeof SIZE) : SIZE;
	return { left: x, top: y, right: x + width, bottom: y + height };
}

const overlap = (one: INode, other: INode): boolean => {
	const [a, b] = [partsOf(one), partsOf(other)];
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
};

it('there are some', () => {
	expect(files.length).toBeGreaterThan(7);
});

describe.each(files)('%s', (file) => {
	const { name, nodes, connections } = read(file);
	const working = nodes.filter(({ type }) => type !== STICKY);

	it('gives our nodes what they have, and all that they need', () => {
		const ours = working.filter(({ type }) => type in OURS);
		expect(ours.length).toBeGreaterThan(0);
		for (const node of ours) {
			const description = OURS[node.type] as INodeTypeDescription;
			const { properties } = description;
			const made = NodeHelpers.getNodeParameters(
				properties,
				node.parameters,
				true,
				false,
				node,
				description,
			) as INodeParameters;
			const { pollTimes, ...own } = node.parameters;
			expect([node.name, unknownIn(own, made)]).toEqual([node.name, []]);
			expect(pollTimes === undefined).toBe(node.type !== TRIGGER);
			const issues = NodeHelpers.getNodeParametersIssues(
				properties,
				{ ...node, parameters: made },
				description,
			);
			expect([node.name, issues]).toEqual([node.name, null]);
			for (const choice of ['resource', 'operation', 'watch']) {
				const property = properties.find(
					(one) =>
						one.name === choice &&
						NodeHelpers.displayParameter(node.parameters, one, node, description),
				);
				const values = property?.options?.map((option) => (option as { value: unknown }).value);
				if (property) expect(values).toContain(node.parameters[choice]);
			}
		}
	});

	it('leads from a trigger to every node', () => {
		const names = new Set(working.map((node) => node.name));
		expect(names.size).toBe(working.length);
		const reached = new Set<string>();
		for (const [from, outputs] of Object.entries(connections)) {
			expect(names).toContain(from);
			for (const { node } of Object.values(outputs)
				.flat(2)
				.filter((one) => one !== null)) {
				expect(names).toContain(node);
				reached.add(node);
			}
		}
		// Models, memories and tools hang below the node that uses them.
		const isBelow = ({ name }: INode) =>
			Object.keys(connections[name] ?? {}).some((kind) => kind.startsWith('ai_'));
		const starts = working.filter((node) => !reached.has(node.name) && !isBelow(node));
		for (const start of starts) expect(start.type).toMatch(/trigger|webhook|emailReadImap|mcp/i);
		const inExpressions = [...textOf(file).matchAll(/\$\('([^']+)'\)/g)].map(([, node]) => node);
		for (const node of inExpressions) expect(names).toContain(node);
	});

	it('is explained, and nothing lies on something else', () => {
		expect(name.length).toBeGreaterThan(10);
		expect(nodes.some(({ type }) => type === STICKY)).toBe(true);
		const pairs = nodes.flatMap((one, index) =>
			nodes
				.slice(index + 1)
				.filter((other) => overlap(one, other))
				.map((other) => [one.name, other.name]),
		);
		expect(pairs).toEqual([]);
	});

	it('holds no secret and nothing of the n8n that it was made in', () => {
		const text = textOf(file);
		// Keys of MISP, tokens and the like; ids of nodes are in their place.
		const known = nodes.flatMap(({ id, webhookId = id }) => [id, webhookId]);
		const bare = known.reduce((rest, id) => rest.replaceAll(id, ''), text);
		expect(
			bare.match(/\b[A-Za-z0-9]{40}\b|\bxox[a-z]-|\bBearer [A-Za-z0-9]|-----BEGIN/g),
		).toBeNull();
		expect(text).not.toMatch(/"(instanceId|versionId|pinData|staticData)"/);
		const addresses = text.match(/https?:\/\/[\w.-]+/g) ?? [];
		for (const address of addresses) expect(address).toMatch(/example\.(com|org|net)$/);
		for (const { credentials = {} } of nodes) {
			for (const credential of Object.values(credentials)) {
				expect([null, '1']).toContain(credential.id);
				expect(credential.name.length).toBeGreaterThan(3);
			}
		}
	});
});
