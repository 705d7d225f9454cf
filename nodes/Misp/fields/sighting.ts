import {
	locator,
	MispError,
	path,
	required,
	type ListEntry,
	type LoadContext,
} from '../definition';

export interface SightingReply {
	Organisation?: { name: string };
	Sighting: {
		id: string;
		attribute_id: string;
		event_id: string;
		org_id: string;
		date_sighting: string;
		source: string;
		type: string;
		value?: string;
	};
}

export const SIGHTING_TYPES = [
	{ value: '0', name: 'Sighting' },
	{ value: '1', name: 'False Positive' },
	{ value: '2', name: 'Expiration' },
] as const;

/** Those of the last days, or the ones on a value that contains the search text. */
async function searchSightings({ misp, search }: LoadContext): Promise<ListEntry[]> {
	const found = await misp.post<SightingReply[]>(
		path`/sightings/restSearch`,
		{ returnFormat: 'json', last: '7d' },
		{ read: true, unwrap: 'response' },
	);
	const wanted = search.toLowerCase();
	return found
		.filter(
			({ Sighting: { id, value = '' } }) => id === search || value.toLowerCase().includes(wanted),
		)
		.sort((a, b) => Number(b.Sighting.id) - Number(a.Sighting.id))
		.slice(0, 50)
		.map(({ Sighting: { id, value = '', type, date_sighting: date } }) => {
			const kind = SIGHTING_TYPES.find((one) => one.value === type)?.name ?? type;
			const day = new Date(Number(date) * 1000).toISOString().slice(0, 10);
			return { name: `#${id} ${value} (${kind}, ${day})`, value: id };
		});
}

export const sightingLocator = required(
	locator('Sighting', {
		loader: 'searchSightings',
		load: searchSightings,
		page: 'sightings/view',
		example: '56',
		description:
			'The sighting: from the list of the last 7 days, or by the ID or UUID that "Search" and "Create" return',
	}),
);

export const missingSighting = (sighting: string, { status, request }: MispError): MispError =>
	new MispError('notFound', `MISP has no sighting ${sighting}, or this key may not see it.`, {
		status,
		request,
		hint: 'It may have been deleted. "Search" lists those that this key may see.',
	});
