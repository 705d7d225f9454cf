import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ACCESS_LEVELS } from '../../../nodes/Misp/client/access';
import { mayBeIrreversible } from '../../../nodes/Misp/definition/agent/consent';
import { toolDescription } from '../../../nodes/Misp/definition/agent/tool';
import { isAboutEvents } from '../../../nodes/Misp/definition/ceilings';
import type { Fields } from '../../../nodes/Misp/definition/field';
import { fieldsOf, loadersOf } from '../../../nodes/Misp/definition/form';
import type { Operation } from '../../../nodes/Misp/definition/operation';
import { catalogue } from '../../../nodes/Misp/resources';
import { recordings } from '../../contract/recordings';

/** What every operation must have. New ones are found by themselves. */

const operations = Object.entries(catalogue).flatMap(([resource, { operations: all }]) =>
	Object.entries(all).map(
		([name, operation]) => [`${resource}.${name}`, resource, name, operation] as const,
	),
);

const ENGINE = join(__dirname, '..', '..', 'engine');
const engineTests = readdirSync(ENGINE)
	.filter((file) => file.endsWith('.test.ts') && file !== 'junk.test.ts')
	.map((file) => readFileSync(join(ENGINE, file), 'utf8'));

const everyField = (fields: Fields): Array<[string, Fields[string]]> =>
	Object.entries(fields).flatMap(([name, field]) => [
		[name, field] as [string, Fields[string]],
		...everyField(field.children ?? {}),
	]);

/** `POST /events/add` of `POST /events/add/73/local:1.json`, for comparing with a declared endpoint. */
const actionOf = (line: string): string =>
	line
		.replace(/\.json\b/, '')
		.split('/')
		.slice(0, 3)
		.join('/')
		.replace(/_/g, '')
		.toLowerCase();

const recorded = new Set(recordings().map(({ request }) => actionOf(request.line)));

/** Endpoints of which no reply was recorded that may be kept here, and why. */
const UNRECORDED: Record<string, string> = {
	'GET /galaxies': 'carries texts of galaxies',
	'POST /galaxies': 'stands among recordings with texts of galaxies',
	'GET /galaxy_clusters': 'carries texts of galaxies',
	'POST /galaxy_clusters': 'carries texts of galaxies',
	'POST /galaxy_cluster_relations': 'carries texts of galaxies',
	'POST /events/contact': 'sends e-mail, and was not recorded',
	'GET /modules/': 'carries texts of modules',
	'POST /modules/': 'stands among recordings with texts of modules',
	'GET /tags/index': 'was not recorded',
	'GET /tag_collections/index': 'was not recorded',
	'GET /tags/tagStatistics': 'carries names of tags of others',
	'GET /taxonomies/': 'carries texts of taxonomies',
	'GET /noticelists/': 'carries texts of noticelists',
	'GET /warninglists/': 'carries texts of warninglists',
	'GET /event_delegations/': 'names settings of the recorded instance',
	'POST /event_delegations/': 'names settings of the recorded instance',
	'GET /objectTemplates/': 'carries texts of object templates',
	'GET /collections/index': 'was not recorded',
	'GET /decayingModel/': 'carries texts of decaying models',
	'POST /tags/search': 'carries names of tags of others',
	'GET /galaxies/view': 'carries texts of galaxies',
	'GET /galaxy_clusters/view': 'carries texts of galaxies',
	'GET /users/view': 'carries texts of roles',
	'POST /auth_keys/index': 'is recorded by GET; the filter only makes the list shorter',
	'GET /attributes/describeTypes': 'carries texts of categories',
};

describe.each(operations)('%s', (_id, resource, name, operation: Operation) => {
	it('says what it does, for people and for AI agents', () => {
		expect(operation.name).toMatch(/^[A-Z]/);
		expect(operation.action).toMatch(/^[A-Z].*[^.]$/);
		expect(operation.description).toMatch(/^[A-Z][\s\S]{20,}[.]$/);
		const { access } = operation;
		expect(typeof access === 'function' || ACCESS_LEVELS.includes(access)).toBe(true);
	});

	it('tells an agent what it does in no more than a model takes', () => {
		expect(toolDescription(operation).length).toBeLessThanOrEqual(1024);
	});

	it('asks the owner of a tool before it takes away, decides or tells others', () => {
		const grave = /delete|remove|detach|discard|accept|merge|publish|contact|unprotect|delegat/i;
		// A proposal is for others to decide.
		if (grave.test(name) && !name.startsWith('propose'))
			expect(mayBeIrreversible(operation)).toBe(true);
		if (operation.access === 'read') expect(mayBeIrreversible(operation)).toBe(false);
	});

	it('has fields that n8n can store and its AI button can fill', () => {
		expect(Object.keys(operation.fields)).not.toContain('name');
		expect(Object.keys(operation.fields)).not.toContain('description');
		for (const [, { property }] of everyField(fieldsOf(operation))) {
			expect(property.displayName).toMatch(/^[A-Z0-9]/);
			expect(property.default).toBeDefined();
			expect(property.description ?? 'A text').toMatch(/^[A-Z0-9%<]/);
		}
	});

	it('offers what makes rows of MISP safe only where it has such rows', () => {
		const offered = Object.keys(fieldsOf(operation).options?.children ?? {});
		expect(offered).toContain('forAi');
		if (operation.ownRows) expect(offered).not.toEqual(expect.arrayContaining(['raw']));
		else expect(offered).toContain('raw');
		if (operation.ownRows || !isAboutEvents(operation)) expect(offered).not.toContain('defang');
		else expect(offered).toEqual(expect.arrayContaining(['defang', 'summary']));
		// A declared row is one of MISP's.
		if (operation.row) expect(operation.ownRows).toBeUndefined();
	});

	it('is run in n8n’s engine', () => {
		const calls = new RegExp(`'${resource}',\\s*'${name}'`);
		expect(engineTests.some((text) => calls.test(text))).toBe(true);
	});

	it('rests on recorded replies of MISP', () => {
		const unknown = operation.endpoints
			.map((endpoint) => endpoint.split('/').slice(0, 3).join('/'))
			.filter((endpoint) => !recorded.has(actionOf(endpoint)))
			.filter((endpoint) => !Object.keys(UNRECORDED).some((known) => endpoint.startsWith(known)));
		expect(unknown).toEqual([]);
	});
});

it('has a different action text for each operation', () => {
	const actions = operations.map(([, , , { action }]) => action);
	expect(actions).toEqual([...new Set(actions)]);
});

it('gives each list of the forms one name', () => {
	const names = loadersOf(catalogue).map(({ name }) => name);
	expect(names).toEqual([...new Set(names)]);
});
