/** The rest of what n8n calls: polls of the trigger, lists of the editor, the credential's test. */
import type {
	ICredentialTestFunctions,
	ILoadOptionsFunctions,
	INode,
	IPollFunctions,
} from 'n8n-workflow';

import { testCredential } from '../../nodes/Misp/definition/credentialTest';
import { formMethods } from '../../nodes/Misp/definition/form';
import { runPoll } from '../../nodes/Misp/definition/pollRunner';
import { COMMON } from '../../nodes/Misp/definition/triggerForm';
import { catalogue } from '../../nodes/Misp/resources';
import { watchers } from '../../nodes/Misp/watchers';
import type { Entered } from './inputs';
import {
	CREDENTIAL,
	isEndless,
	parameterReader,
	withMisp,
	type FakeMisp,
	type Outcome,
} from './node';

type Answering = FakeMisp['answer'];

const nodeOf = (parameters: Record<string, unknown>): INode => ({
	id: '1',
	name: 'MISP',
	type: 'n8n-nodes-misp.misp',
	typeVersion: 1,
	position: [0, 0],
	parameters: parameters as INode['parameters'],
});

async function outcomeOf(
	answer: Answering,
	work: (hints: string[]) => Promise<Outcome['items']>,
	goodKey = true,
): Promise<Outcome> {
	const fake: FakeMisp = { sent: [], answer, goodKey };
	const outcome: Outcome = {
		items: [],
		hints: [],
		error: undefined,
		sent: fake.sent,
		endless: false,
	};
	try {
		outcome.items = await withMisp(fake, async () => await work(outcome.hints));
	} catch (error) {
		outcome.error = error as Error;
	}
	outcome.endless = isEndless(fake);
	return outcome;
}

export const fieldsOfWatcher = (watch: string) => ({ ...watchers[watch]?.fields, ...COMMON });

let polls = 0;

/** One poll. What it keeps is in `kept`. */
export async function pollOnce(
	watch: string,
	{ parameters, values }: Entered,
	kept: Record<string, unknown>,
	answer: Answering,
): Promise<Outcome> {
	const node = nodeOf({ ...parameters, watch });
	const read = parameterReader(fieldsOfWatcher(watch), node);
	polls += 1;
	const workflow = { id: String(polls) };
	return await outcomeOf(answer, async (hints) => {
		const context = {
			getWorkflow: () => workflow,
			getNode: () => node,
			getMode: () => 'trigger',
			getTimezone: () => 'Europe/Vienna',
			getCredentials: async () => CREDENTIAL,
			getNodeParameter: (name: string, fallback: unknown) =>
				name === 'watch' ? watch : read(name, values, fallback),
			getWorkflowStaticData: () => kept,
			logger: { warn: (text: string) => void hints.push(text) },
			helpers: {},
		} as unknown as IPollFunctions;
		return (await runPoll.call(context, watchers))?.[0] ?? [];
	});
}

const forms = [
	...Object.values(catalogue).flatMap(({ operations }) => Object.values(operations)),
	...Object.values(watchers),
];

/** The lists of all forms by name. */
export const lists = Object.entries(formMethods(forms)).flatMap(([kind, methods]) =>
	Object.entries(
		methods as Record<string, (this: ILoadOptionsFunctions, filter?: string) => Promise<unknown>>,
	).map(([name, load]) => ({ name: `${kind}.${name}`, load })),
);

/** What a list shows, as one item. */
export async function loadList(
	{ load }: (typeof lists)[number],
	filter: string,
	parameters: Record<string, unknown>,
	answer: Answering,
): Promise<Outcome> {
	return await outcomeOf(answer, async () => {
		const context = {
			getNode: () => nodeOf(parameters),
			getCredentials: async () => CREDENTIAL,
			getCurrentNodeParameter: (name: string) => parameters[name],
			helpers: {},
		} as unknown as ILoadOptionsFunctions;
		return [{ json: { shown: (await load.call(context, filter)) as never } }];
	});
}

/** What the credential's test says, as one item. */
export const testOnce = async (answer: Answering): Promise<Outcome> =>
	await outcomeOf(
		answer,
		async () => {
			const credential = { id: '1', name: 'MISP', type: 'mispScopedApi', data: CREDENTIAL };
			return [
				{ json: { ...(await testCredential.call({} as ICredentialTestFunctions, credential)) } },
			];
		},
		false,
	);
