import type { AccessLevel } from '../client/access';
import type { Ceiling } from '../client/ceiling';
import type { Misp } from '../client/client';
import type { Fields, InputOf } from './field';
import type { IncomingFile } from './files';

/** What an operation works with besides its input. */
export interface RunContext {
	misp: Misp;
	/** The TLP ceiling that holds for this input, if there is one. `misp` keeps it where only reads are made. */
	ceiling?: Ceiling;
	/** Of all items that passed their checks, in order: for what can be read for several at once. */
	inputs: readonly object[];
	/** Of the workflow, such as `Europe/Berlin`, for times that name none and are known as times only in the run. */
	timeZone: string;
	/** A remark for the user, shown with the node's output. Each text is shown once. */
	hint(text: string): void;
	/**
	 * Ends the run with what is wrong with an input, unless the node goes on after errors: for what
	 * shows before anything is sent, and only when MISP was asked.
	 */
	refuse(input: object, error: Error): void;
	/** The file in a field of the item that this input came with. @throws MispError of kind `input` */
	file(input: object, name: string): Promise<IncomingFile>;
}

/** One row, several, or rows as they come from MISP; a `FileRow` is a row with a file. */
export type Rows = unknown | AsyncIterable<unknown>;

/** What became of one input of a batched operation. */
export type Outcome = { rows: unknown[] } | { error: Error };

interface OperationBase<F extends Fields> {
	/** In the drop-down, such as "Create". */
	name: string;
	/** In the node panel, such as "Create an event". */
	action: string;
	/** What it does and what comes out, for people and for AI agents. */
	description: string;
	/** The access level that the credential needs, from what is entered where that matters. */
	access: AccessLevel | ((input: InputOf<F>) => AccessLevel);
	/**
	 * Whether it takes something away, decides, or reaches others, so that an AI agent only does it
	 * where the owner of its tool allows that. Said here only where neither the first word of
	 * `action` nor the access level says so; see `agent/consent.ts`.
	 */
	irreversible?: boolean | ((input: InputOf<F>) => boolean);
	/** Runs with a key that is broader than the credential says, since it reports just that. */
	anyKey?: boolean;
	/** For the documentation, such as `POST /events/add`. */
	endpoints: readonly string[];
	fields: F;
	/** Takes values that may come defanged: the form offers to leave them so (`fields/refang.ts`). */
	refangs?: boolean;
	/** Refuses, by throwing, what no single field can judge. Runs before anything is sent. */
	check?(input: InputOf<F>): void;
	/**
	 * The envelope around a row, such as `Event` in `{Event: {…}}`, or a function that makes one
	 * row of what MISP sent. Not applied when the user asks for raw replies.
	 */
	row?: string | ((sent: never, baseUrl: string) => unknown);
	/**
	 * Its rows are made here and say what was done: there is nothing of MISP’s in them to show as it
	 * was sent, to defang or to sum up.
	 */
	ownRows?: boolean;
}

/** Runs once for each item. */
export interface ItemOperation<F extends Fields = Fields> extends OperationBase<F> {
	run(context: RunContext, input: InputOf<F>): Rows;
}

/** Gets all items at once and answers one outcome for each, in their order. */
export interface BatchOperation<F extends Fields = Fields> extends OperationBase<F> {
	runMany(context: RunContext, inputs: Array<InputOf<F>>): Promise<Outcome[]>;
}

export type Operation = ItemOperation | BatchOperation;

/**
 * Declares an operation. From this one declaration come the form, the validation, the drop-downs,
 * the access check and the entry in `docs/operations.md`.
 */
export function operation<const F extends Fields>(
	declared: ItemOperation<F> | BatchOperation<F>,
): Operation {
	return declared as unknown as Operation;
}

/** A group of operations; the keys are the values that workflows store. */
export interface Resource {
	/** In the drop-down, such as "Event". */
	name: string;
	description: string;
	operations: Record<string, Operation>;
}

export function resource(declared: Resource): Resource {
	return declared;
}

/** The resources of one node by the values that workflows store. */
export type Catalogue = Record<string, Resource>;

export const isBatch = (candidate: Operation): candidate is BatchOperation =>
	'runMany' in candidate;

/** The level that an operation needs at least, for lists and documents. */
export const leastAccess = ({ access }: Pick<Operation, 'access'>): AccessLevel | 'by input' =>
	typeof access === 'function' ? 'by input' : access;

/** Whether something in MISP may be another one when the operation breaks half-way. */
export const changes = (operation: Operation): boolean => leastAccess(operation) !== 'read';
