/** What harms a program that trusts the keys of what it is given. */

const NAMES = [
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'hasOwnProperty',
	'length',
	'then',
];

/** Names of keys that mean something to JavaScript. */
export const hostileNames: readonly string[] = NAMES;

/** Objects with such keys as their own, which only JSON makes of `__proto__`. */
export const hostileKeys: readonly unknown[] = [
	'{"__proto__": {"polluted": true}}',
	'{"constructor": {"prototype": {"polluted": true}}}',
	'{"prototype": {"polluted": true}, "toString": null, "then": "x"}',
	'[{"__proto__": ["polluted"], "id": "1", "uuid": "__proto__"}]',
].map((text) => JSON.parse(text) as unknown);

const guarded = { Object, Array, String, Function, Number, Promise, Map };
const namesOf = () =>
	Object.entries(guarded).flatMap(([name, { prototype }]) =>
		Reflect.ownKeys(prototype).map((key) => `${name}.prototype.${String(key)}`),
	);
const clean = new Set(namesOf());

/** What somebody has added to the prototypes that all objects share. */
export const pollution = (): string[] => namesOf().filter((name) => !clean.has(name));
