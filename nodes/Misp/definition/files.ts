import type { Readable } from 'node:stream';

import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { inputError } from '../client/errors';
import { required } from './field';
import { text } from './texts';

type Row = Record<string, unknown>;

/** A row that comes with a file, which n8n keeps in its binary store. */
export class FileRow {
	constructor(
		private readonly beside: Row | (() => Row),
		/** What fails while it is read fails the item, and leaves no file. */
		readonly content: Buffer | Readable,
		readonly fileName: string,
		readonly mimeType?: string,
	) {}

	/** The row beside the file, as far as it is known before the file was read. */
	get row(): Row {
		return typeof this.beside === 'function' ? this.beside() : this.beside;
	}
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

/** Stores the file of a row, whose `size` in bytes is known then. */
export async function storedFile(
	context: IExecuteFunctions,
	file: FileRow,
): Promise<{ row: Row; data: IBinaryData }> {
	const { content, fileName, mimeType } = file;
	const data = await context.helpers.prepareBinaryData(content, fileName, mimeType);
	return { row: { ...file.row, size: data.bytes }, data };
}

/**
 * The row of a file where none can be handed over. It is read all the same, since the row tells what
 * is in it.
 */
export async function fileLeftOut(file: FileRow): Promise<Row> {
	const { content, fileName } = file;
	let size = 0;
	for await (const chunk of Buffer.isBuffer(content) ? [content] : content)
		size += (chunk as Buffer).length;
	const remark = 'The file is left out: a language model cannot read it here.';
	return { ...file.row, file: fileName, size, remark };
}
