import { migrateExport } from '../../../migrate/workflow';
import { isAboutNothing, isIncomplete, reportText } from '../../../migrate/report';

const misp = (name: string, parameters: object, more: object = {}) => ({
	parameters,
	id: `id of ${name}`,
	name,
	type: 'n8n-nodes-base.misp',
	typeVersion: 1,
	position: [10, 20],
	credentials: { mispApi: { id: '7', name: 'MISP account' } },
	...more,
});

const to = (...nodes: string[]) => ({
	main: [nodes.map((node) => ({ node, type: 'main', index: 0 })), null],
});

const feed = misp('The feed', { resource: 'feed', operation: 'get', feedId: '5' });
const event = misp('The event', {
	resource: 'event',
	operation: 'get',
	eventId: '={{ $json.id }}',
});

const set = (name: string, assignments: object) => ({
	parameters: { assignments },
	id: name,
	name,
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	position: [0, 0],
});

const workflow = {
	name: 'Feeds',
	nodes: [
		feed,
		event,
		set('Behind', { a: '={{ $json.url }}', b: 'no expression of $json' }),
		set('Far away', { list: [{ value: '={{ $node["The feed"].json.url }}' }] }),
		set('Elsewhere', { a: '={{ $json.url }}', b: "={{ $('The feeds').item.json }}" }),
		{
			...set('Program', {}),
			type: 'n8n-nodes-base.code',
			parameters: { jsCode: "return $( 'The feed' ).all();" },
		},
	],
	connections: { 'The feed': to('Behind'), 'The event': to('Elsewhere') },
	pinData: { 'The feed': [{ json: { id: '5' } }] },
	settings: { executionOrder: 'v1' },
	meta: { instanceId: 'x' },
};

const migrate = (content: unknown) => {
	const { text, reports } = migrateExport(JSON.stringify(content));
	return { migrated: JSON.parse(text) as typeof workflow, reports, report: reportText(reports) };
};

describe('a workflow', () => {
	it('keeps all but the type, the parameters and the credential of a node', () => {
		const more = {
			notes: 'why',
			notesInFlow: true,
			disabled: true,
			retryOnFail: true,
			maxTries: 5,
			waitBetweenTries: 2000,
			onError: 'continueErrorOutput',
			alwaysOutputData: true,
			executeOnce: true,
		};
		const old = misp('One', { resource: 'event', operation: 'get', eventId: '5' }, more);
		const { migrated } = migrate({ ...workflow, nodes: [old] });
		expect(migrated.nodes).toEqual([
			{
				...old,
				type: 'n8n-nodes-misp.misp',
				parameters: {
					resource: 'event',
					operation: 'get',
					event: { __rl: true, mode: 'id', value: '5' },
				},
				credentials: { mispScopedApi: { id: null, name: 'MISP account' } },
			},
		]);
		expect(Object.keys(migrated.nodes[0] ?? {})).toEqual(Object.keys(old));
		expect({ ...migrated, nodes: [] }).toEqual({ ...workflow, nodes: [] });
	});

	it('keeps its other nodes to the letter', () => {
		const { migrated } = migrate(workflow);
		expect(migrated.nodes.slice(2)).toEqual(workflow.nodes.slice(2));
	});

	it('is migrated from a list of workflows, too', () => {
		const { migrated, reports } = migrate([workflow, { nodes: [] }]);
		expect(migrated).toHaveLength(2);
		expect(reports.map(({ name }) => name)).toEqual(['Feeds', 'Workflow without a name']);
	});

	it('may have the node as a tool of an agent', () => {
		const tool = misp(
			'Look up',
			{
				resource: 'attribute',
				operation: 'search',
				toolDescription: 'Finds indicators',
				descriptionType: 'manual',
				value: "={{ $fromAI('Value', 'an address', 'string') }}",
			},
			{ type: 'n8n-nodes-base.mispTool' },
		);
		const { migrated, reports } = migrate({ nodes: [tool] });
		expect(migrated.nodes[0]).toMatchObject({
			type: 'n8n-nodes-misp.mispTool',
			parameters: {
				toolDescription: 'Finds indicators',
				descriptionType: 'manual',
				value: ["={{ $fromAI('Value', 'an address', 'string') }}"],
			},
		});
		expect(isIncomplete(reports)).toBe(false);
	});
});

describe('the report', () => {
	it('says who reads what stands elsewhere now', () => {
		const { reports } = migrate(workflow);
		const [one, two] = reports[0]?.nodes ?? [];
		expect(one).toMatchObject({ name: 'The feed', pinned: true });
		expect(one?.readers.map(({ node, at }) => `${node} ${at}`)).toEqual([
			'Behind assignments.a',
			'Far away assignments.list.0.value',
			'Program jsCode',
		]);
		expect(two).toMatchObject({ name: 'The event', pinned: false });
		expect(two?.readers.map(({ node, at }) => `${node} ${at}`)).toEqual([
			'Elsewhere assignments.a',
		]);
	});

	it('reads like this', () => {
		const left = misp('Odd', { resource: 'event', operation: 'burn' });
		const http = {
			...misp('Own request', { nodeCredentialType: 'mispApi' }),
			type: 'n8n-nodes-base.httpRequest',
		};
		const { report, reports } = migrate({
			...workflow,
			nodes: [feed, left, http, workflow.nodes[2]],
		});
		expect(report.split('\n')).toEqual([
			'Feeds',
			'  converted      "The feed": feed: get -> apiRequest: send',
			'    - Output: The fields are under "Feed", as MISP sends them: $json.id is now $json.Feed.id.',
			'    - These read its output, so look at them:',
			'      "Behind", assignments.a: ={{ $json.url }}',
			'    - Its pinned data is in the old form: pin it anew.',
			'  LEFT AS IT IS  "Odd": The built-in node has no operation "event: burn".',
			'  look at        "Own request": an HTTP Request node with the credential "MISP API". Choose "MISP Scoped API" there.',
			'',
			'1 of 2 built-in MISP nodes converted.',
			'Next: import the file into n8n, and choose a credential "MISP Scoped API" in the nodes. The access level that they need together is Read Only.',
		]);
		expect(isIncomplete(reports)).toBe(true);
	});

	it('knows a file without a built-in node', () => {
		const { reports } = migrate({ nodes: [set('Set', {})] });
		expect(isAboutNothing(reports)).toBe(true);
		expect(isIncomplete(reports)).toBe(false);
	});
});

it.each([{ nodes: 'none' }, { name: 'x' }, [{ nodes: [{ name: 5 }] }], 'text', null])(
	'refuses what is no export: %j',
	(content) => {
		expect(() => migrateExport(JSON.stringify(content))).toThrow(/is not an export of n8n/);
	},
);
