import { inputError, MispError } from '../client/errors';
import { redactText } from '../client/redact';
import type { Field, Fields, InputOf } from './field';
import { parseField, type Parsed } from './parseField';

/** Where the parameters of a node come from. */
export interface Parameters {
	/** As they stand in the workflow, expressions unresolved. */
	written: Record<string, unknown>;
	/** The value of one of them for an item; null when the form does not show it. */
	value(name: string, index: number): unknown;
	/** Of the workflow, for times that name none. */
	timeZone: string;
}

/**
 * Reads and checks the parameters of a node for one item after the other. What is the same for all
 * of them is resolved and checked once: n8n takes its time for each parameter of each item, whether
 * there is an expression in it or not.
 *
 * @param baseUrl of the credential: an address that is given instead of an id must be of this MISP
 * @returns what an item has; it throws a MispError of kind `input` that names every wrong field
 */
export function inputReader<F extends Fields>(
	fields: F,
	{ written, value, timeZone }: Parameters,
	baseUrl: string,
): (index: number) => InputOf<F> {
	const resolve = once((name: string) => !isExpression(written[name]), value);
	const decisive = (field: Field) => decisiveFor(field, fields, written);
	const isConstant = (name: string) =>
		[name, ...decisive(fields[name] as Field)].every((one) => !isExpression(written[one]));
	const parse = once(isConstant, (name: string, index: number): Parsed => {
		const field = fields[name] as Field;
		const isHidden = decisive(field).some(
			(one) => !isShownBy(one, fields[one] as Field, field, resolve(one, index)),
		);
		if (isHidden) return parseField(name, field, null, timeZone);
		const raw = withoutLeftOut(resolve(name, index), written[name]);
		if (!isLeftOut(raw, written[name])) refuseMisleading(field, raw, written[name], baseUrl);
		return parseField(name, field, raw, timeZone);
	});
	return (index) => {
		const input: Record<string, unknown> = {};
		const wrong = new Set<string>();
		for (const name of Object.keys(fields)) {
			const parsed = parse(name, index);
			if (parsed.ok) input[name] = parsed.value;
			else for (const message of parsed.messages) wrong.add(message);
		}
		if (wrong.size > 0) throw inputError(`${[...wrong].join('; ')}.`);
		return input as InputOf<F>;
	};
}

/** What is asked for again and again, kept where it is the same for every item. */
function once<Result>(
	isConstant: (name: string) => boolean,
	ask: (name: string, index: number) => Result,
): (name: string, index: number) => Result {
	const kept = new Map<string, Result>();
	const varying = new Set<string>();
	return (name, index) => {
		if (varying.has(name)) return ask(name, index);
		if (kept.has(name)) return kept.get(name) as Result;
		const result = ask(name, index);
		if (isConstant(name)) kept.set(name, result);
		else varying.add(name);
		return result;
	};
}

/** What MISP would take for something else than what is meant. */
function refuseMisleading(field: Field, raw: unknown, written: unknown, baseUrl: string): void {
	const { displayName } = field.property;
	if (field.refuseEmptyExpression && isExpression(written) && isNothing(raw)) {
		throw inputError(
			`The expression in "${displayName}" gives nothing for this item.`,
			'MISP would search without this filter and return everything. Check the expression, or leave the field empty.',
		);
	}
	const address = field.addressIn?.(raw);
	if (address !== undefined && !isSameHost(baseUrl, address)) {
		throw inputError(
			`"${displayName}" is the address "${address.slice(0, 100)}", but this credential is for ${baseUrl}.`,
			'The same number is something else on another MISP. If both are the same MISP, give the ID alone, or the UUID.',
		);
	}
}

/**
 * The fields by whose expressions it is decided for each item whether a field is meant: n8n shows it
 * whatever they give, filled in for other items perhaps.
 */
const decisiveFor = (
	{ property }: Field,
	fields: Fields,
	written: Record<string, unknown>,
): string[] =>
	Object.keys(property.displayOptions?.show ?? {}).filter(
		(name) => Object.hasOwn(fields, name) && isExpression(written[name]),
	);

function isShownBy(name: string, decisive: Field, { property }: Field, raw: unknown): boolean {
	const { data } = decisive.schema().safeParse(raw);
	return property.displayOptions?.show?.[name]?.some((one) => one === data) === true;
}

/** Error texts repeat what was entered, and somebody may have entered the key in a wrong field. */
export function withoutKey(error: Error, key: string): Error {
	if (!error.message.includes(key)) return error;
	return inputError(
		redactText(error.message, key),
		error instanceof MispError ? error.hint : undefined,
	);
}

/** What an agent was asked for and did not give. It is no expression that went wrong. */
const isLeftOut = (value: unknown, written: unknown): boolean =>
	isNothing(value) && /\$fromAI\b/i.test(textIn(written));

/** The text of a parameter, in whatever n8n wraps it. */
function textIn(written: unknown): string {
	if (typeof written === 'string') return written;
	if (written === null || typeof written !== 'object') return '';
	if (Array.isArray(written)) return written.map(textIn).join('\n');
	return '__rl' in written ? textIn((written as { value?: unknown }).value) : '';
}

/** A collection without the fields that an agent left out: one that stands there empty would be judged. */
function withoutLeftOut(value: unknown, written: unknown): unknown {
	if (!isPlain(value) || !isPlain(written)) return value;
	return Object.fromEntries(
		Object.entries(value).filter(([name, entry]) => !isLeftOut(entry, written[name])),
	);
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
	value !== null && typeof value === 'object' && !Array.isArray(value) && !('__rl' in value);

const isSameHost = (baseUrl: string, address: string): boolean =>
	URL.canParse(address) && new URL(address).host === new URL(baseUrl).host;

/** Whether a parameter is an expression or contains one. */
function isExpression(written: unknown): boolean {
	if (typeof written === 'string') return written.startsWith('=');
	if (written === null || typeof written !== 'object') return false;
	return Object.values(written).some(isExpression);
}

function isNothing(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	if (typeof value === 'string') return value.trim() === '';
	if (Array.isArray(value)) return value.every(isNothing);
	if (typeof value === 'object' && '__rl' in value)
		return isNothing((value as { value?: unknown }).value);
	return false;
}
