import type { AccessLevel } from '../../nodes/Misp/client/access';
import type { BuiltIn, Parameters } from '../builtIn';
import { jsonText } from '../expressions';
import type { Conversion } from './conversion';

/** What has no operation of its own here: the same request, by API Request > Send. */

interface Request {
	path(old: BuiltIn): string;
	body?(old: BuiltIn): Parameters;
	output?: string;
	differs?: readonly string[];
}

export const requestOf = (
	method: 'GET' | 'POST' | 'PUT' | 'DELETE',
	access: AccessLevel,
	{ path, body, output, differs }: Request,
): Conversion => ({
	to: ['apiRequest', 'send'],
	access,
	parameters: (old) => ({
		method,
		path: path(old),
		...(body ? { body: jsonText(body(old)) } : {}),
	}),
	...(output === undefined ? {} : { output }),
	...(differs === undefined ? {} : { differs }),
});

/** MISP's own reply has the row in an envelope, which the built-in node took off. */
export const enveloped = (name: string): string =>
	`The fields are under "${name}", as MISP sends them: $json.id is now $json.${name}.id.`;

/** MISP sends such a list whole; the built-in node cut it. */
export function wholeList(old: BuiltIn): void {
	const returnAll = old.value('returnAll');
	const limit = old.value('limit');
	if (returnAll === true) return;
	old.remark(
		`The limit of ${String(limit)} is not kept, since MISP sends the whole list. Put a Limit node behind this one where it matters.`,
	);
}
