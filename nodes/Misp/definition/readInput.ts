import { inputError, MispError } from '../client/errors';
import { redactText } from '../client/redact';
import { parseFields, type Field, type Fields, type InputOf } from './field';

/** Where the parameters of a node come from. */
export interface Parameters {
	/** As they stand in the workflow, expressions unresolved. */
	written: Record<string, unknown>;
	/** The value of one of them; null when the form does not show it. */
	value(name: string): unknown;
	/** Of the workflow, for times that name none. */
	timeZone: string;
}

/**
 * Resolves what is the same for all items once: n8n takes its time for each parameter of each item,
 * whether there is an expression in it or not.
 *
 * @param written the parameters as they stand in the workflow
 */
export function resolvedOnce(
	written: Record<string, unknown>,
	resolve: (name: string, index: number) => unknown,
): (name: string, index: number) => unknown {
	const constants = new Map<string, unknown>();
	return (name, index) => {
		if (isExpression(written[name])) return resolve(name, index);
		if (!constants.has(name)) constants.set(name, resolve(name, index));
		return constants.get(name);
	};
}

/**
 * The parameters of a node, checked.
 *
 * @param baseUrl of the credential: an address that is given instead of an id must be of this MISP
 * @throws MispError of kind `input` that names every wrong field
 */
export function readInput<F extends Fields>(
	fields: F,
	{ written, value, timeZone }: Parameters,
	baseUrl: string,
): InputOf<F> {
	const raw = Object.fromEntries(Object.keys(fields).map((name) => [name, value(name)]));
	for (const [name, field] of Object.entries(fields)) {
		if (isHidden(field, fields, raw, written)) raw[name] = null;
		raw[name] = withoutLeftOut(raw[name], written[name]);
		if (isLeftOut(raw[name], written[name])) continue;
		if (field.refuseEmptyExpression && isExpression(written[name]) && isNothing(raw[name])) {
			throw inputError(
				`The expression in "${field.property.displayName}" gives nothing for this item.`,
				'MISP would search without this filter and return everything. Check the expression, or leave the field empty.',
			);
		}
		const address = field.addressIn?.(raw[name]);
		if (address !== undefined && !isSameHost(baseUrl, address)) {
			throw inputError(
				`"${field.property.displayName}" is the address "${address.slice(0, 100)}", but this credential is for ${baseUrl}.`,
				'The same number is something else on another MISP. If both are the same MISP, give the ID alone, or the UUID.',
			);
		}
	}
	const parsed = parseFields(fields, raw, timeZone);
	if (!parsed.ok) throw inputError(parsed.message);
	return parsed.input;
}

/**
 * Whether a field is not meant for this item. n8n shows it whatever an expression gives that decides
 * over it, filled in for other items perhaps.
 */
function isHidden(
	{ property }: Field,
	fields: Fields,
	raw: Record<string, unknown>,
	written: Record<string, unknown>,
): boolean {
	return Object.entries(property.displayOptions?.show ?? {}).some(([name, shownFor]) => {
		const decisive = fields[name];
		if (!decisive || !isExpression(written[name])) return false;
		const { data } = decisive.schema().safeParse(raw[name]);
		return !shownFor?.some((one) => one === data);
	});
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
