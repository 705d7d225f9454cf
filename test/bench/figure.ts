interface Cost {
	seconds: number;
	requests: number;
}

/** One line of the table. */
export interface Figure {
	work: string;
	/** n8n’s own node, where it can do this at all. */
	builtIn: Cost | null;
	ours: Cost;
	/** Other readings, by name and unit. */
	more?: Record<string, number>;
	/** What a reading should be at most. */
	goals?: Record<string, number>;
}

const shown = (value: number): string => (value < 10 ? value.toFixed(3) : value.toFixed(1));

/** The readings of a figure that are above their goal. */
function missed({ ours, more = {}, goals = {} }: Figure): string[] {
	const readings: Record<string, number> = { ...ours, ...more };
	return Object.entries(goals)
		.filter(([name, goal]) => !((readings[name] ?? Infinity) <= goal))
		.map(([name, goal]) => `${name} ${shown(readings[name] ?? NaN)}, not ${goal} or less`);
}

export function table(figures: Figure[]): string {
	return figures
		.map((figure) => {
			const readings = { seconds: figure.ours.seconds, requests: figure.ours.requests };
			const parts = Object.entries({ ...readings, ...figure.more }).map(
				([name, value]) => `${name}: ${shown(value)}`,
			);
			const goal = missed(figure);
			const verdict = goal.length === 0 ? 'reached' : `MISSED (${goal.join('; ')})`;
			return `${figure.work}\n  ${parts.join(', ')}\n  goals: ${verdict}`;
		})
		.join('\n');
}
