/** /taxonomies: index and view */
import { answer, refuse, type Call } from '../http';
import { tagFull, taxonomyHead } from '../present';
import type { Controller } from '../router';

/** Whatever is asked for, all of them. */
function index({ world }: Call) {
	return answer(
		[...world.taxonomies.values()].map((row) => ({
			Taxonomy: taxonomyHead(row),
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
		Taxonomy: taxonomyHead(row),
		entries: row.entries.map(({ tag, expanded }) => {
			const existing = world.tag(tag);
			return {
				tag,
				expanded,
				exclusive_predicate: row.exclusivePredicates.some((one) =>
					tag.startsWith(`${row.namespace}:${one}=`),
				),
				existing_tag: existing === undefined ? false : { Tag: tagFull(existing) },
			};
		}),
	});
}

export const taxonomies: Controller = { index: { run: index }, view: { run: view } };
