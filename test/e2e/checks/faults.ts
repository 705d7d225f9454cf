import assert from 'node:assert/strict';
import { RestError, type Credential } from '../../../scripts/lib/n8nRest';
import { CREDENTIAL_TYPE, sandboxCredential } from '../../../scripts/lib/sandboxCredential';
import type { FaultName, FaultOptions } from '../../sandbox/faults';
import type { TransportFault } from '../../sandbox/transport';
import { NODE_TYPE, type Context } from '../context';
import type { Report } from '../report';
import { byId, chain, failureOf, mispNode, run, triggerNode } from '../workflows';

/** What goes wrong, and the words by which a person knows it. */
interface Trouble {
	fault?: [FaultName, FaultOptions?];
	transport?: TransportFault;
	text: RegExp;
}

/** So long that nobody waits for it. */
const AN_HOUR = 3600;

const troubles = (elsewhere: string): Record<string, Trouble> => ({
	'a connection that breaks': { fault: ['reset'], text: /connection/i },
	'a web page': { fault: ['htmlPage'], text: /web page|not a MISP/i },
	'a redirect to another server': {
		fault: ['foreignRedirect', { location: `${elsewhere}/events/view/1` }],
		text: /redirect/i,
	},
	'a rate limit': { fault: ['rateLimit', { resetSeconds: AN_HOUR }], text: /rate|too many/i },
	'an expired certificate': { transport: 'expired', text: /certificate/i },
	'a certificate of another host': { transport: 'wrongHost', text: /certificate/i },
});

/**
 * Everything that can fail fails, in a real n8n: both nodes, the credential's test and a list of the
 * editor. What that leaves behind is searched for keys by the checks of secrets.
 */
export async function checkFaults(report: Report, context: Context): Promise<void> {
	const { n8n, sandbox, otherSandbox, told } = context;
	const { rest } = n8n;
	report.group('Faults, in a full n8n');

	/** What n8n says of a request that must fail. */
	const refusal = async (work: Promise<unknown>): Promise<string> => {
		const error = await work.then(
			() => undefined,
			(reason: unknown) => reason,
		);
		assert.ok(error instanceof RestError, `n8n refused nothing: ${String(error)}`);
		told.push(error.body);
		return error.body;
	};
	const node = async (credential: Credential) => {
		const parameters = { resource: 'event', operation: 'get', event: byId('1') };
		return failureOf(await run(context, chain('Fault', [mispNode('Get', parameters, credential)])));
	};
	const trigger = async (credential: Credential) => {
		const nodes = [triggerNode('Trigger', { watch: 'eventCreated' }, credential)];
		const { id } = await rest.createWorkflow({ name: 'Fault', nodes, connections: {} });
		const execution = await rest.run(id, 'Trigger');
		context.executions.push(execution.raw);
		return failureOf(execution);
	};
	const list = async (credential: Credential) =>
		await refusal(
			rest.options({
				nodeTypeAndVersion: { name: NODE_TYPE, version: 1 },
				path: 'parameters.type',
				methodName: 'getAttributeTypes',
				currentNodeParameters: { resource: 'attribute', operation: 'create' },
				credentials: { [CREDENTIAL_TYPE]: { id: credential.id, name: credential.name } },
			}),
		);
	const test = async (credential: Credential) => {
		const { status, message } = await rest.testCredential(credential.id);
		assert.equal(status, 'Error');
		told.push(message);
		return message;
	};
	const all = async (credential: Credential) =>
		await Promise.all([node(credential), trigger(credential), list(credential), test(credential)]);

	// An example workflow has worked with the other server before, by its own key.
	const withKey = () => otherSandbox.requests.filter(({ key }) => key !== undefined).length;
	const before = withKey();

	await report.check('a wrong key', async () => {
		const data = sandboxCredential(sandbox, 'wrong', 'publish');
		const wrong = await rest.createCredential('wrong, for faults', CREDENTIAL_TYPE, data);
		for (const text of await all(wrong)) assert.match(text, /\bkey\b/i);
	});

	for (const [name, { fault, transport, text }] of Object.entries(troubles(otherSandbox.url))) {
		await report.check(name, async () => {
			if (fault) sandbox.faults.set(...fault);
			if (transport) await sandbox.transport.break(transport);
			try {
				for (const said of await all(context.credential)) assert.match(said, text);
			} finally {
				sandbox.faults.clear();
				if (transport) await sandbox.transport.mend();
			}
		});
	}

	await report.check('the other server got nothing', async () => {
		assert.equal(withKey(), before);
	});
}
