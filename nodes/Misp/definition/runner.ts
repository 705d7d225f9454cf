import {
	NodeOperationError,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import type { Connection } from '../client/connection';
import { MispError } from '../client/errors';
import { inKnownForm } from '../client/knownForm';
import { requireConsent } from './agent/consent';
import { isTool, mostOf } from './agent/tool';
import { Ceilings, isAboutEvents } from './ceilings';
import type { Fields, InputOf } from './field';
import { incomingFile } from './files';
import { fieldsOf } from './form';
import { eventLinks, eventOf, note, warning } from './hints';
import { maxRows } from './limits';
import { nodeError } from './nodeError';
import {
	changes,
	isBatch,
	type BatchOperation,
	type Catalogue,
	type ItemOperation,
	type Operation,
	type Outcome,
	type RunContext,
} from './operation';
import { compactItem, isCompact, itemsOf, rowsOf } from './outputItems';
import { whyPointless } from './pointless';
import { Progress } from './progress';
import { inputReader, withoutKey } from './readInput';
import { requireLevel } from './requireLevel';
import { mispOf } from './session';

type Input = InputOf<Fields>;

/** One item's way through the node: its checked input, or why it has none. */
type Prepared = { input: Input; compact: boolean } | { error: Error };

/** And at its end: what comes out of the node for it, or why nothing does. */
type Shown = { items: INodeExecutionData[] } | { error: Error };

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
	const node = this.getNode();
	const atMost = anyKey ? undefined : mostOf(node);
	const progress = new Progress((line) => this.logger.info(`${node.name}: ${line}`));
	const onRequest = () => progress.asked();
	const misp = await mispOf(this, { signal, anyKey, onRequest, atMost }).catch((error: unknown) => {
		throw nodeError(node, error);
	});

	const { connection } = misp;
	const fields = fieldsOf(operation);
	const timeZone = this.getTimezone();
	const value = (parameter: string, index: number) =>
		this.getNodeParameter(parameter, index, null, { skipValidation: true });
	const parameters = { written: node.parameters, value, timeZone };
	const read = inputReader(fields, parameters, connection.baseUrl);
	const prepared = items.map((_, index) => prepare(node, operation, connection, () => read(index)));
	if (!this.continueOnFail()) {
		const bad = prepared.findIndex((one) => 'error' in one);
		const one = prepared[bad];
		if (one && 'error' in one) throw nodeError(node, one.error, bad);
	}

	const hints = new Set<string>();
	const indexOf = new Map<object, number>();
	for (const [index, one] of prepared.entries()) if ('input' in one) indexOf.set(one.input, index);
	const context: RunContext = {
		misp,
		inputs: [...indexOf.keys()],
		timeZone,
		hint: (text) => void hints.add(text),
		refuse: (input, error) => {
			if (!this.continueOnFail()) throw nodeError(node, error, indexOf.get(input));
		},
		file: async (input, name) => await incomingFile(this, indexOf.get(input) ?? 0, name),
	};
	const ceilings = new Ceilings(operation);
	const shown = isBatch(operation)
		? await runBatch(this, operation, context, prepared, ceilings)
		: await runEach(this, operation, context, prepared, ceilings);
	for (const message of ceilings.hints) hints.add(message);
	for (const text of hints) this.addExecutionHints(warning(text));
	const produced: INodeExecutionData[] = [];
	const events = new Set<string>();
	const isLinked = linksTo(operation);
	const answer = { baseUrl: connection.baseUrl, remarks: [...hints] };
	for (const [index, one] of shown.entries()) {
		const items = 'error' in one ? [failedItem(this, one.error, index)] : one.items;
		const { input, compact = false } = prepared[index] as { input?: Input; compact?: boolean };
		const isOne = compact && 'items' in one && input !== undefined;
		if (isOne) produced.push(compactItem(operation, items, input, index, answer));
		for (const item of items) {
			if (!isOne) produced.push(item);
			const event = isLinked && input !== undefined && eventOf(item.json, input);
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

/** @param node asked for once, since n8n copies it for whoever asks */
function prepare(
	node: INode,
	operation: Operation,
	{ access: granted, key }: Connection,
	read: () => Input,
): Prepared {
	try {
		const input = read();
		const { access, action } = operation;
		if (isTool(node)) requireConsent(node.parameters, operation, input);
		requireLevel(granted, typeof access === 'function' ? access(input) : access, action);
		operation.check?.(input);
		return { input, compact: isCompact(node, input) };
	} catch (error) {
		return { error: withoutKey(error as Error, key) };
	}
}

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
): Promise<Shown[]> {
	const outcomes: Shown[] = [];
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
			const run = (scoped: RunContext) => rowsOf(operation.run(scoped, one.input), max);
			const rows = ceilings.rows(runContext, one.input, run);
			const items = async () =>
				await itemsOf(context, operation, rows, one, {
					index,
					baseUrl: runContext.misp.connection.baseUrl,
				});
			outcomes.push({ items: await inKnownForm(items, changes(operation)) });
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

function failedItem(context: IExecuteFunctions, reason: Error, index: number): INodeExecutionData {
	const error = nodeError(context.getNode(), reason, index);
	return { json: { error: error.message }, error, pairedItem: { item: index } };
}

async function runBatch(
	context: IExecuteFunctions,
	operation: BatchOperation,
	runContext: RunContext,
	prepared: Prepared[],
	ceilings: Ceilings,
): Promise<Shown[]> {
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
	const shown: Shown[] = [];
	for (const [index, outcome] of outcomes.entries()) {
		const one = prepared[index] as Prepared;
		if ('error' in outcome || 'error' in one) {
			shown.push(outcome as { error: Error });
			continue;
		}
		try {
			const items = async () =>
				await itemsOf(context, operation, outcome.rows, one, {
					index,
					baseUrl: runContext.misp.connection.baseUrl,
				});
			shown.push({ items: await inKnownForm(items, changes(operation)) });
		} catch (error) {
			if (!context.continueOnFail()) throw nodeError(context.getNode(), error, index);
			shown.push({ error: error as Error });
		}
	}
	return shown;
}
