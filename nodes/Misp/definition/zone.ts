import { inTimeZone } from '../client/time';
import type { Field, Fields } from './field';

type Values = Record<string, unknown>;

const isRecord = (value: unknown): value is Values =>
	value !== null && typeof value === 'object' && !Array.isArray(value);

/** A text with a time that names no zone, such as n8n's picker gives, in UTC. */
const textInZone = (value: unknown, timeZone: string): unknown =>
	typeof value === 'string' ? inTimeZone(value, timeZone) : value;

/** A field for times: without a zone, they are meant in that of the workflow. */
export const zoned = <Out>(inner: Field<Out>): Field<Out> => ({ ...inner, inZone: textInZone });

/** JSON, also as text, in which the values of some names are times or lists of them. */
export const jsonInZone =
	(isTime: (name: string) => boolean) =>
	(given: unknown, timeZone: string): unknown => {
		const json = parsed(given);
		if (!isRecord(json)) return given;
		const inZone = (value: unknown): unknown =>
			Array.isArray(value) ? value.map(inZone) : textInZone(value, timeZone);
		return Object.fromEntries(
			Object.entries(json).map(([name, value]) => [name, isTime(name) ? inZone(value) : value]),
		);
	};

function parsed(given: unknown): unknown {
	if (typeof given !== 'string') return given;
	try {
		return JSON.parse(given) as unknown;
	} catch {
		// What is wrong with it is for its field to say.
		return given;
	}
}

/** The raw values of some fields, those inside collections and lists too, with their times in UTC. */
export function valuesInZone(fields: Fields, values: Values, timeZone: string): Values {
	const inside = (children: Fields, value: unknown): unknown => {
		if (Array.isArray(value)) return value.map((entry) => inside(children, entry));
		if (!isRecord(value)) return value;
		// n8n wraps the entries of a list.
		return Array.isArray(value.entries)
			? { ...value, entries: inside(children, value.entries) }
			: valuesInZone(children, value, timeZone);
	};
	return Object.fromEntries(
		Object.entries(values).map(([name, value]) => {
			const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
			if (field?.inZone) return [name, field.inZone(value, timeZone)];
			// Agents send objects and lists as JSON.
			return [name, field?.children ? inside(field.children, parsed(value)) : value];
		}),
	);
}
