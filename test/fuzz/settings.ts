/**
 * How much is tried, and which case again; see CONTRIBUTING.md.
 *
 * - `MISP_FUZZ_CASES`: cases of one test file, over all that it tries. Without it a small part.
 * - `MISP_FUZZ_SEED`, `MISP_FUZZ_PATH`: as a failed case names them.
 */
import type { Parameters } from 'fast-check';

const { MISP_FUZZ_CASES, MISP_FUZZ_SEED, MISP_FUZZ_PATH } = process.env;

const CASES = Number(MISP_FUZZ_CASES ?? 1_500);

/** fast-check's parameters for one of `parts` that share the cases of a file. */
export const casesOf = <T>(parts: number): Parameters<T> => ({
	numRuns: Math.ceil(CASES / parts),
	...(MISP_FUZZ_SEED === undefined ? {} : { seed: Number(MISP_FUZZ_SEED) }),
	...(MISP_FUZZ_PATH === undefined ? {} : { path: MISP_FUZZ_PATH }),
});

/** Time for one part: what takes longer hangs. */
export const PART_MS = Math.max(60_000, CASES * 10);
