import { inputError } from './errors';
import { stricter, TLP_LEVELS, type Tlp } from './tlp';

/** The highest marking that may leave MISP, and what counts for what has none. */
export interface CeilingRule {
	limit: Tlp;
	unmarked: Tlp;
}

/** What is entered in a credential or a node; a blank field says nothing. */
export interface CeilingInput {
	tlpCeiling?: unknown;
	tlpUnmarked?: unknown;
}

const NONE = new Set<unknown>([undefined, null, '', 'none']);

function levelOf(entered: unknown, field: string): Tlp | undefined {
	if (NONE.has(entered)) return undefined;
	const level = TLP_LEVELS.find((known) => known === entered);
	if (level === undefined) throw inputError(`Unknown choice for ${field}: "${String(entered)}".`);
	return level;
}

/**
 * The rule of a credential and of an operation together: the operation can only narrow what the
 * credential lets through.
 *
 * @returns `undefined` when everything may pass: no ceiling, or red
 * @throws MispError of kind `input` for what is no level, since it cannot be known what was meant
 */
export function ceilingRule(
	credential: CeilingInput,
	operation: CeilingInput = {},
): CeilingRule | undefined {
	const [outer, inner] = [credential, operation].map(({ tlpCeiling, tlpUnmarked }) => ({
		limit: levelOf(tlpCeiling, 'TLP Ceiling'),
		unmarked: levelOf(tlpUnmarked, 'Unmarked Counts As'),
	})) as [Partial<CeilingRule>, Partial<CeilingRule>];
	const limits = [outer.limit, inner.limit].filter((limit) => limit !== undefined);
	const limit = TLP_LEVELS.find((level) => limits.includes(level)) ?? 'red';
	if (limit === 'red') return undefined;
	if (outer.limit === undefined) return { limit, unmarked: inner.unmarked ?? 'amber' };
	const unmarked = outer.unmarked ?? 'amber';
	return { limit, unmarked: stricter(unmarked, inner.unmarked ?? unmarked) };
}
