import type { Misp } from '../client/client';
import { locator, path, required, type ListEntry, type LoadContext } from '../definition';

export interface DecayingModelRow {
	DecayingModel: {
		id: string;
		name: string;
		enabled: boolean;
		description?: string | null;
		attribute_types?: string[] | null;
		[more: string]: unknown;
	};
	[beside: string]: unknown;
}

/** `GET /decayingModel/index`: all that the user may see. */
export const fetchDecayingModels = async (misp: Misp): Promise<DecayingModelRow[]> =>
	await misp.get(path`/decayingModel/index`);

async function searchDecayingModels({ misp, search }: LoadContext): Promise<ListEntry[]> {
	const rows = await fetchDecayingModels(misp);
	return rows
		.map(({ DecayingModel: { id, name, description } }) => ({
			name,
			value: id,
			...(description ? { description } : {}),
		}))
		.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
}

export const decayingModelLocator = required(
	locator('Decaying Model', {
		loader: 'searchDecayingModels',
		load: searchDecayingModels,
		page: 'decayingModel/view',
		example: '3',
		numeric: true,
		description: 'The model that says how fast an indicator loses its value',
	}),
);
