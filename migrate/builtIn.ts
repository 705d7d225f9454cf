import * as z from 'zod/v4';

/** What n8n's built-in MISP node stores in a workflow. */

/** Why a node stays as it is; the message is for the person who migrates. */
export class CannotConvert extends Error {}

export type Parameters = Record<string, unknown>;

/** Operations that the form of the built-in node begins with: n8n does not store these. */
const FIRST_OPERATION: Record<string, string> = {
	attribute: 'create',
	event: 'create',
	eventTag: 'add',
	feed: 'create',
	galaxy: 'get',
	noticelist: 'get',
	object: 'search',
	organisation: 'create',
	tag: 'create',
	user: 'create',
	warninglist: 'get',
};

/** Other defaults of its form, which n8n does not store either. */
const DEFAULTS: Parameters = {
	type: 'text',
	returnAll: false,
	limit: 50,
	useJson: false,
	jsonOutput: '{\n "value": "search value",\n "type": "text"\n}\n',
};

/** Of the node as a tool of an AI agent; they mean the same in any node. */
const OF_TOOLS = ['descriptionType', 'toolDescription'];

const record = z.record(z.string(), z.unknown());

export const isExpression = (value: unknown): value is string =>
	typeof value === 'string' && value.startsWith('=');

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

/** The parameters of one built-in node. What is read is remembered, so that nothing is lost silently. */
export class BuiltIn {
	readonly resource: string;

	readonly operation: string;

	/** What the person should know about this node. */
	readonly remarks: string[] = [];

	private readonly read = new Set(['resource', 'operation', ...OF_TOOLS]);

	/** @throws CannotConvert when it depends on an item what the node does */
	constructor(private readonly parameters: Parameters) {
		this.resource = this.fixed('resource') ?? 'attribute';
		this.operation = this.fixed('operation') ?? FIRST_OPERATION[this.resource] ?? '';
	}

	private fixed(name: string): string | undefined {
		const value = this.parameters[name];
		if (isExpression(value)) throw new CannotConvert(`Its ${name} is an expression.`);
		return isEmpty(value) ? undefined : String(value);
	}

	/** A parameter, or the default of its form; a text that begins with "=" is an expression. */
	value(name: string): unknown {
		this.read.add(name);
		const value = this.parameters[name];
		return value === undefined ? DEFAULTS[name] : value;
	}

	/** @throws CannotConvert for one that is empty, with which the built-in node does not run either */
	required(name: string): unknown {
		const value = this.value(name);
		if (isEmpty(value)) throw new CannotConvert(`Its parameter "${name}" is empty.`);
		return value;
	}

	/** @throws CannotConvert for an expression: which fields there are would depend on the item */
	flag(name: string): boolean {
		const value = this.value(name);
		if (isExpression(value)) throw new CannotConvert(`Its parameter "${name}" is an expression.`);
		return value === true;
	}

	/** The fields that were added to a collection; those that are empty are left out. */
	collection(name: string): Parameters {
		const value = this.value(name) ?? {};
		const fields = record.safeParse(value);
		if (!fields.success) throw new CannotConvert(`Its "${name}" is not a list of fields.`);
		return Object.fromEntries(Object.entries(fields.data).filter(([, entry]) => !isEmpty(entry)));
	}

	remark(text: string): void {
		this.remarks.push(text);
	}

	/** What goes along unchanged. */
	ofTool(): Parameters {
		return Object.fromEntries(
			OF_TOOLS.flatMap((name) => (name in this.parameters ? [[name, this.parameters[name]]] : [])),
		);
	}

	/** Parameters that nobody asked for. */
	unread(): string[] {
		return Object.keys(this.parameters).filter((name) => !this.read.has(name));
	}
}
