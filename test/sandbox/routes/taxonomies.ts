/** /taxonomies: index and view */
import { answer, refuse, type Call, type Json } from '../http';
import { tagFull } from '../present';
import type { Controller } from '../router';
import type { TaxonomyRow } from '../rows';

function head(row: TaxonomyRow): Json {
	return {
		id: String(row.id),
		namespace: row.namespace,
		description: row.description,
		version: row.version,
		enabled: row.enabled,
		exclusive: row.exclusive,
		required: false,
		highlighted: false,
	};
}

/** Whatever is asked for, all of them. */
function index({ world }: Call) {
	return answer(
		[...world.taxonomies.values()].map((row) => ({
			Taxonomy: head(row),
			total_count: row.entries.length,
			current_count: row.entries.filter(({ tag }) => world.tag(tag) !== undefined).length,
		})),
	);
}

function view({ world, args }: Call) {
	const wanted = args[0] ?? '';
	const row = [...world.taxonomies.values()].find(
		({ id, namespace }) => String(id) === wanted || namespace === wanted,
	);
	if (row === undefined) throw refuse.notFound('Taxonomy not found.');
	return answer({
		Taxonomy: head(row),
		entries: row.entries.map(({ tag, expanded }) => {
			const existing = world.tag(tag);
			return {
				tag,
				expanded,
				exclusive_predicate: false,
				existing_tag: existing === undefined ? false : { Tag: tagFull(existing) },
			};
		}),
	});
}

export const taxonomies: Controller = { index: { run: index }, view: { run: view } };
