import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { inputError } from '../client/errors';
import { required } from './field';
import { text } from './inputs';

/** A row that comes with a file, which n8n keeps in its binary store. */
export class FileRow {
	constructor(
		/** The row beside the file. */
		readonly row: Record<string, unknown>,
		readonly content: Buffer,
		readonly fileName: string,
		readonly mimeType?: string,
	) {}
}

/** A file that came in with an item. */
export interface IncomingFile {
	content: Buffer;
	fileName: string | undefined;
	mimeType: string;
}

/** Which file of the incoming item is meant. */
export const fileField = required(
	text('Input Data Field Name', {
		placeholder: 'e.g. data',
		hint: 'The name of the input field containing the binary file data to be processed',
	}),
);
fileField.property = { ...fileField.property, default: 'data' };

/** The file in field `name` of an item. @throws MispError of kind `input` when there is none */
export async function incomingFile(
	context: IExecuteFunctions,
	index: number,
	name: string,
): Promise<IncomingFile> {
	const files = context.getInputData()[index]?.binary ?? {};
	const file = Object.hasOwn(files, name) ? files[name] : undefined;
	if (!file) {
		const there = Object.keys(files);
		throw inputError(
			`This item has no file in the field "${name.slice(0, 100)}".`,
			there.length === 0
				? 'It has no file at all: connect a node that gives one, such as HTTP Request with a file as response.'
				: `It has files in: ${there.join(', ')}.`,
		);
	}
	return {
		content: await context.helpers.getBinaryDataBuffer(index, name),
		fileName: file.fileName,
		mimeType: file.mimeType,
	};
}

export const storedFile = async (
	context: IExecuteFunctions,
	{ content, fileName, mimeType }: FileRow,
): Promise<IBinaryData> => await context.helpers.prepareBinaryData(content, fileName, mimeType);
