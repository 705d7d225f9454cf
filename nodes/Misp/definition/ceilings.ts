import { Ceiling } from '../client/ceiling';
import { ceilingRule, type CeilingInput } from '../client/ceilingRule';
import type { Misp } from '../client/client';
import { MispError, recover } from '../client/errors';
import { TLP_LEVELS, TLP_NAMES } from '../client/tlp';
import { TlpGate } from '../client/tlpGate';
import { inGroups } from './batch';
import type { Fields } from './field';
import { FileRow } from './files';
import { choice } from './choices';
import type { BatchOperation, Operation, Outcome, RunContext } from './operation';

const levels = TLP_LEVELS.map((value) => ({ value, name: TLP_NAMES[value] }));

/** The ceiling in the form of an operation. */
export const ceilingFields = {
	tlpCeiling: choice('TLP Ceiling', levels, 'amber', {
		description:
			'The highest marking that this node lets out of MISP. What is above it is left out, with everything in it, and counted in a hint. The ceiling of the credential still holds: here it can only be made stricter.',
	}),
	tlpUnmarked: choice('Unmarked Counts As', levels, 'amber', {
		description:
			'The marking of an event without one, for the TLP ceiling. Without this field that of the credential, or TLP:AMBER. It can only be made stricter than in the credential.',
	}),
} satisfies Fields;

const ABOUT_EVENTS =
	/\/(analyst_data|attributes(?!\/(?:attributeStatistics|describeTypes))|audit_logs|event_?delegations|event_?reports|events|galaxy_cluster_relations|object_?references|objects|shadow_attributes|sightings)\b/i;

/** Whether an operation talks about events or what is in them, so that markings matter. */
export const isAboutEvents = ({ endpoints }: { endpoints: readonly string[] }): boolean =>
	endpoints.length === 0 || endpoints.some((endpoint) => ABOUT_EVENTS.test(endpoint));

/** The ceiling of a credential and of the options in a form together, if there is one. */
export function ceilingOf(misp: Misp, options: unknown): Ceiling | undefined {
	const entered = options !== null && typeof options === 'object' ? options : {};
	const rule = ceilingRule(misp.connection.ceiling ?? {}, entered);
	return rule === undefined ? undefined : new Ceiling(misp, rule);
}

/** A client that lets nothing above the ceiling of its credential, or of a form, through. */
export function behindCeiling(misp: Misp, options: unknown): Misp {
	const ceiling = ceilingOf(misp, options);
	return ceiling === undefined ? misp : misp.behind(new TlpGate(ceiling));
}

/**
 * The TLP ceilings of one run, which may differ by item. Without any, nothing happens at all.
 *
 * What an operation reads is judged reply by reply, before the operation sees it. One that changes
 * something must see what is there; its rows are judged when it is done.
 */
export class Ceilings {
	private readonly ceilings = new Map<string, Ceiling>();

	/** One client for each ceiling: what is read once in a run hangs on it. */
	private readonly clients = new Map<Ceiling, Misp>();

	private unread = false;

	constructor(private readonly operation: Operation) {}

	/** The rows of one item that may leave MISP, each as it comes where they were judged by then. */
	async *rows(
		context: RunContext,
		input: object,
		work: (context: RunContext) => AsyncGenerator<unknown, void, undefined>,
	): AsyncGenerator<unknown, void, undefined> {
		const ceiling = this.of(context.misp, input);
		if (ceiling === undefined) return yield* work(context);
		const rows = unlessHeldBack(ceiling, work(this.under(ceiling, context, input)));
		if (this.onlyReads(input)) return yield* rows;
		const all: unknown[] = [];
		for await (const row of rows) all.push(row);
		yield* await this.sifted(ceiling, all, input);
	}

	/** The outcomes of a batched operation: items with the same ceiling go together. */
	async outcomes(
		context: RunContext,
		inputs: object[],
		runMany: BatchOperation['runMany'],
	): Promise<Outcome[]> {
		const ceilingOf = (input: object) => this.of(context.misp, input);
		return await inGroups(inputs, ceilingOf, async (members, ceiling) => {
			const [first] = members;
			const scoped = ceiling ? this.under(ceiling, context, first) : context;
			const answers = await runMany(scoped, members as object[] as never[]);
			if (!ceiling) return answers;
			const judged: Outcome[] = [];
			for (const answer of answers) judged.push(await this.judged(ceiling, answer, first));
			return judged;
		});
	}

	/** What the user may know of what was held back. */
	get hints(): string[] {
		const hints = [...this.ceilings.values()].flatMap(({ summary }) => summary ?? []);
		const unread =
			'The TLP markings of what was changed could not be read, so that it is not shown. The change was made.';
		return this.unread ? [...hints, unread] : hints;
	}

	private of(misp: Misp, input: object): Ceiling | undefined {
		const { options } = input as { options?: CeilingInput };
		const rule = ceilingRule(misp.connection.ceiling ?? {}, options);
		if (rule === undefined) return undefined;
		const key = JSON.stringify(rule);
		const known = this.ceilings.get(key) ?? new Ceiling(misp, rule);
		this.ceilings.set(key, known);
		return known;
	}

	private under(ceiling: Ceiling, context: RunContext, input: object): RunContext {
		if (!this.onlyReads(input)) return { ...context, ceiling };
		const misp = this.clients.get(ceiling) ?? context.misp.behind(new TlpGate(ceiling));
		this.clients.set(ceiling, misp);
		return { ...context, misp, ceiling };
	}

	/** A free request may read in any way, so that its reply is judged even when it changes something. */
	private onlyReads(input: object): boolean {
		const { access, endpoints } = this.operation;
		const level = typeof access === 'function' ? access(input as never) : access;
		return level === 'read' || endpoints.length === 0;
	}

	private async judged(ceiling: Ceiling, outcome: Outcome, input: object): Promise<Outcome> {
		if ('rows' in outcome) return { rows: await this.sifted(ceiling, outcome.rows, input) };
		const { error } = outcome;
		return error instanceof MispError && isHeldBack(error) ? { rows: [] } : outcome;
	}

	private async sifted(ceiling: Ceiling, rows: unknown[], input: object): Promise<unknown[]> {
		if (this.onlyReads(input)) return rows;
		const plain = rows.map((row) => (row instanceof FileRow ? row.row : row));
		const kept = await recover(
			ceiling.siftEach(plain),
			({ kind }) => kind !== 'cancelled',
			() => {
				// The change is made: failing now would have it repeated.
				this.unread = true;
				return plain.map(() => undefined);
			},
		);
		return kept.flatMap((row, index) => {
			const before = rows[index];
			if (row === undefined) return [];
			return before instanceof FileRow
				? [new FileRow(row as never, before.content, before.fileName, before.mimeType)]
				: [row];
		});
	}
}

/** Rows until what follows is held back, or is not there because its parts are. */
async function* unlessHeldBack(
	ceiling: Ceiling,
	rows: AsyncGenerator<unknown, void, undefined>,
): AsyncGenerator<unknown, void, undefined> {
	const before = ceiling.count;
	try {
		for (;;) {
			const next = await recover(
				rows.next(),
				(error) => isHeldBack(error) || (error.kind === 'notFound' && ceiling.count > before),
				() => ({ done: true, value: undefined }) as const,
			);
			if (next.done === true) return;
			yield next.value;
		}
	} finally {
		await rows.return();
	}
}

const isHeldBack = ({ kind }: MispError): boolean => kind === 'heldBack';
