import assert from 'node:assert/strict';

/** Runs checks one after the other and prints what became of each. */
export class Report {
	private passed = 0;
	private failed = 0;

	group(title: string): void {
		console.log(`\n${title}`);
	}

	async check(name: string, work: () => Promise<void>): Promise<void> {
		const started = Date.now();
		const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
		try {
			await work();
			this.passed++;
			console.log(`  ok      ${name} (${seconds()})`);
		} catch (error) {
			this.failed++;
			const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
			console.log(`  FAILED  ${name} (${seconds()})\n${text.replace(/^/gm, '          ')}`);
		}
	}

	/** Prints the closing line. A run without a check has failed. */
	close(): boolean {
		console.log(`\n${this.passed} passed, ${this.failed} failed`);
		return this.failed === 0 && this.passed > 0;
	}
}

/** @throws with what is shown when some of the labels are not */
export function assertHas(lines: string[], labels: string[]): void {
	const missing = labels.filter((label) => !lines.includes(label));
	assert.deepEqual(missing, [], `not shown; what is shown: ${lines.filter(Boolean).join(' | ')}`);
}
