/** A clock that does not wait: whoever wants to wait for a minute finds it over at once. */

const realNow = Date.now.bind(Date);

let ahead = 0;

const soon = (work: () => void) => void setImmediate(work);

/** In place of `node:timers/promises`. */
export const timers = {
	setTimeout: async (ms = 0) => {
		ahead += ms;
		await new Promise<void>((resolve) => soon(resolve));
	},
};

/** Time passes at once from now on, also for libraries. */
export function passAtOnce(): void {
	Date.now = () => realNow() + ahead;
	globalThis.setTimeout = ((work: () => void, ms = 0) => {
		ahead += ms;
		soon(work);
	}) as unknown as typeof setTimeout;
}
