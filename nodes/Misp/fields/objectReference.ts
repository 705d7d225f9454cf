import * as z from 'zod/v4';

import type { Misp } from '../client/client';
import {
	called,
	isNumericId,
	isUuid,
	MispError,
	oneOf,
	optional,
	path,
	recover,
	required,
	text,
	type InputOf,
} from '../definition';
import { attributeLocator, fetchAttribute } from './attribute';
import { referencedObject, uuidOfObject } from './object';

export const referenceTarget = oneOf(
	'target',
	'Refers To',
	'What the object refers to, in the same event',
	{
		referencedObject,
		referencedAttribute: called('Referenced Attribute', attributeLocator),
	},
	{ referencedObject: 'Object', referencedAttribute: 'Attribute' },
);

/** MISP refers by uuid; an id is looked up. */
export async function uuidOfTarget(
	misp: Misp,
	input: InputOf<typeof referenceTarget.fields>,
): Promise<string> {
	const { kind, value } = referenceTarget.of(input);
	if (kind === 'referencedObject') return await uuidOfObject(misp, value);
	return isUuid(value) ? value : (await fetchAttribute(misp, value)).uuid;
}

/** `POST /objectReferences/add`. */
export async function refer(misp: Misp, body: Record<string, unknown>): Promise<unknown> {
	return await recover(
		misp.post<unknown>(path`/objectReferences/add`, body, { expect: 'ObjectReference' }),
		({ message }) => /^Invalid target/i.test(message),
		({ kind, message, status, request }) => {
			throw new MispError(kind, message, {
				status,
				request,
				hint: 'An object refers to objects and attributes of its own event only. Look whether both are in the same event and not deleted.',
			});
		},
	);
}

const REFERENCE = 'must be an id (a number) or a UUID';

/** MISP lists references only within their event, so there is no list to choose from. */
export const referenceId = required({
	...text('Reference', {
		placeholder: 'e.g. 12 or 5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b',
		description:
			'ID or UUID of the reference, as Add Reference returns it, or as it stands under ObjectReference in its event',
	}),
	schema: optional(() =>
		z
			.union([z.string(), z.number()], REFERENCE)
			.transform((value) => String(value).trim())
			.refine((value) => isNumericId(value) || isUuid(value), REFERENCE),
	),
});
