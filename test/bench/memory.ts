/** How much more memory a process takes while it works than when it began, in MB. */
export async function growthOf<T>(
	work: () => Promise<T>,
): Promise<{ result: T; growthMb: number }> {
	globalThis.gc?.();
	const before = process.memoryUsage.rss();
	let peak = before;
	const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
	try {
		const result = await work();
		peak = Math.max(peak, process.memoryUsage.rss());
		return { result, growthMb: (peak - before) / 1024 / 1024 };
	} finally {
		clearInterval(timer);
	}
}
