import type { Misp } from '../client/client';
import { path } from '../definition';

export interface SightingReply {
	Sighting: {
		id: string;
		attribute_id: string;
		org_id: string;
		date_sighting: string;
		source: string;
		type: string;
		value?: string;
	};
}

/** Values may be combined, as in filename|md5: a sighting of a part counts for the whole. */
const isOn = (value: string, whole = ''): boolean =>
	[whole, ...whole.split('|')].some((part) => part.toLowerCase() === value.toLowerCase());

/**
 * All sightings that MISP recorded for a value, when it returned only the last of them: those of
 * the same organisation, time, type and source that are not younger, the newest of each attribute.
 * `POST /sightings/restSearch`, where `from` and `to` include their ends.
 */
export async function recordedWith(
	misp: Misp,
	{ Sighting: last }: SightingReply,
	value: string,
): Promise<SightingReply[]> {
	const { date_sighting: date, type, source } = last;
	const found = await misp.post<SightingReply[]>(
		path`/sightings/restSearch`,
		{ from: date, to: date, type, ...(source === '' ? {} : { source }) },
		{ read: true, unwrap: 'response' },
	);
	const newest = new Map<string, SightingReply>();
	for (const row of found.sort((a, b) => Number(a.Sighting.id) - Number(b.Sighting.id))) {
		const { id, org_id: org, source: from, value: whole, attribute_id: on } = row.Sighting;
		const same = org === last.org_id && from === source && Number(id) <= Number(last.id);
		if (same && isOn(value, whole)) newest.set(on, row);
	}
	return [...newest.values()];
}
