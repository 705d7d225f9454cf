import * as z from 'zod/v4';

import { isTimeFilter } from '../client/filters';
import { optional, type Field, type FieldTexts } from './field';
import { dateText } from './inputs';
import { text } from './texts';
import { zoned } from './zone';

/** "5d", a date, or epoch seconds. */
export function time(displayName: string, more: FieldTexts): Field<string | undefined> {
	const wanted =
		'must be a date (2026-11-24 or 2026-11-24T08:00:00Z), a relative time (5d, 12h, 30m) or epoch seconds';
	const schema = () =>
		z.preprocess(
			dateText,
			z.union([z.string(), z.number()], wanted).transform(String).refine(isTimeFilter, wanted),
		) as z.ZodType<string>;
	return zoned({
		...text(displayName, { placeholder: 'e.g. 5d, 12h or 2026-11-24', ...more }),
		schema: optional(schema),
	});
}
