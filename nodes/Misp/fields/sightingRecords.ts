import type { Misp } from '../client/client';
import { path } from '../definition';
import { ownOrganisation } from './ownOrganisation';
import type { SightingReply } from './sighting';

/** A sighting as MISP has it; without its id where only that it was recorded is known. */
export interface KnownSighting {
	Sighting: { [Key in keyof SightingReply['Sighting']]?: string | undefined };
}

/** What is recorded of a sighting besides its attribute. */
export interface Details {
	type: string;
	source?: string | undefined;
	/** Epoch seconds; now when left out. */
	time?: number | undefined;
}

const searchSightings = async (
	misp: Misp,
	filters: Record<string, unknown>,
): Promise<SightingReply[]> =>
	await misp.post(path`/sightings/restSearch`, filters, { read: true, unwrap: 'response' });

/**
 * All sightings that MISP recorded by one request, of which it returned only the last: those of the
 * same organisation, time, type and source that are not younger, the newest of each attribute.
 * `POST /sightings/restSearch`, where `from` and `to` include their ends.
 *
 * @returns by the ids of the attributes
 */
export async function recordedWith(
	misp: Misp,
	{ Sighting: last }: SightingReply,
): Promise<Map<string, SightingReply>> {
	const { date_sighting: date, type, source } = last;
	const found = await searchSightings(misp, {
		from: date,
		to: date,
		type,
		...(source === '' ? {} : { source }),
	});
	const newest = new Map<string, SightingReply>();
	for (const row of found.sort((a, b) => Number(a.Sighting.id) - Number(b.Sighting.id))) {
		const { id, org_id: org, source: from, attribute_id: on } = row.Sighting;
		if (org === last.org_id && from === source && Number(id) <= Number(last.id))
			newest.set(String(on), row);
	}
	return newest;
}

/** What is to be recorded, unless it was before. */
interface Repeatable extends Details {
	/** For one without a time: how many hours ago it may have been recorded. */
	within: number;
}

/** An expiration replaces the one before, so that a repeat doubles nothing. */
const counts = ({ type }: Details): boolean => type !== '2';

const when = ({ time, within }: Repeatable): string =>
	time === undefined ? `${within}h` : String(time);

const DAY = 86_400;

/** Times in stretches that are short enough to be asked for: what is a day apart is asked for apart. */
function stretches(times: number[]): Array<{ from: number; to: number }> {
	const all: Array<{ from: number; to: number }> = [];
	for (const time of [...new Set(times)].sort((a, b) => a - b)) {
		const last = all.at(-1);
		if (last && time - last.from <= DAY) last.to = time;
		else all.push({ from: time, to: time });
	}
	return all;
}

const keyOf = (attribute: string, type: string, source: string | undefined, seen: string): string =>
	JSON.stringify([attribute, type, source ?? '', seen].map(String));

/** The sightings of the own organisation that a repeat would double. */
export class Recorded {
	private readonly known = new Map<string, KnownSighting>();

	/**
	 * Reads what may be there already, in one request for all where their times allow it.
	 * `POST /sightings/restSearch`, `GET /users/view/me`
	 */
	async read(misp: Misp, wanted: Repeatable[]): Promise<void> {
		const asked = wanted.filter(counts);
		if (asked.length === 0) return;
		const organisation = await ownOrganisation(misp);
		const types = [...new Set(asked.map(({ type }) => type))];
		const sources = [...new Set(asked.map(({ source = '' }) => source))];
		const same = {
			...(types.length === 1 ? { type: types[0] } : {}),
			...(sources.length === 1 && sources[0] !== '' ? { source: sources[0] } : {}),
		};
		const read = async (period: Record<string, unknown>, as: (date: string) => string) => {
			for (const row of await searchSightings(misp, { ...period, ...same })) {
				const { attribute_id: on, org_id: org, type, source, date_sighting: date } = row.Sighting;
				if (String(org) === organisation) this.known.set(keyOf(on, type, source, as(date)), row);
			}
		};
		const untimed = asked.filter(({ time }) => time === undefined);
		for (const last of new Set(untimed.map(when))) await read({ last }, () => last);
		const times = asked.flatMap(({ time }) => time ?? []);
		for (const period of stretches(times)) await read(period, (date) => date);
	}

	find(attribute: string, one: Repeatable): KnownSighting | undefined {
		return this.known.get(keyOf(attribute, one.type, one.source, when(one)));
	}

	add(attribute: string, one: Repeatable, row: KnownSighting): void {
		if (counts(one)) this.known.set(keyOf(attribute, one.type, one.source, when(one)), row);
	}
}
