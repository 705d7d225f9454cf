import { poll, STATE_BYTES, type State } from '../../../nodes/Misp/polling/poll';
import { apply, type History, type PollStep } from './steps';
import { WATCHES } from './watches';
import { World, type Row, type Seen } from './world';

export type { History } from './steps';

function frozen<Value>(value: Value): Value {
	if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
	return Object.freeze(value);
}

interface Kept {
	state: State | undefined;
	/** What was handed on up to this state: key, and `published` at that time. */
	handedOn: ReadonlyMap<string, number>;
}

/**
 * Lives through a history and judges what the polls hand on.
 *
 * @throws Error that says what was missed, repeated, or else done wrong
 */
export async function live(history: History): Promise<void> {
	const { kind, pageSize, limit, overlap, lookBack } = history;
	const world = new World();
	const watch = WATCHES[kind](world, pageSize);
	const isVersions = watch.once === 'version';
	const keyOf = (id: number, version: number) => (isVersions ? `${id}@${version}` : `${id}`);
	for (const step of history.before) {
		if (step.do === 'wait') world.pass(step.seconds);
		else apply(world, step, kind);
	}
	/** What was there before the first poll. */
	const first = {
		time: world.time,
		clock: world.clock,
		since: history.since === undefined ? undefined : world.clock - history.since,
		nextId: world.nextId,
	};
	const start = first.since ?? first.clock;
	let latest = world.clock;
	const kept: Kept[] = [{ state: undefined, handedOn: new Map() }];

	const isOld = ({ timestamp, published, foreign, shown, created }: Row): boolean => {
		// One that shows up later is new to everybody, whenever it was made.
		const isSince = first.since !== undefined && created < first.since;
		if (!isVersions) return isSince && shown < first.time;
		const isRepublished = foreign && published >= start;
		return timestamp < start && shown < first.time && !isRepublished;
	};

	const pollOnce = async (step: PollStep): Promise<{ behind: boolean; rows: number }> => {
		const { state, handedOn } = kept.at(-1) as Kept;
		const begin = world.reads;
		const during = [...(step.during ?? [])];
		world.beforeRead = () => {
			const count = world.reads - begin;
			const change = count > 0 ? during.shift() : undefined;
			if (change) apply(world, change, kind);
			if (step.fault === count) throw new Error('fault');
		};
		const options = {
			now: world.clock,
			...(first.since === undefined ? {} : { since: first.since }),
			limit,
			overlap,
			lookBack,
			isSpent: () => step.reads !== undefined && world.reads - begin >= step.reads,
		};
		latest = Math.max(latest, world.clock);
		const result = await poll(watch, state, options).catch((error: Error) => {
			if (error.message !== 'fault') throw error;
		});
		world.beforeRead = () => undefined;
		if (!result) return { behind: true, rows: 0 };
		const next = new Map(handedOn);
		const last = new Map<string, number>();
		if (result.rows.length > limit) throw new Error(`${result.rows.length} rows in one poll`);
		for (const { id, data } of result.rows) {
			const { source, version, at } = data as Seen;
			const key = keyOf(id, version);
			const row = world.rows.get(id);
			const place = source === 'id' ? id : at;
			if (place < (last.get(source) ?? 0)) throw new Error(`${source}: ${place} is out of order`);
			last.set(source, place);
			const before = next.get(key);
			// Nobody can tell such a publication from a newer version with an old stamp.
			const isForgotten =
				isVersions &&
				row?.foreign === true &&
				version < Math.max(start, latest - lookBack) &&
				source === 'published' &&
				(at > (before ?? 0) || world.skew < 0);
			if (before !== undefined && !isForgotten) throw new Error(`${key} came twice`);
			if (row?.timestamp === version && isOld(row)) throw new Error(`${key} is an old one`);
			next.set(key, source === 'published' ? at : (row?.published ?? 0));
		}
		const text = JSON.stringify(result.state);
		if (text.length > STATE_BYTES) throw new Error(`The state has ${text.length} characters`);
		if (step.lost !== true) {
			kept.push({ state: frozen(JSON.parse(text) as State), handedOn: next });
		}
		return { behind: result.behind, rows: result.rows.length };
	};

	const drain = async (): Promise<void> => {
		for (let polls = 0; ; polls += 1) {
			const { behind, rows } = await pollOnce({ do: 'poll' });
			if (!behind && rows === 0) return;
			if (polls > 300) throw new Error('The polls stay behind');
		}
	};

	await pollOnce({ do: 'poll' });
	for (const step of history.steps) {
		if (step.do === 'wait') world.pass(step.seconds);
		else if (step.do === 'poll') await pollOnce(step);
		else if (step.do === 'restore') kept.splice(Math.max(2, kept.length - step.back));
		else if (step.do === 'setBack') {
			world.skew -= step.seconds;
			await pollOnce({ do: 'poll' });
		} else apply(world, step, kind);
	}
	// Everything is committed, and each source looks back once more.
	const reach = world.clock + overlap + 961 - lookBack;
	for (let round = 0; round < 3; round += 1) {
		world.pass(round === 0 ? overlap + 10 : 901);
		await drain();
	}

	const { handedOn } = kept.at(-1) as Kept;
	for (const row of world.visible()) {
		if (kind === 'unordered' && row.parent === row.id) continue;
		const { id, timestamp, published, foreign, arrived, created } = row;
		const isSeen = !foreign || published > 0 || timestamp > Math.max(reach, start);
		const isNew = isVersions
			? arrived > first.time || (first.since !== undefined && timestamp >= first.since)
			: id >= first.nextId || (first.since !== undefined && created > first.since);
		if ((isSeen || !isVersions) && isNew && !handedOn.has(keyOf(id, timestamp))) {
			throw new Error(`${keyOf(id, timestamp)} was missed`);
		}
	}

	for (let idle = 0; idle < 3; idle += 1) {
		world.pass(10);
		const before = world.reads;
		const { rows } = await pollOnce({ do: 'poll' });
		if (rows > 0) throw new Error('An idle poll has rows');
		if (world.reads - before !== 1) {
			throw new Error(`An idle poll took ${world.reads - before} requests`);
		}
	}
}
