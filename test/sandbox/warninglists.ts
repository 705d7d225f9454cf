/** Matching values against warninglists. */
import { isIP } from 'node:net';
import type { Json } from './http';
import type { WarninglistRow } from './rows';
import type { World } from './state';

function toNumber(ip: string): number {
	return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function inRange(ip: string, range: string): boolean {
	const [base = '', bits] = range.split('/');
	if (isIP(ip) !== 4 || isIP(base) !== 4) return ip === base;
	const size = 2 ** (32 - Number(bits ?? 32));
	return Math.floor(toNumber(ip) / size) === Math.floor(toNumber(base) / size);
}

/** The entry that matches, as MISP names it. */
export function matchedEntry(list: WarninglistRow, value: string): string | undefined {
	const text = value.toLowerCase();
	return list.entries.find((entry) => {
		const wanted = entry.toLowerCase();
		if (list.type === 'cidr') return inRange(text, wanted);
		if (list.type === 'hostname') return text === wanted || text.endsWith(`.${wanted}`);
		if (list.type === 'substring') return text.includes(wanted);
		return text === wanted;
	});
}

export function checkValue(world: World, value: string): Json[] {
	const hits: Json[] = [];
	for (const list of world.warninglists.values()) {
		const matched = list.enabled ? matchedEntry(list, value) : undefined;
		if (matched !== undefined) hits.push({ id: String(list.id), name: list.name, matched });
	}
	return hits;
}

/** Warnings on an attribute, by the types a list is meant for. */
export function hitsOf(
	world: World,
	row: { type: string; value1: string; value2: string },
): Json[] {
	const hits: Json[] = [];
	for (const list of world.warninglists.values()) {
		if (!list.enabled) continue;
		if (!list.validAttributes.includes('ALL') && !list.validAttributes.includes(row.type)) continue;
		for (const value of [row.value1, row.value2]) {
			const match = value === '' ? undefined : matchedEntry(list, value);
			if (match === undefined) continue;
			hits.push({
				value,
				match,
				warninglist_id: String(list.id),
				warninglist_name: list.name,
				warninglist_category: list.category,
			});
		}
	}
	return hits;
}
