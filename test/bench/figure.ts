export interface Cost {
	seconds: number;
	requests: number;
}

/**
 * One line of the table, as it is written to `bench/results.json`.
 *
 * `ratio` and `goal`: the larger, the better. With n8n's own node beside ours it says how many
 * times faster ours is; where that node cannot do it, how many times the reading fits into its
 * limit, and the goal is 1.
 */
export interface Figure {
	work: string;
	builtIn: Cost | null;
	ours: Cost;
	ratio: number;
	goal: number;
	/** Other readings, by name and unit. */
	more?: Record<string, number>;
	/** Readings that are above their limit, in words. */
	exceeded: string[];
}

interface Reading {
	work: string;
	ours: Cost;
	more?: Record<string, number>;
	/** What a reading may be at most: `requests`, `seconds`, or one of `more`. */
	limits?: Record<string, number>;
}

/** Of three times the same, since what takes a second differs by what else the machine does. */
export async function median<T extends { seconds: number }>(work: () => Promise<T>): Promise<T> {
	const [, middle] = [await work(), await work(), await work()].sort(
		(a, b) => a.seconds - b.seconds,
	);
	return middle as T;
}

const costOf = ({ seconds, requests }: Cost): Cost => ({ seconds, requests });

const shown = (value: number): string => {
	if (Number.isInteger(value)) return String(value);
	return value < 10 ? value.toFixed(3) : value.toFixed(1);
};

/** By how much each reading fits into its limit, worst first. */
function fits({ ours, more, limits = {} }: Reading) {
	const readings: Record<string, number> = { ...ours, ...more };
	return Object.entries(limits)
		.map(([name, limit]) => ({ name, limit, value: readings[name] ?? NaN }))
		.map((one) => ({ ...one, ratio: one.limit / one.value }))
		.sort((a, b) => a.ratio - b.ratio);
}

const exceededIn = (reading: Reading): string[] =>
	fits(reading)
		.filter(({ ratio }) => !(ratio >= 1))
		.map(({ name, value, limit }) => `${name} ${shown(value)} instead of ${limit}`);

/** Both nodes did the same work. */
export function compared(reading: Reading & { builtIn: Cost; goal: number }): Figure {
	const { work, builtIn, ours, more, goal } = reading;
	return {
		work,
		builtIn: costOf(builtIn),
		ours: costOf(ours),
		ratio: builtIn.seconds / ours.seconds,
		goal,
		...(more ? { more } : {}),
		exceeded: exceededIn(reading),
	};
}

/** Ours alone, measured by limits. */
export function limited(
	reading: Reading & { limits: Record<string, number>; builtIn?: Cost },
): Figure {
	const { work, ours, more, builtIn } = reading;
	return {
		work,
		builtIn: builtIn ? costOf(builtIn) : null,
		ours: costOf(ours),
		ratio: fits(reading)[0]?.ratio ?? NaN,
		goal: 1,
		...(more ? { more } : {}),
		exceeded: exceededIn(reading),
	};
}

function cost(cost: Cost | null): string {
	if (cost === null) return '-';
	return `${shown(cost.seconds)} s, ${shown(cost.requests)} req.`;
}

/** What is wrong with a figure, in words; empty when its goal is reached. */
export function missed({ ratio, goal, exceeded }: Figure): string {
	const slow = ratio >= goal || exceeded.length > 0 ? [] : [`${shown(ratio)} instead of ${goal}`];
	return [...slow, ...exceeded].join('; ');
}

export function table(figures: Figure[]): string {
	const head = ['work', 'built-in node', 'ours', 'ratio', 'goal', ''];
	const rows = figures.map((figure) => [
		figure.work,
		cost(figure.builtIn),
		cost(figure.ours),
		shown(figure.ratio),
		shown(figure.goal),
		missed(figure) === '' ? 'reached' : `MISSED: ${missed(figure)}`,
	]);
	const widths = head.map((_, column) =>
		Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
	);
	const line = (row: string[]) =>
		row
			.map((cell, column) => cell.padEnd(widths[column] ?? 0))
			.join('  ')
			.trimEnd();
	const more = figures.flatMap(({ work, more = {} }) =>
		Object.entries(more).map(([name, value]) => `${work}: ${name} ${shown(value)}`),
	);
	return [...[head, ...rows].map(line), '', ...more].join('\n');
}
