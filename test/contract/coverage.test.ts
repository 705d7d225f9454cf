import { readFileSync } from 'node:fs';
import { coverage, COVERAGE_FILE } from './coverage';
import { unusedLimits } from './limits';
import { NAMES } from './reasons';
import { recordings } from './recordings';

test('docs/contract-coverage.md is up to date', () => {
	expect(readFileSync(COVERAGE_FILE, 'utf8')).toBe(coverage());
});

test('every replayed recording is on the list of names, once', () => {
	expect(new Set(NAMES.recordings).size).toBe(NAMES.recordings.length);
	const unknown = recordings().filter((one) => !NAMES.recordings.includes(one.name));
	expect(unknown.map((one) => one.name)).toEqual([]);
});

test('nothing that is to be kept out of the repository is in it', () => {
	const leaked = recordings().filter((one) => NAMES.withheld.includes(one.name));
	expect(leaked.map((one) => one.name)).toEqual([]);
});

test('every limit of the comparison is needed by a recording', () => {
	expect(unusedLimits()).toEqual([]);
});
