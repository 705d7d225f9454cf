import type { Measured } from './engine';

/**
 * What was measured must also be right: one answer for each item, in its place and about what that
 * item asked.
 *
 * @throws Error which ends the bench
 */
export function rightAnswers(
	{ items, pairedInOrder, rows }: Measured,
	asked: unknown[],
	about: (row: Record<string, unknown>) => unknown,
): void {
	if (items !== asked.length) throw new Error(`${items} answers to ${asked.length} items.`);
	if (!pairedInOrder) throw new Error('The answers do not belong to the items in their order.');
	const wrong = rows.findIndex((row, at) => about(row) !== asked[at]);
	if (wrong >= 0 || rows.length !== items) {
		throw new Error(
			`Item ${wrong} asked about ${String(asked[wrong])}, the answer is ${JSON.stringify(rows[wrong])}.`,
		);
	}
}
