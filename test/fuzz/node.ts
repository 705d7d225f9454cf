/** The node's own run, in this process: without n8n's engine, and without a server. */
import axios, { AxiosError, type InternalAxiosRequestConfig } from 'axios';
import {
	NodeHelpers,
	type IBinaryData,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeProperties,
} from 'n8n-workflow';

import type { Fields } from '../../nodes/Misp/definition/field';
import { fieldsOf } from '../../nodes/Misp/definition/form';
import { execute } from '../../nodes/Misp/definition/runner';
import { catalogue } from '../../nodes/Misp/resources';
import type { Reply } from '../contract/recordings';
import { KEY_CHECK } from './endpoints';
import type { Entered } from './inputs';

export const KEY = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6kL9o';

const URL_OF_MISP = 'https://misp.example.com';

export const CREDENTIAL = {
	url: URL_OF_MISP,
	authKey: KEY,
	accessLevel: 'administer',
	acceptBroaderKey: true,
	serverCertificate: 'system',
	timeout: 30,
};

/** More requests than this for one item are no end. */
const MAX_REQUESTS = 2_000;

/** The check of the key, which comes before the first request of a run. */
const GOOD_KEY: Record<string, unknown> = {
	'GET /servers/getVersion': { version: '2.5.1', perm_sync: true, perm_sighting: true },
	'GET /users/view/me': {
		User: { id: '1', email: 'admin@example.com', authkey: '' },
		Role: { name: 'admin', perm_site_admin: true, perm_admin: true, perm_auth: true },
		Organisation: { name: 'ORG' },
	},
	'POST /auth_keys/index': [],
};

export interface FakeMisp {
	/** What was sent, as `POST /events/add`, without the check of the key. */
	sent: string[];
	answer(path: string, count: number): Reply;
	/** Whether the check of the key is answered as for a good one; else like everything. */
	goodKey: boolean;
}

let misp: FakeMisp | undefined;

/** Whether a run has asked so often that it would never end. */
export const isEndless = ({ sent }: FakeMisp): boolean => sent.length > MAX_REQUESTS;

/** Does something while this MISP answers. */
export async function withMisp<T>(fake: FakeMisp, work: () => Promise<T>): Promise<T> {
	misp = fake;
	try {
		return await work();
	} finally {
		misp = undefined;
	}
}

/** The value of a parameter as n8n gives it: that of a hidden one is the fallback. */
export function parameterReader(fields: Fields, node: INode) {
	const presets = Object.fromEntries(
		Object.entries(fields).map(([field, { property }]) => [field, property.default]),
	);
	return (parameter: string, values: Record<string, unknown>, fallback: unknown): unknown => {
		const property = { ...fields[parameter]?.property, name: parameter } as INodeProperties;
		const all = { ...presets, ...values } as INodeParameters;
		if (!NodeHelpers.displayParameter(all, property, node, null)) return fallback;
		return Object.hasOwn(values, parameter) ? values[parameter] : property.default;
	};
}

/** Answers in MISP's place. Every client that is made from now on gets there. */
export function answerRequests(): void {
	axios.defaults.adapter = async (config: InternalAxiosRequestConfig) => {
		const path = String(config.url).slice(URL_OF_MISP.length);
		const request = `${config.method?.toUpperCase()} ${path}`;
		const known = GOOD_KEY[request];
		if (!misp) throw new AxiosError('no run', 'ECONNREFUSED', config);
		if (!String(config.url).startsWith(`${URL_OF_MISP}/`))
			misp.sent.push(`ELSEWHERE ${config.url}`);
		const checks = known !== undefined && misp.goodKey;
		if (!checks) misp.sent.push(request);
		if (misp.sent.length > MAX_REQUESTS) throw new AxiosError('no end', 'ENOEND', config);
		const reply: Reply = checks
			? {
					status: 200,
					headers: { 'content-type': 'application/json' },
					body: JSON.stringify(known),
				}
			: misp.answer(path, misp.sent.length - 1);
		return {
			config,
			data: config.wanted === 'bytes' ? Buffer.from(reply.body) : reply.body,
			status: reply.status,
			statusText: '',
			headers: reply.headers,
		};
	};
}

export interface Outcome {
	items: INodeExecutionData[];
	hints: string[];
	error: (Error & { description?: string | null }) | undefined;
	sent: string[];
	endless: boolean;
}

interface Run {
	entered: Entered[];
	continueOnFail: boolean;
	answer: FakeMisp['answer'];
}

const file: IBinaryData = { data: '', fileName: 'file.txt', mimeType: 'text/plain' };

/** Runs an operation as the node does. */
export async function runOperation(resource: string, name: string, run: Run): Promise<Outcome> {
	const operation = catalogue[resource]?.operations[name];
	if (!operation) throw new Error(`There is no ${resource}.${name}.`);
	const { entered, continueOnFail, answer } = run;
	const fields = fieldsOf(operation);
	const node: INode = {
		id: '1',
		name: 'MISP',
		type: 'n8n-nodes-misp.misp',
		typeVersion: 1,
		position: [0, 0],
		// What one item has, all have: a node is set once for all of them.
		parameters: Object.assign(
			{},
			...entered.map(({ parameters }) => parameters),
		) as INodeParameters,
	};
	const read = parameterReader(fields, node);
	const value = (parameter: string, index: number, fallback: unknown): unknown => {
		if (parameter === 'resource') return resource;
		if (parameter === 'operation') return name;
		return read(parameter, entered[index]?.values ?? {}, fallback);
	};
	const hints: string[] = [];
	const stop = new AbortController();
	const context = {
		getInputData: () => entered.map(({ data }) => ({ json: data, binary: { data: file } })),
		getNode: () => node,
		getNodeParameter: value,
		getExecutionCancelSignal: () => stop.signal,
		getCredentials: async () => CREDENTIAL,
		getTimezone: () => 'Europe/Vienna',
		continueOnFail: () => continueOnFail,
		addExecutionHints: ({ message }: { message: string }) => void hints.push(message),
		helpers: {
			getBinaryDataBuffer: async () => Buffer.from('{"type": "bundle", "objects": []}'),
			prepareBinaryData: async () => file,
		},
	} as unknown as IExecuteFunctions;
	const fake: FakeMisp = {
		sent: [],
		answer,
		goodKey: !KEY_CHECK.some((request) => operation.endpoints.includes(request)),
	};
	const outcome: Outcome = { items: [], hints, error: undefined, sent: fake.sent, endless: false };
	try {
		const work = async () => await execute.call(context, catalogue);
		outcome.items = (await withMisp(fake, work))[0] ?? [];
	} catch (error) {
		outcome.error = error as Error;
	}
	outcome.endless = isEndless(fake);
	return outcome;
}
