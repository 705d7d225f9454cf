/** The rest of what n8n calls: lists of the editor, the credential's test. */
import type { ICredentialTestFunctions, ILoadOptionsFunctions, INode } from 'n8n-workflow';

import { testCredential } from '../../nodes/Misp/definition/credentialTest';
import { formMethods } from '../../nodes/Misp/definition/form';
import { catalogue } from '../../nodes/Misp/resources';
import { watchers } from '../../nodes/Misp/watchers';
import { CREDENTIAL, isEndless, withMisp, type FakeMisp, type Outcome } from './node';

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
