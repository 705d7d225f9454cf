import assert from 'node:assert/strict';
import { CREDENTIAL_TYPE, sandboxCredential } from '../../../scripts/lib/sandboxCredential';
import type { Context } from '../context';
import { mispView } from '../mispView';
import type { Report } from '../report';
import { byId, chain, failureOf, itemsOf, mispNode, run } from '../workflows';

const INFO = 'Created by the end-to-end test';
const DOMAIN = 'e2e.example.com';

interface StoredEvent {
	Event: {
		info: string;
		published: boolean;
		Attribute: Array<{ type: string; value: string; Tag?: Array<{ name: string }> }>;
		Tag: Array<{ name: string }>;
	};
}

export async function checkWorkflow(report: Report, context: Context): Promise<void> {
	const { sandbox, credential, n8n } = context;
	report.group('Workflow');

	await report.check('create, add an attribute, tag, publish and search', async () => {
		const event = byId('={{ $("Create").item.json.id }}');
		const execution = await run(
			context,
			chain('From nothing to published', [
				mispNode('Create', { resource: 'event', operation: 'create', info: INFO }, credential),
				mispNode(
					'Add',
					{ resource: 'attribute', operation: 'create', event, type: 'domain', value: DOMAIN },
					credential,
				),
				mispNode(
					'Tag',
					{ resource: 'tag', operation: 'attach', target: 'event', event, tags: ['tlp:green'] },
					credential,
				),
				mispNode('Publish', { resource: 'event', operation: 'publish', event }, credential),
				mispNode(
					'Search',
					{ resource: 'attribute', operation: 'search', value: [DOMAIN] },
					credential,
				),
			]),
		);
		const [created] = itemsOf(execution, 'Create');
		const id = String(created?.id);
		assert.equal(created?.info, INFO);
		assert.equal(itemsOf(execution, 'Add')[0]?.value, DOMAIN);
		assert.equal(itemsOf(execution, 'Publish')[0]?.published, true);
		const found = itemsOf(execution, 'Search');
		assert.equal(found.length, 1);
		assert.equal(found[0]?.event_id, id);
		assert.equal(execution.status, 'success');

		const { Event } = (await mispView(sandbox, `/events/view/${id}`)) as StoredEvent;
		assert.equal(Event.info, INFO);
		assert.equal(Event.published, true);
		assert.deepEqual(
			Event.Attribute.map(({ type, value }) => ({ type, value })),
			[{ type: 'domain', value: DOMAIN }],
		);
		assert.deepEqual(
			Event.Tag.map(({ name }) => name),
			['tlp:green'],
		);
	});

	await report.check('a read-only credential stops a change before anything is sent', async () => {
		const readOnly = await n8n.rest.createCredential(
			'read only',
			CREDENTIAL_TYPE,
			sandboxCredential(sandbox, 'publisher', 'read'),
		);
		const before = sandbox.requests.length;
		const execution = await run(
			context,
			chain('Beyond its access level', [
				mispNode('Create', { resource: 'event', operation: 'create', info: INFO }, readOnly),
			]),
		);
		assert.match(failureOf(execution), /access level/i);
		assert.equal(sandbox.requests.length, before);
	});

	await report.check('MISP refusing a key ends in an error that names the key', async () => {
		const wrong = await n8n.rest.createCredential('refused key', CREDENTIAL_TYPE, {
			...sandboxCredential(sandbox, 'wrong', 'publish'),
		});
		const execution = await run(
			context,
			chain('Refused', [
				mispNode('Get', { resource: 'event', operation: 'get', event: byId('1') }, wrong),
			]),
		);
		assert.match(failureOf(execution), /\bkey\b/i);
	});
}
