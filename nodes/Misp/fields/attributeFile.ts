import {
	fileField,
	inputError,
	recover,
	required,
	type MispError,
	text,
	when,
	type Field,
	type RunContext,
} from '../definition';
import { attributeValue, FILE_TYPES } from './attribute';
import type { NewAttribute } from './attributeWrites';

/** The value of a new attribute. One with a file has the file's name for it. */
const shown = required(attributeValue);
export const ownValue: Field<string | undefined> = {
	...when({}, shown),
	property: { ...shown.property, displayOptions: { hide: { type: FILE_TYPES } } },
	schema: attributeValue.schema,
};

/** Shown for attributes with a file alone. */
export const fileOfAttribute = {
	file: when({ type: FILE_TYPES }, fileField),
	fileName: when(
		{ type: FILE_TYPES },
		text('File Name', {
			placeholder: 'e.g. invoice.docm',
			description: 'Left empty, the name that the file came with',
		}),
	),
};

/** MISP keeps files in memory several times over while it saves them. */
const MAX_BYTES = 50 * 1024 * 1024;

/**
 * Puts the item's file into the attribute; MISP zips and encrypts a malware sample.
 *
 * @returns why that was not possible
 */
export async function withFile(
	{ file: read }: RunContext,
	input: { file: string | undefined },
	body: NewAttribute,
): Promise<MispError | undefined> {
	return await recover(
		read(input, input.file ?? 'data').then(({ content, fileName }) => {
			if (body.value === '') body.value = fileName ?? '';
			if (body.value === '') throw inputError('The file has no name.', 'Fill in "File Name".');
			if (content.length === 0) throw inputError(`The file "${body.value}" is empty.`);
			if (content.length > MAX_BYTES) {
				throw inputError(
					`The file "${body.value}" is larger than 50 MB.`,
					'MISP takes no more in one request.',
				);
			}
			body.data = content.toString('base64');
			if (body.type === 'malware-sample') body.encrypt = 1;
			return undefined;
		}),
		({ kind }) => kind === 'input',
		(error) => error,
	);
}
