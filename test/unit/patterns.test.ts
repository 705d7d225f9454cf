import 'reflect-metadata';

import { MispScopedApi } from '../../credentials/MispScopedApi.credentials';
import { Misp } from '../../nodes/Misp/Misp.node';
import { MispTrigger } from '../../nodes/Misp/MispTrigger.node';

/** Where in a description n8n is given a regular expression: `validation`, `extractValue`, `_cnd`. */
function patternsIn(value: unknown, at: string): string[] {
	if (value === null || typeof value !== 'object') return [];
	return Object.entries(value).flatMap(([key, inner]) =>
		key === 'regex' ? [`${at}: ${String(inner)}`] : patternsIn(inner, `${at}.${key}`),
	);
}

// n8n runs them before each execution, for a quarter of a second by the clock at most: where a worker
// has more to do than its machine can, executions failed of harmless ones.
it.each([
	['the node', new Misp().description],
	['the trigger', new MispTrigger().description],
	['the credential', new MispScopedApi()],
])('the form of %s gives n8n no pattern to run', (name, description) => {
	expect(JSON.stringify(description)).toContain('"displayName"');
	expect(patternsIn(description, name)).toEqual([]);
});
