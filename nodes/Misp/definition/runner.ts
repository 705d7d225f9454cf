import {
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type IDataObject,
} from 'n8n-workflow';

import type { Connection } from '../client/connection';
import { MispError } from '../client/errors';
import { inKnownForm } from '../client/knownForm';
import { Ceilings, isAboutEvents } from './ceilings';
import type { Fields, InputOf } from './field';
import { FileRow, incomingFile, storedFile } from './files';
import { fieldsOf } from './form';
import { handOver, type HandOver } from './handOver';
import { eventLinks, eventOf, note, warning } from './hints';
import { maxRows } from './limits';
import { nodeError } from './nodeError';
import {
	isBatch,
	leastAccess,
	type BatchOperation,
	type Catalogue,
	type ItemOperation,
	type Operation,
	type Outcome,
	type RunContext,
} from './operation';
import { present } from './output';
import { whyPointless } from './pointless';
import { Progress } from './progress';
import { readInput, withoutKey } from './readInput';
import { requireLevel } from './requireLevel';
import { mispOf } from './session';

type Input = InputOf<Fields>;

/** What every operation offers at the end of its form. */
type Options = HandOver & { raw?: boolean };

/** One item's way through the node: its checked input, or why it has none. */
type Prepared = { input: Input } | { error: Error };

/**
 * Runs the operation that a node is set to, for all its items.
 *
 * The same for every operation: all items are checked before anything is sent, the access level
 * first; each output is paired with its input; a failing item stops the run or, with "continue on
 * fail", becomes an item with an `error`; a cancelled execution stops at once.
 */
export async function execute(
	this: IExecuteFunctions,
	catalogue: Catalogue,
): Promise<INodeExecutionData[][]> {
	const items = this.getInputData();
	if (items.length === 0) return [[]];
	const operation = operationOf(this, catalogue);
	const signal = this.getExecutionCancelSignal();
	const anyKey = operation.anyKey === true;
	const { name } = this.getNode();
	const progress = new Progress((line) => this.logger.info(`${name}: ${line}`));
	const onRequest = () => progress.asked();
	const misp = await mispOf(this, { signal, anyKey, onRequest }).catch((error: unknown) => {
		throw nodeError(this.getNode(), error);
	});

	const { connection } = misp;
	const fields = fieldsOf(operation);
	const prepared = items.map((_, index) => prepare(this, operation, fields, connection, index));
	if (!this.continueOnFail()) {
		const bad = prepared.findIndex((one) => 'error' in one);
		const one = prepared[bad];
		if (one && 'error' in one) throw nodeError(this.getNode(), one.error, bad);
	}

	const hints = new Set<string>();
	const indexOf = new Map<object, number>();
	for (const [index, one] of prepared.entries()) if ('input' in one) indexOf.set(one.input, index);
	const context: RunContext = {
		misp,
		inputs: [...indexOf.keys()],
		timeZone: this.getTimezone(),
		hint: (text) => void hints.add(text),
		file: async (input, name) => await incomingFile(this, indexOf.get(input) ?? 0, name),
	};
	const ceilings = new Ceilings(operation);
	const outcomes = isBatch(operation)
		? await runBatch(this, operation, context, prepared, ceilings)
		: await runEach(this, operation, context, prepared, ceilings);
	for (const message of ceilings.hints) hints.add(message);
	for (const text of hints) this.addExecutionHints(warning(text));
	const produced: INodeExecutionData[] = [];
	const events = new Set<string>();
	for (const [index, outcome] of outcomes.entries()) {
		const one = prepared[index] as Prepared;
		const options = 'input' in one ? (one.input.options as Options) : {};
		for (const item of await output(this, operation, outcome, index, options)) {
			produced.push(item);
			const event = linksTo(operation) && 'input' in one && eventOf(item.json, one.input);
			if (event) events.add(event);
		}
	}
	const links = eventLinks(connection.baseUrl, events);
	if (links) this.addExecutionHints(links);
	const sum = progress.summary(items.length, produced.length);
	if (sum !== undefined) this.addExecutionHints(note(sum));
	return [produced];
}

function operationOf(context: IExecuteFunctions, catalogue: Catalogue): Operation {
	const resource = context.getNodeParameter('resource', 0) as string;
	const name = context.getNodeParameter('operation', 0) as string;
	const operations = Object.hasOwn(catalogue, resource) ? catalogue[resource]?.operations : {};
	const operation = operations && Object.hasOwn(operations, name) ? operations[name] : undefined;
	if (!operation) {
		throw new NodeOperationError(
			context.getNode(),
			`This version of the node does not know the operation "${name}" of "${resource}".`,
			{ description: 'The workflow may come from a newer version. Update n8n-nodes-misp.' },
		);
	}
	return operation;
}

function prepare(
	context: IExecuteFunctions,
	operation: Operation,
	fields: Fields,
	{ access: granted, baseUrl, key }: Connection,
	index: number,
): Prepared {
	try {
		const parameters = {
			written: context.getNode().parameters,
			value: (name: string) =>
				context.getNodeParameter(name, index, null, { skipValidation: true }),
			timeZone: context.getTimezone(),
		};
		const input = readInput(fields, parameters, baseUrl);
		const { access, action } = operation;
		requireLevel(granted, typeof access === 'function' ? access(input) : access, action);
		operation.check?.(input);
		return { input };
	} catch (error) {
		return { error: withoutKey(error as Error, key) };
	}
}

/** Whether something in MISP may be another one when the operation breaks half-way. */
const changes = (operation: Operation): boolean => leastAccess(operation) !== 'read';

/** Whether a person may want to see in MISP what was done. */
const linksTo = (operation: Operation): boolean => changes(operation) && isAboutEvents(operation);

function throwIfCancelled(context: IExecuteFunctions): void {
	if (context.getExecutionCancelSignal()?.aborted) {
		throw nodeError(context.getNode(), new MispError('cancelled', 'The execution was cancelled.'));
	}
}

async function runEach(
	context: IExecuteFunctions,
	operation: ItemOperation,
	runContext: RunContext,
	prepared: Prepared[],
	ceilings: Ceilings,
): Promise<Outcome[]> {
	const outcomes: Outcome[] = [];
	let inARow: Error[] = [];
	for (const [index, one] of prepared.entries()) {
		throwIfCancelled(context);
		if ('error' in one) {
			outcomes.push(one);
			continue;
		}
		const pointless = whyPointless(inARow);
		if (pointless) {
			outcomes.push({ error: pointless });
			continue;
		}
		try {
			const max = maxRows(operation.fields, one.input);
			const run = async (context: RunContext) =>
				await collect(await operation.run(context, one.input), max);
			const rows = ceilings.rows.bind(ceilings, runContext, one.input, run);
			outcomes.push({ rows: await inKnownForm(rows, changes(operation)) });
			inARow = [];
		} catch (error) {
			throwIfCancelled(context);
			if (!context.continueOnFail()) throw nodeError(context.getNode(), error, index);
			outcomes.push({ error: error as Error });
			inARow.push(error as Error);
		}
	}
	return outcomes;
}

/** The rows of one item. An iterator is stopped at the limit, so that it asks for no further page. */
async function collect(result: unknown, max: number): Promise<unknown[]> {
	if (result === undefined) return [];
	if (Array.isArray(result)) return result.slice(0, max);
	if (result === null || typeof result !== 'object' || !(Symbol.asyncIterator in result)) {
		return [result];
	}
	const rows: unknown[] = [];
	for await (const row of result as AsyncIterable<unknown>) {
		rows.push(row);
		if (rows.length >= max) break;
	}
	return rows;
}

async function runBatch(
	context: IExecuteFunctions,
	operation: BatchOperation,
	runContext: RunContext,
	prepared: Prepared[],
	ceilings: Ceilings,
): Promise<Outcome[]> {
	const good = prepared.flatMap((one) => ('input' in one ? [one.input] : []));
	let answers: Outcome[] = [];
	try {
		if (good.length > 0) {
			const runMany = operation.runMany.bind(operation);
			const all = ceilings.outcomes.bind(ceilings, runContext, good, runMany);
			answers = await inKnownForm(all, changes(operation));
		}
	} catch (error) {
		throwIfCancelled(context);
		if (!context.continueOnFail()) throw nodeError(context.getNode(), error);
		answers = good.map(() => ({ error: error as Error }));
	}
	throwIfCancelled(context);
	if (answers.length !== good.length) {
		throw new NodeOperationError(context.getNode(), 'A batched operation must answer every item.');
	}
	let next = 0;
	const outcomes = prepared.map((one): Outcome => {
		if ('error' in one) return one;
		const answer = answers[next] as Outcome;
		next += 1;
		return answer;
	});
	const failed = outcomes.filter((outcome) => 'error' in outcome).length;
	if (failed > 0 && !context.continueOnFail()) {
		const index = outcomes.findIndex((outcome) => 'error' in outcome);
		const error = nodeError(context.getNode(), (outcomes[index] as { error: Error }).error, index);
		const done = outcomes.length - failed;
		if (done > 0) {
			error.description =
				`${error.description ?? ''} ${failed} of ${outcomes.length} items failed; the other ${done} were done. To go on with those, set On Error to "Continue".`.trim();
		}
		throw error;
	}
	return outcomes;
}

async function output(
	context: IExecuteFunctions,
	operation: Operation,
	outcome: Outcome,
	index: number,
	{ raw = false, ...asked }: Options,
): Promise<INodeExecutionData[]> {
	const pairedItem = { item: index };
	const failed = (reason: unknown): INodeExecutionData[] => {
		const error = nodeError(context.getNode(), reason, index);
		return [{ json: { error: error.message }, error, pairedItem }];
	};
	if ('error' in outcome) return failed(outcome.error);
	const shownRows = async () => {
		const rows: INodeExecutionData[] = [];
		for (const row of outcome.rows) {
			const shown = present(row instanceof FileRow ? row.row : row, operation.row, raw);
			const json = handOver(shown, asked) as IDataObject;
			const file =
				row instanceof FileRow ? { binary: { data: await storedFile(context, row) } } : {};
			rows.push({ json, ...file, pairedItem });
		}
		return rows;
	};
	return await inKnownForm(shownRows, changes(operation)).catch((error: unknown) => {
		if (context.continueOnFail()) return failed(error);
		throw nodeError(context.getNode(), error, index);
	});
}
