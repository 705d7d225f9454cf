/** What must not come of any run, whatever was entered and whatever MISP answered. */
import type { Operation } from '../../nodes/Misp/definition/operation';
import { strays } from './endpoints';
import { pollution } from './hostile';
import { KEY, type Outcome } from './node';
import { isOurs, ofProgram } from './programErrors';

const rejections: unknown[] = [];
process.on('unhandledRejection', (reason) => void rejections.push(reason));

/** Longer ones repeat what was entered. */
const MAX_MESSAGE = 5_000;

/** How long one run may take the processor, in seconds: a bound for what would take for ever. */
const MAX_SECONDS = 10;

/** The texts of an error that people, n8n's database and its log get to see. */
const textsOf = (error: Error): string =>
	[
		error.message,
		(error as { description?: string }).description,
		error.stack,
		JSON.stringify(error),
	].join('\n');

/** Every fault of a run, in words; none for a good one. */
export async function faultsOf(
	work: () => Promise<Outcome>,
	operation: Operation,
): Promise<string[]> {
	const before = process.cpuUsage();
	const { error, items, sent, hints, endless } = await work();
	const seconds = process.cpuUsage(before).user / 1_000_000;
	const errors = [error, ...items.map((item) => item.error)].filter((one) => one !== undefined);
	return [
		...ofProgram.splice(0).map(({ stack, message }) => `programming error: ${stack ?? message}`),
		...errors.filter((one) => !isOurs(one)).map((one) => `not an error for people: ${one.stack}`),
		...errors
			.filter(({ message }) => message.length > MAX_MESSAGE)
			.map(({ message }) => `an error of ${message.length} characters: ${message.slice(0, 500)}`),
		...errors.filter((one) => textsOf(one).includes(KEY)).map((one) => `key in: ${one.message}`),
		...(hints.some((hint) => hint.includes(KEY)) ? ['key in a hint'] : []),
		...strays(sent, operation).map((request) => `request elsewhere: ${request}`),
		...pollution().map((name) => `polluted: ${name}`),
		...rejections.splice(0).map((reason) => `nobody waits for: ${String(reason)}`),
		...(endless ? ['requests without end'] : []),
		...(seconds > MAX_SECONDS ? [`${seconds} s of computing`] : []),
	];
}
