/**
 * Every operation of n8n's built-in MISP node (n8n-nodes-base 2.41, the same in 2.8): parameters
 * as n8n stores them, and the request that it makes of them, by its source.
 */
import { administration } from './administration';
import { attributes } from './attributes';
import type { Case, Things } from './case';
import { events } from './events';
import { lists, tags } from './tagsAndLists';

export const builtInCases = (things: Things): Case[] =>
	[attributes, events, tags, lists, administration].flatMap((part) => part(things));

/** The operations of the built-in node, as its drop-downs have them. */
export const BUILT_IN: Record<string, string[]> = {
	attribute: ['create', 'delete', 'get', 'getAll', 'search', 'update'],
	event: ['create', 'delete', 'get', 'getAll', 'publish', 'search', 'unpublish', 'update'],
	eventTag: ['add', 'remove'],
	feed: ['create', 'disable', 'enable', 'get', 'getAll', 'update'],
	galaxy: ['delete', 'get', 'getAll'],
	noticelist: ['get', 'getAll'],
	object: ['search'],
	organisation: ['create', 'delete', 'get', 'getAll', 'update'],
	tag: ['create', 'delete', 'getAll', 'update'],
	user: ['create', 'delete', 'get', 'getAll', 'update'],
	warninglist: ['get', 'getAll'],
};
