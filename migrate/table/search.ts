import * as z from 'zod/v4';

import { MispError } from '../../nodes/Misp/client/errors';
import { searchBody } from '../../nodes/Misp/client/filters';
import { CannotConvert, isExpression, type BuiltIn, type Parameters } from '../builtIn';
import { jsonText, scriptOf } from '../expressions';
import type { Conversion } from './conversion';

/** The three searches of the built-in node are one form; here each has the filters of its scope. */

type Scope = 'attributes' | 'events' | 'objects';

/** `a || b` and `a && b` are two values for MISP, when they are sent as a text. */
const values = (text: unknown): unknown[] =>
	isExpression(text) ? [text] : String(text).split(/\s*(?:&&|\|\|)\s*/);

const commas = (text: unknown): unknown =>
	isExpression(text)
		? `={{ String(${scriptOf(text)} ?? "").split(",").map((tag) => tag.trim()) }}`
		: String(text)
				.split(',')
				.map((tag) => tag.trim())
				.filter((tag) => tag !== '');

const listed = (entry: unknown): unknown => (isExpression(entry) ? entry : [entry]);

/** MISP's own rules for searches, applied to what is fixed. @throws CannotConvert in their words */
function check(scope: Scope, body: Parameters): void {
	const known = Object.entries(body).map(([name, entry]) => [
		name,
		isExpression(entry) || (Array.isArray(entry) && isExpression(entry[0])) ? 'unknown yet' : entry,
	]);
	try {
		searchBody(scope, Object.fromEntries(known) as Parameters);
	} catch (error) {
		if (!(error instanceof MispError)) throw error;
		throw new CannotConvert([error.message, error.hint].filter(Boolean).join(' '));
	}
}

function publishedOf(old: BuiltIn, published: unknown): Parameters {
	if (isExpression(published)) {
		old.remark('Published: false means "not published" now; MISP took it for no filter.');
		return { published: `={{ ${scriptOf(published)} ? 1 : 0 }}` };
	}
	if (published === true) return { published: 1 };
	if (published === false) {
		old.remark(
			'Published: false was left out, since MISP takes it for no filter. To find what is not published, choose Published > Not Published.',
		);
	}
	return {};
}

function deletedOf(deleted: unknown): Parameters {
	if (isExpression(deleted)) {
		throw new CannotConvert('Its filter "deleted" is an expression, and here one of two choices.');
	}
	return deleted === true ? { deleted: 'only' } : {};
}

function ofForm(old: BuiltIn, scope: Scope): Parameters {
	const value = old.required('value');
	const { category, deleted, searchall, tags, type, published, ...rest } =
		old.collection('additionalFields');
	for (const name of Object.keys(rest))
		old.remark(`The filter "${name}" is not known and left out.`);
	if (searchall !== undefined && scope === 'events') {
		old.remark('With "Search All", MISP ignores all other filters: those were left out.');
		return { filters: { searchall } };
	}
	if (searchall !== undefined)
		old.remark(`"Search All" was left out: MISP ignores it for ${scope}.`);
	const form = {
		value: values(value),
		...(tags === undefined ? {} : { tags: commas(tags) }),
		...(type === undefined || scope !== 'attributes' ? {} : { type: listed(type) }),
	};
	const filters = {
		...(category === undefined ? {} : { category: listed(category) }),
		...(type === undefined || scope === 'attributes' ? {} : { type: listed(type) }),
		...publishedOf(old, published),
		...deletedOf(deleted),
	};
	check(scope, { ...form, ...filters });
	return { ...form, ...(Object.keys(filters).length === 0 ? {} : { filters }) };
}

const json = z.record(z.string(), z.unknown());

function parsed(text: unknown): Parameters {
	try {
		return json.parse(typeof text === 'string' ? JSON.parse(text) : text);
	} catch {
		throw new CannotConvert('Its JSON is not an object.');
	}
}

function ofJson(old: BuiltIn, scope: Scope): Parameters {
	const written = old.value('jsonOutput');
	if (isExpression(written)) {
		old.remark(
			'Its JSON is an expression and is checked when it runs: unknown and empty filters are refused, "published": false means "not published", and limit and page are not read.',
		);
		return { returnAll: true, filters: { rawFilters: written } };
	}
	const { limit, page = 1, returnFormat = 'json', ...body } = parsed(written);
	if (returnFormat !== 'json') {
		throw new CannotConvert(
			`It asks for the format "${String(returnFormat)}", which the built-in node cannot read. Use Export > Run.`,
		);
	}
	if (Number(page) !== 1) {
		throw new CannotConvert('It asks for one page. Here, all pages are read, up to the Limit.');
	}
	for (const name of ['published', 'to_ids', 'deleted']) {
		if (body[name] !== false) continue;
		delete body[name];
		old.remark(`"${name}": false was left out, since MISP takes it for no filter.`);
	}
	check(scope, body);
	return {
		...(Number(limit) > 0 ? { returnAll: false, limit: Number(limit) } : { returnAll: true }),
		filters: { rawFilters: jsonText(body) },
	};
}

export const searchOf = (scope: Scope): Conversion => ({
	to: [scope.slice(0, -1), 'search'],
	access: 'read',
	parameters: (old) =>
		old.flag('useJson') ? ofJson(old, scope) : { returnAll: true, ...ofForm(old, scope) },
	differs: [
		'A search without a filter, or with one that is empty, is refused; MISP would return everything.',
		'Types and categories that the MISP does not know are refused; MISP finds nothing.',
	],
});
