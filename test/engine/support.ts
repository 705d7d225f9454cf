import type { IBinaryData, IBinaryKeyData, INode, INodeParameters } from 'n8n-workflow';

import type { AccessLevel } from '../../nodes/Misp/client/access';
import {
	startSandbox,
	type KeyName,
	type RecordedRequest,
	type Sandbox,
	type SandboxOptions,
} from '../sandbox/server';
import {
	NODE_NAME,
	runNode,
	testCredential,
	type Credential,
	type NodeRun,
	type RunOptions,
} from './engine';

/** One sandbox for a test file, and short ways to run the node against it. */

export interface Setting {
	/**
	 * Whose key. By default one of CERT-ALPHA that may do just what the access level says. One that
	 * is named is taken with all that it may do: the credential accepts a broader key.
	 */
	key?: KeyName;
	/** The access level of the credential. Default `contribute`. */
	access?: AccessLevel;
	/** Other fields of the credential. */
	credential?: Partial<Credential>;
	/** The items that go in; one empty item without it. */
	input?: Array<Record<string, unknown>>;
	/** Files of the items, by field; see `file`. */
	files?: IBinaryKeyData[];
	onError?: INode['onError'];
	onStart?: RunOptions['onStart'];
	/** As the tool of an AI agent, whose arguments are the item that goes in. */
	tool?: boolean;
}

/** The key that fits each access level. */
const FITTING_KEY: Record<AccessLevel, KeyName> = {
	read: 'readonly',
	contribute: 'user',
	publish: 'publisher',
	administer: 'org_admin',
};

/** A resource locator as the form stores it. */
export const byId = (value: unknown) => ({ __rl: true, mode: 'id', value }) as never;

export const byUrl = (value: unknown) => ({ __rl: true, mode: 'url', value }) as never;

/** A file as an item carries it. */
export const file = (
	content: string | Buffer,
	fileName = 'file.bin',
	mimeType = 'application/octet-stream',
): IBinaryData => ({ data: Buffer.from(content).toString('base64'), fileName, mimeType });

export class Lab {
	sandbox!: Sandbox;

	/** Whose key runs take that name none, instead of one that fits their access level. */
	key: KeyName | undefined;

	get world() {
		return this.sandbox.world;
	}

	get faults() {
		return this.sandbox.faults;
	}

	get requests(): RecordedRequest[] {
		return this.sandbox.requests;
	}

	/** What was sent, as `POST /events/add`. */
	get sent(): string[] {
		return this.requests.map(({ method, path }) => `${method} ${path}`);
	}

	/** The body of the n-th request, counted from the end when negative. */
	body(index = 0): Record<string, unknown> {
		return this.requests.at(index)?.body as Record<string, unknown>;
	}

	credential({ key = this.key, access = 'contribute', credential = {} }: Setting = {}) {
		return {
			url: this.sandbox.url,
			authKey: this.sandbox.keys[key ?? FITTING_KEY[access]],
			accessLevel: access,
			acceptBroaderKey: key !== undefined,
			serverCertificate: 'ca',
			caCertificate: this.sandbox.ca,
			timeout: 30,
			...credential,
		} as Credential;
	}

	private readonly saved = new Set<string>();

	/**
	 * A credential as it is in use: tested when it was saved, so that its key is known to the node.
	 * The requests of that test are not among those of the lab.
	 */
	async savedCredential(setting: Setting = {}): Promise<Credential> {
		const credential = this.credential(setting);
		const id = JSON.stringify(credential);
		if (!this.saved.has(id)) {
			this.saved.add(id);
			const before = this.requests.length;
			await this.sandbox.faults.spare(async () => await testCredential(credential));
			this.requests.length = before;
		}
		return credential;
	}

	/** Runs one operation. Whatever comes out is searched for keys. */
	async run(
		resource: string,
		operation: string,
		parameters: Record<string, unknown> = {},
		setting: Setting = {},
	): Promise<NodeRun> {
		const { input, files, onError, onStart, tool = false } = setting;
		const result = await runNode(
			{ resource, operation, ...parameters } as INodeParameters,
			await this.savedCredential(setting),
			{
				...(input ? { input } : {}),
				...(files ? { files } : {}),
				...(onError ? { onError } : {}),
				...(onStart ? { onStart } : {}),
				tool,
			},
		);
		this.refuseSecrets(result);
		return result;
	}

	/** Runs one operation that must succeed. */
	async rows(...args: Parameters<Lab['run']>): Promise<Array<Record<string, unknown>>> {
		const { items, error } = await this.run(...args);
		if (error) throw error;
		return items.map(({ json }) => json);
	}

	/** Runs one operation that must succeed with one item. */
	async row(...args: Parameters<Lab['run']>): Promise<Record<string, unknown>> {
		const rows = await this.rows(...args);
		expect(rows).toHaveLength(1);
		return rows[0] as Record<string, unknown>;
	}

	/** Runs one operation that must fail; what a person gets to read. */
	async failure(
		...args: Parameters<Lab['run']>
	): Promise<{ message: string; description: string; itemIndex: unknown; name: string }> {
		const { error, items } = await this.run(...args);
		expect(items).toEqual([]);
		if (!error) throw new Error('The run did not fail.');
		return {
			name: error.name,
			message: error.message,
			description: error.description ?? '',
			itemIndex: error.context?.itemIndex,
		};
	}

	private refuseSecrets(result: NodeRun): void {
		const text = everythingIn([
			result.items,
			result.errorItems,
			result.error,
			result.hints,
			result.run?.data.resultData.error,
			result.run?.data.resultData.runData[NODE_NAME],
		]);
		for (const [name, key] of Object.entries(this.sandbox.keys)) {
			if (text.includes(key)) throw new Error(`The key "${name}" is in what came out of the node.`);
		}
	}
}

/** All texts in a value: own properties, hidden ones, causes of errors, names of fields. */
export function everythingIn(value: unknown, seen = new Set<unknown>()): string {
	if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
		return String(value);
	}
	if (seen.has(value)) return '';
	seen.add(value);
	const names = Object.getOwnPropertyNames(value);
	return names
		.map((name) => `${name} ${everythingIn((value as Record<string, unknown>)[name], seen)}`)
		.join('\n');
}

/** A sandbox that lives as long as the test file, and perhaps whose key is used; requests and faults are cleared for each test. */
export function useLab({ key, ...options }: SandboxOptions & Pick<Setting, 'key'> = {}): Lab {
	const lab = new Lab();
	lab.key = key;
	beforeAll(async () => {
		lab.sandbox = await startSandbox(options);
	});
	beforeEach(() => {
		lab.sandbox.requests.length = 0;
		lab.sandbox.faults.clear();
	});
	afterAll(async () => {
		await lab.sandbox.stop();
	});
	return lab;
}

/** Epoch text and the ISO date that belongs beside it. */
export const isoOf = (epoch: unknown): string => new Date(Number(epoch) * 1000).toISOString();

/** Values in no particular order, for comparing. */
export const sorted = <T>(values: Iterable<T>): T[] => [...values].sort();
