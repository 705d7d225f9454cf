import type {
	IBinaryData,
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
} from 'n8n-workflow';

import { forAi, type ForAi } from './agent/forAi';
import { isTool } from './agent/tool';
import type { Fields, InputOf } from './field';
import { FileRow, fileLeftOut, storedFile } from './files';
import { handOver, type HandOver } from './handOver';
import { maxRows } from './limits';
import type { Operation, Rows } from './operation';
import { present } from './output';

type Input = InputOf<Fields>;

/** What every operation offers at the end of its form. */
type Options = HandOver & ForAi & { raw?: boolean };

/** What one item asks for, and whether it gets a compact answer. */
interface Wanted {
	input: Input;
	compact: boolean;
}

/** The rows of one item. An iterator is stopped at the limit, so that it asks for no further page. */
export async function* rowsOf(
	returned: Rows,
	max: number,
): AsyncGenerator<unknown, void, undefined> {
	const result = await returned;
	if (result === undefined) return;
	if (result === null || typeof result !== 'object' || !isIterable(result)) return yield result;
	let left = max;
	for await (const row of result) {
		yield row;
		left -= 1;
		if (left <= 0) return;
	}
}

const isIterable = (value: object): value is AsyncIterable<unknown> | unknown[] =>
	Symbol.asyncIterator in value || Array.isArray(value);

/** Whether the rows of an item become one compact answer: in a tool, unless its owner wants rows. */
export function isCompact(node: INode, input: Input): boolean {
	const { raw = false, forAi: wanted } = input.options as Options;
	return wanted ?? (isTool(node) && !raw);
}

/**
 * The rows of one item as they leave the node. Each is taken as it comes, so that what MISP sent is
 * not held beside it, and a file is stored while it arrives.
 */
export async function itemsOf(
	context: IExecuteFunctions,
	operation: Operation,
	rows: AsyncIterable<unknown> | unknown[],
	{ input, compact }: Wanted,
	{ index, baseUrl }: { index: number; baseUrl: string },
): Promise<INodeExecutionData[]> {
	const options = input.options as Options;
	const raw = options.raw === true && !compact;
	const fileOf = async (row: FileRow): Promise<{ row: unknown; data?: IBinaryData }> =>
		compact ? { row: await fileLeftOut(row) } : await storedFile(context, row);
	const items: INodeExecutionData[] = [];
	for await (const row of rows) {
		const file = row instanceof FileRow ? await fileOf(row) : undefined;
		const shown = present(file?.row ?? row, operation.row, raw, baseUrl);
		items.push({
			json: handOver(shown, options) as IDataObject,
			...(file?.data ? { binary: { data: file.data } } : {}),
			pairedItem: { item: index },
		});
	}
	return items;
}

/** The items of one that came in as a single one for a model, with what the node remarks on the run. */
export function compactItem(
	operation: Operation,
	items: INodeExecutionData[],
	input: Input,
	index: number,
	answer: { baseUrl: string; remarks: string[] },
): INodeExecutionData {
	const { forAiBudget: budget } = input.options as Options;
	const limit = maxRows(operation.fields, input);
	const rows = items.map(({ json }) => json);
	const json = forAi(rows, { ...answer, budget, limit }) as IDataObject;
	return { json, pairedItem: { item: index } };
}
