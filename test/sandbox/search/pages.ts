/** The lists that MISP pages with the parameters of the path. */
import { refuse, type Named } from '../http';

const DEFAULT_LIMIT = 60;

/** `/sort:x/direction:desc` as an order. */
export function sortOf({ sort, direction = 'asc' }: Named): string | undefined {
	return sort === undefined ? undefined : `${sort} ${direction}`;
}

/** The page that `/limit:N/page:M` ask for; a page past the end is not found. */
export function paginated<Row>(rows: Row[], named: Named, standard = DEFAULT_LIMIT): Row[] {
	const limit = Math.max(1, Number(named.limit) || standard);
	const page = Math.max(1, Number(named.page) || 1);
	const from = (page - 1) * limit;
	if (page > 1 && from >= rows.length) throw refuse.notFound('Not Found');
	return rows.slice(from, from + limit);
}
