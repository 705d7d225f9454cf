import { Cleanups } from '../../scripts/lib/cleanups';

/**
 * Runs a suite that starts processes, and ends this one: with 0 when all was good. What was started
 * is stopped whether the suite ends, fails or is interrupted.
 */
export function runSuite(run: (cleanups: Cleanups) => Promise<boolean>): void {
	const ended = async (): Promise<number> => {
		const cleanups = new Cleanups();
		try {
			const good = await Promise.race([run(cleanups), cleanups.interrupted]);
			return good === true ? 0 : 1;
		} finally {
			await cleanups.run();
		}
	};
	ended().then(
		(code) => process.exit(code),
		(error: unknown) => {
			console.error(error);
			process.exit(1);
		},
	);
}
