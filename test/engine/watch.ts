import { Trigger, type TriggerOptions } from './pollEngine';
import type { Lab, Setting } from './support';

/** Longer than what a poll leaves for rows that are being stored. */
const A_WHILE = 10;

/** A trigger against the sandbox of a lab, whose clock is n8n’s clock too. */
export class Watching extends Trigger {
	constructor(
		private readonly lab: Lab,
		watch: string,
		parameters: Record<string, unknown> = {},
		setting: Setting = {},
		options: TriggerOptions = {},
	) {
		super({ watch, ...parameters }, lab.credential({ access: 'read', ...setting }), {
			clock: () => lab.world.now(),
			...options,
		});
	}

	/** Stops the clock, saves the credential and activates the workflow; there is nothing new yet. */
	async begin(): Promise<this> {
		this.lab.world.stopClock();
		await this.lab.savedCredential({ credential: this.credential });
		expect(await this.activate()).toEqual([]);
		return this;
	}

	/** What a poll gives some seconds later. */
	async next(): Promise<Array<Record<string, unknown>>> {
		this.lab.world.advance(A_WHILE);
		return await this.rows();
	}

	/** All that comes until a poll gives nothing and has nothing left. */
	async drained(): Promise<Array<Record<string, unknown>>> {
		const all: Array<Record<string, unknown>> = [];
		// Sources take turns: so many polls look at each of four.
		for (let quiet = 0; quiet < 7; ) {
			const rows = await this.next();
			all.push(...rows);
			quiet = rows.length === 0 ? quiet + 1 : 0;
		}
		return all;
	}
}
