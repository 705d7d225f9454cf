import { setTimeout as wait } from 'node:timers/promises';

/** A machine that does much else is slow, but not wrong. */
const PATIENCE_MS = 120_000;
const EVERY_MS = 500;

/** Waits until it is so. @throws when that takes too long, naming what was waited for */
export async function soon(
	isSo: () => boolean | Promise<boolean>,
	what: string,
	timeoutMs = PATIENCE_MS,
): Promise<void> {
	for (const until = Date.now() + timeoutMs; !(await isSo()); await wait(EVERY_MS)) {
		if (Date.now() > until) throw new Error(`${timeoutMs / 1000} s were too short for ${what}`);
	}
}
