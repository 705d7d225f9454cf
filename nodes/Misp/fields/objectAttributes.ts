import * as z from 'zod/v4';

import { inTimeZone } from '../client/time';
import { inputError, isUuid, json, type Mapped } from '../definition';
import { checkValue, type AttributeRow } from './attribute';
import { newAttribute, type NewAttribute } from './attributeWrites';
import type { Dropped } from './dropped';
import type { Relation, Template } from './objectTemplate';
import { FREE_TEXTS, type Refanger } from './refang';

/** An attribute of an object on its way to MISP. */
export type ObjectAttribute = NewAttribute & { object_relation: string };

/** An attribute in MISP's own JSON; type, category and flags follow from the template where left out. */
const attributeJson = z.looseObject(
	{
		object_relation: z.string('must be a text').min(1, 'must not be empty'),
		value: z
			.union([z.string(), z.number()], 'must be a text')
			.transform(String)
			.refine((value) => value !== '', 'must not be empty'),
		uuid: z.string('must be a UUID').refine(isUuid, 'must be a UUID').optional(),
	},
	'must be an object with "object_relation" and "value"',
);

type GivenAttribute = z.infer<typeof attributeJson>;

export const moreAttributes = json(
	'More Attributes (JSON)',
	z.array(attributeJson, 'must be a list of attributes'),
	{
		empty: '[]',
		description:
			'Attributes in MISP’s own JSON, for what the form does not have: comments, tags, files. Example: [{"object_relation": "attachment", "value": "note.txt", "data": "aGVsbG8="}]',
	},
);

/** Several values of one relation: a list, a list as JSON, or lines where a value has none itself. */
function valuesOf({ multiple, type }: Relation, given: string | string[]): string[] {
	if (Array.isArray(given)) return given;
	if (!multiple) return [given];
	const trimmed = given.trim();
	if (/^\[.*\]$/s.test(trimmed)) {
		try {
			const parsed: unknown = JSON.parse(trimmed);
			if (Array.isArray(parsed) && parsed.every((one) => typeof one !== 'object')) {
				return parsed.map(String);
			}
		} catch {
			// Not a list, so it is a value that happens to have brackets.
		}
	}
	// Texts have lines of their own.
	if (FREE_TEXTS.has(type)) return [given];
	return given.split(/\r?\n/).filter((line) => line.trim() !== '');
}

const named = (names: string[]): string => names.map((name) => `"${name}"`).join(', ');

/** @throws MispError of kind `input` for a relation that the template does not have */
function relationIn(template: Template, name: string): Relation {
	const relation = template.relations.get(name);
	if (relation) return relation;
	throw inputError(
		`The template "${template.name}" has no attribute "${name.slice(0, 60)}".`,
		`It has: ${[...template.relations.keys()].join(', ')}.`,
	);
}

/** What decides over how a value is meant. */
export interface Meant {
	/** Of the workflow, for times that name none. */
	timeZone: string;
	refanger: Refanger;
}

function attributeOf(
	relation: Relation,
	entered: string,
	{ timeZone, refanger }: Meant,
	given: Record<string, unknown> = {},
): ObjectAttribute {
	const type = typeof given.type === 'string' ? given.type : relation.type;
	const value = type === 'datetime' ? inTimeZone(entered, timeZone) : refanger.value(entered, type);
	checkValue(type, value);
	const { values, name, category, toIds } = relation;
	if (values.length > 0 && !values.includes(value)) {
		throw inputError(
			`"${value.slice(0, 60)}" is not a value for "${name}": it must be one of ${named(values)}.`,
		);
	}
	const usual = {
		object_relation: name,
		...(category === undefined ? {} : { category }),
		...(toIds === undefined ? {} : { to_ids: toIds }),
		...(relation.disableCorrelation ? { disable_correlation: true } : {}),
	};
	return newAttribute({ ...usual, ...given, type, value }) as ObjectAttribute;
}

/**
 * Attributes from what was entered, with category and flags as the template says: MISP itself
 * takes those of the type.
 *
 * @throws MispError of kind `input` for what does not fit the template
 */
export function attributesFor(
	template: Template,
	mapped: Mapped,
	given: GivenAttribute[],
	meant: Meant,
): ObjectAttribute[] {
	const attributes = [
		...Object.entries(mapped).flatMap(([name, values]) => {
			const relation = relationIn(template, name);
			return valuesOf(relation, values).map((value) => attributeOf(relation, value, meant));
		}),
		...given.map((one) =>
			attributeOf(relationIn(template, one.object_relation), one.value, meant, one),
		),
	];
	const counts = new Map<string, number>();
	for (const { object_relation: name } of attributes) counts.set(name, (counts.get(name) ?? 0) + 1);
	for (const [name, count] of counts) {
		if (count > 1 && template.relations.get(name)?.multiple !== true) {
			throw inputError(
				`"${name}" takes one value in the template "${template.name}", but ${count} were given.`,
			);
		}
	}
	return attributes;
}

/**
 * MISP saves objects that lack what their template requires.
 *
 * @throws MispError of kind `input` when something is missing
 */
export function checkRequirements(
	template: Template,
	attributes: Array<{ object_relation?: unknown }>,
) {
	const there = new Set(attributes.map(({ object_relation: name }) => name));
	const missing = template.required.filter((name) => !there.has(name));
	if (missing.length > 0) {
		throw inputError(`The template "${template.name}" requires ${named(missing)}.`);
	}
	const { requiredOneOf } = template;
	if (requiredOneOf.length > 0 && !requiredOneOf.some((name) => there.has(name))) {
		throw inputError(
			`The template "${template.name}" requires at least one of ${named(requiredOneOf)}.`,
		);
	}
}

interface Sent {
	/** Missing on one that MISP is to give its own. */
	uuid?: string | undefined;
	object_relation?: string | undefined;
	value: string;
}

/** Attributes that were sent and are not stored. */
export function lostAttributes(sent: Sent[], stored: AttributeRow[]): Dropped[] {
	const there = new Set(stored.map(({ uuid }) => uuid.toLowerCase()));
	return sent
		.filter(({ uuid }) => uuid !== undefined && !there.has(uuid.toLowerCase()))
		.map(({ object_relation: relation, value }) => ({
			what: 'attribute',
			name: `${relation ?? ''}: ${value.slice(0, 100)}`,
			reason: 'MISP gave no reason',
		}));
}
