import {
	NodeOperationError,
	type IDataObject,
	type INodeExecutionData,
	type IPollFunctions,
} from 'n8n-workflow';

import { secondsOf } from '../client/filters';
import { MispError } from '../client/errors';
import { inKnownForm } from '../client/knownForm';
import type { Ceiling } from '../client/ceiling';
import type { Misp } from '../client/client';
import { path } from '../client/path';
import { latest } from '../polling/latest';
import type { Found } from '../polling/ledger';
import { poll, type State } from '../polling/poll';
import { ceilingOf } from './ceilings';
import type { Fields, InputOf } from './field';
import { handOver } from './handOver';
import { warning } from './hints';
import { nodeError } from './nodeError';
import { present } from './output';
import { inputReader, withoutKey } from './readInput';
import { requireLevel } from './requireLevel';
import { mispOf } from './session';
import { commonFor, SECONDS_PER_HOUR, type CommonInput } from './triggerForm';
import type { Load, WatchContext, Watcher, Watchers } from './watcher';

/** What the trigger keeps in n8n's static data. */
interface Kept {
	/** The watcher, the MISP and what else the state belongs to. With another it begins anew. */
	of?: string;
	state?: State;
	/** How far the server's clock is ahead of this one, in seconds. */
	ahead?: number;
	/** Ids that were handed on and are not done with, for watchers that do something afterwards. */
	handedOn?: number[];
}

type Input = InputOf<Fields> & CommonInput;

/** A poll stops asking for more when this part of n8n's time for it is over. */
const BUDGET_PART = 0.7;
/** The part for what is done with the rows of the poll before. */
const AFTERWARDS_PART = 0.4;
/** Rows that wait for being done with, so that the state stays small. */
const MAX_HANDED_ON = 1000;
/** What n8n gives a poll where it does not say, in milliseconds. */
const USUAL_BUDGET = 300_000;

/** Polls that are under way, by workflow and node: n8n may start one while the other still runs. */
const underWay = new Set<string>();

/**
 * One poll of the trigger, as n8n calls it (`INodeType.poll`).
 *
 * The state in n8n's static data is replaced at the very end: n8n keeps changes in memory also when
 * a poll throws, and what was not handed on must be read again. n8n stores it with the items that
 * are returned; a poll without items is not stored, which only means that after a restart the same
 * stretch is read again.
 *
 * @returns nothing when there is nothing new
 * @throws NodeApiError or NodeOperationError; the activation fails with it
 */
export async function runPoll(
	this: IPollFunctions,
	watchers: Watchers,
): Promise<INodeExecutionData[][] | null> {
	const id = `${this.getWorkflow().id}:${this.getNode().id}`;
	const isManual = this.getMode() === 'manual';
	if (!isManual && underWay.has(id)) return null;
	if (!isManual) underWay.add(id);
	try {
		const run = isManual ? fetchLatest : pollOnce;
		return await inKnownForm(async () => await run(this, await prepared(this, watchers)), false);
	} catch (error) {
		throw nodeError(this.getNode(), error);
	} finally {
		if (!isManual) underWay.delete(id);
	}
}

interface Prepared {
	watcher: Watcher;
	input: Input;
	misp: Misp;
	/** For what is handed on: where a poll goes on depends on everything that is there. */
	ceiling: Ceiling | undefined;
	/** What the state must belong to. */
	of: string;
}

async function prepared(context: IPollFunctions, watchers: Watchers): Promise<Prepared> {
	const name = context.getNodeParameter('watch') as string;
	const watcher = Object.hasOwn(watchers, name) ? watchers[name] : undefined;
	if (!watcher) {
		throw new NodeOperationError(
			context.getNode(),
			`This version of the trigger does not know "${name}".`,
			{ description: 'The workflow may come from a newer version. Update n8n-nodes-misp.' },
		);
	}
	const misp = await mispOf(context);
	const { baseUrl, access: granted, key } = misp.connection;
	const fields = { ...watcher.fields, ...commonFor(watcher.readBy) };
	const parameters = {
		written: context.getNode().parameters,
		value: (field: string) => context.getNodeParameter(field, null, { skipValidation: true }),
		timeZone: context.getTimezone(),
	};
	let input: Input;
	try {
		input = inputReader(fields, parameters, baseUrl)(0) as Input;
	} catch (error) {
		throw withoutKey(error as Error, key);
	}
	const { access } = watcher;
	requireLevel(granted, typeof access === 'function' ? access(input) : access, watcher.name);
	watcher.check?.(input);
	const of = JSON.stringify([name, baseUrl, ...(watcher.scope ? [watcher.scope(input)] : [])]);
	return { watcher, input, misp, ceiling: ceilingOf(misp, input.options), of };
}

/** Since when rows are wanted, in seconds; nothing for those from now on. Of a list, it is all. */
function startOf({ readBy }: Watcher, { start, since }: Input, now: number): number | undefined {
	if (start !== 'lookBack') return undefined;
	return readBy === 'list' ? 0 : secondsOf(since, now * 1000);
}

async function pollOnce(
	context: IPollFunctions,
	{ watcher, input, misp, ceiling, of }: Prepared,
): Promise<INodeExecutionData[][] | null> {
	const kept = context.getWorkflowStaticData('node') as Kept;
	const known = kept.of === of ? kept : {};
	const started = performance.now();
	const budget = context.getPollBudgetMs?.() ?? USUAL_BUDGET;
	const isSpent = (part: number) => performance.now() - started > budget * part;
	const ahead = known.ahead ?? (await serverAhead(misp));
	const now = Math.floor(Date.now() / 1000) + ahead;
	const since = startOf(watcher, input, now);
	const hints = new Set<string>();
	const watchContext: WatchContext = { misp, start: since ?? now, hint: (text) => hints.add(text) };
	await watcher.prove?.(watchContext, input);
	const afterwards = watcher.afterwards?.(watchContext, input);
	let left: number[] = [];
	if (known.handedOn?.length && afterwards) {
		left = await afterwards(known.handedOn, () => isSpent(AFTERWARDS_PART));
		// Kept at once: what is done must not be done again when this poll fails.
		known.handedOn = left;
	} else if (kept !== known && kept.handedOn?.length) {
		hints.add(
			`What is watched was changed before the last ${kept.handedOn.length} rows were done with. In MISP they are as they were.`,
		);
	}

	const { limit = 1000, overlap = 300, lookBack = 24 } = input.options;
	const load = watcher.load?.(watchContext, input);
	const show = shownBy(watcher, input, misp);
	// Of many rows, what MISP sent and what is made of it are not both kept where one is enough.
	const isShownAtOnce = ceiling === undefined && load === undefined;
	const { rows: found, state } = await poll(watcher.watch(watchContext, input), known.state, {
		now,
		since,
		limit: afterwards ? Math.min(limit, MAX_HANDED_ON) : limit,
		overlap,
		lookBack: lookBack * SECONDS_PER_HOUR,
		isSpent: () => isSpent(BUDGET_PART),
		keep: isShownAtOnce ? show : undefined,
	});
	const rows = await below(ceiling, found);
	const handedOn = [...rows.map((row) => row.id), ...left];
	if (handedOn.length > 2 * MAX_HANDED_ON) {
		const lost = handedOn.splice(2 * MAX_HANDED_ON);
		hints.add(`Too many wait for being done with. No longer tried: ${lost.join(', ')}.`);
	}
	const shown = isShownAtOnce
		? rows.map(({ data }) => data as IDataObject)
		: await shownRows(rows, { load, ceiling, show });
	const items = itemsOf(input, shown);
	if (ceiling?.summary !== undefined) hints.add(ceiling.summary);
	for (const hint of hints) remark(context, hint);
	Object.assign(kept, {
		of,
		state,
		ahead: misp.clockAhead ?? ahead,
		handedOn: afterwards ? handedOn : undefined,
	});
	return items.length === 0 ? null : [items];
}

/** A recent row for the editor. Looks at MISP only; the state stays as it is. */
async function fetchLatest(
	context: IPollFunctions,
	{ watcher, input, misp, ceiling }: Prepared,
): Promise<INodeExecutionData[][]> {
	const now = Math.floor(Date.now() / 1000) + (await serverAhead(misp));
	const hints = new Set<string>();
	const watchContext: WatchContext = { misp, start: now, hint: (text) => hints.add(text) };
	await watcher.prove?.(watchContext, input);
	const row = await latest(watcher.watch(watchContext, input), now);
	const rows = await below(ceiling, row ? [row] : []);
	const load = watcher.load?.(watchContext, input);
	const show = shownBy(watcher, input, misp);
	const items = itemsOf(input, await shownRows(rows, { load, ceiling, show }));
	if (ceiling?.summary !== undefined) hints.add(ceiling.summary);
	for (const hint of hints) remark(context, hint);
	if (row) return [items];
	throw new MispError(
		'notFound',
		`There is nothing in this MISP yet that "${watcher.name}" would start with.`,
		{
			hint: `Loosen the filters, make one in MISP and try again, or publish the workflow and wait for one.${watcher.whenNone ? ` ${watcher.whenNone}` : ''}`,
		},
	);
}

/** The rows that the TLP ceiling lets through; the others are not done with afterwards either. */
async function below(ceiling: Ceiling | undefined, rows: Found[]): Promise<Found[]> {
	if (ceiling === undefined) return rows;
	const seen = await ceiling.siftEach(rows.map(({ data }) => data));
	return rows.filter((_, index) => seen[index] !== undefined);
}

/** What makes the row that leaves the node of one that MISP sent. */
function shownBy(
	{ row }: Watcher,
	{ options }: Input,
	{ connection }: Misp,
): (sent: unknown) => IDataObject {
	const { raw = false, ...asked } = options;
	return (sent) => handOver(present(sent, row, raw, connection.baseUrl), asked) as IDataObject;
}

interface HandingOn {
	load: Load | undefined;
	ceiling: Ceiling | undefined;
	show: (sent: unknown) => IDataObject;
}

/** The rows with what is loaded for them, as far as they may leave. They keep nothing but their ids. */
async function shownRows(
	rows: Found[],
	{ load, ceiling, show }: HandingOn,
): Promise<IDataObject[]> {
	if (rows.length === 0) return [];
	const loaded = load ? await load(rows) : rows.map(({ data }) => data);
	for (const row of rows) row.data = undefined;
	const sent: unknown[] = (ceiling ? await ceiling.siftEach(loaded) : loaded).filter(
		(row) => row !== undefined,
	);
	return sent.map((row, index) => {
		sent[index] = undefined; // as above: the one goes as the other comes
		return show(row);
	});
}

function itemsOf({ output }: Input, rows: IDataObject[]): INodeExecutionData[] {
	if (rows.length === 0) return [];
	if (output === 'list') return [{ json: { count: rows.length, rows } }];
	return rows.map((json) => ({ json }));
}

/** How far the server's clock is ahead of ours, in seconds. Also proves the key, at activation. */
async function serverAhead(misp: Misp): Promise<number> {
	await misp.get(path`/servers/getVersion`, { expect: 'version' });
	return misp.clockAhead ?? 0;
}

function remark(context: IPollFunctions, text: string): void {
	context.logger.warn(`${context.getNode().name}: ${text}`);
	if ('addExecutionHints' in context && typeof context.addExecutionHints === 'function') {
		context.addExecutionHints(warning(text));
	}
}
