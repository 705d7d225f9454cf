import { MispError, UNKNOWN_OUTCOME, type MispErrorKind } from '../client/errors';

/** Failures that every other item would meet too, and how many in a row make that sure. */
const HOPELESS: Partial<Record<MispErrorKind, number>> = {
	authentication: 1,
	tls: 1,
	maintenance: 1,
	network: 3,
	timeout: 3,
};

/**
 * Why the next item need not be tried: a thousand items against a MISP that is down would wait
 * through the retries of each, and MISP logs every use of a wrong key.
 */
export function whyPointless(inARow: Error[]): MispError | undefined {
	const last = inARow.at(-1);
	if (!(last instanceof MispError)) return undefined;
	const enough = HOPELESS[last.kind] ?? Infinity;
	const same = inARow.slice(-enough).filter((e) => e instanceof MispError && e.kind === last.kind);
	if (same.length < enough) return undefined;
	return new MispError(
		last.kind,
		`Not tried, since the items before failed: ${last.message.replace(UNKNOWN_OUTCOME, '')}`,
		last,
	);
}
