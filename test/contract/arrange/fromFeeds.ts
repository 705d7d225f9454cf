/** Arranging steps for the caches of feeds. */
import { entries, isRow } from '../import';
import { type Arrange, EXACT } from './stage';

const text = (value: unknown) => String(value ?? '');

export const importCaches: Arrange = ({ world, one, shown }) => {
	const { body, line } = one.request;
	const asked = isRow(body) ? body.value : line.split(/[/:]/).at(-1);
	const hits = isRow(shown) ? Object.entries(shown) : [[text(asked), shown] as const];
	for (const [value, list] of hits) {
		const feeds = entries(list).flatMap(({ Feed }) => (isRow(Feed) ? [Feed] : []));
		world.feedCaches.set(
			value.toLowerCase(),
			feeds.map(({ id, name, url, source_format }) => ({
				id: text(id),
				name: text(name),
				url: text(url),
				source_format: text(source_format),
			})),
		);
	}
	return EXACT;
};
