import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PACKAGE_DIR } from '../engine';
import manifest from '../../../package.json';

/** The built program, as npx starts it. */

const PROGRAM = join(PACKAGE_DIR, manifest.bin['n8n-nodes-misp']);

const WORKFLOW = JSON.stringify({
	name: 'Old',
	nodes: [
		{ name: 'MISP', type: 'n8n-nodes-base.misp', parameters: { resource: 'galaxy', galaxyId: 5 } },
	],
});

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-misp-migrate-'));
	writeFileSync(join(folder, 'workflow.json'), WORKFLOW);
});
afterEach(() => rmSync(folder, { recursive: true }));

const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');

function start(...args: string[]): { code: number; printed: string; complaint: string } {
	try {
		const printed = execFileSync(process.execPath, [PROGRAM, ...args], {
			cwd: folder,
			encoding: 'utf8',
			stdio: 'pipe',
		});
		return { code: 0, printed, complaint: '' };
	} catch (error) {
		const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
		return { code: status, printed: stdout, complaint: stderr };
	}
}

it('writes beside the input, and says what it did', () => {
	const { code, printed } = start('migrate', 'workflow.json');
	expect(code).toBe(0);
	expect(printed).toContain('1 of 1 built-in MISP nodes converted.');
	expect(printed).toContain('Written to workflow.misp.json.');
	expect(JSON.parse(textOf('workflow.misp.json'))).toMatchObject({
		nodes: [{ name: 'MISP', type: 'n8n-nodes-misp.misp' }],
	});
	expect(textOf('workflow.json')).toBe(WORKFLOW);
});

it('writes to another file if asked', () => {
	expect(start('migrate', 'workflow.json', '--output', 'new.json').code).toBe(0);
	expect(textOf('new.json')).toContain('n8n-nodes-misp.misp');
});

it('tells by its exit code that a node was left', () => {
	writeFileSync(join(folder, 'odd.json'), WORKFLOW.replace('"galaxyId":5', '"galaxyId":""'));
	const { code, printed } = start('migrate', 'odd.json');
	expect(code).toBe(1);
	expect(printed).toContain('LEFT AS IT IS  "MISP": Its parameter "galaxyId" is empty.');
	expect(textOf('odd.misp.json')).toContain('n8n-nodes-base.misp');
});

it('writes nothing where there is nothing to convert', () => {
	writeFileSync(join(folder, 'none.json'), '{"nodes": []}');
	const { code, printed } = start('migrate', 'none.json');
	expect(code).toBe(0);
	expect(printed).toContain('nothing was written');
	expect(() => textOf('none.misp.json')).toThrow(/ENOENT/);
});

it('never overwrites the input', () => {
	symlinkSync('workflow.json', join(folder, 'link.json'));
	for (const output of ['workflow.json', './workflow.json', 'link.json']) {
		const { code, complaint } = start('migrate', 'workflow.json', '--output', output, '--force');
		expect([code, complaint]).toEqual([2, expect.stringContaining('would overwrite the input')]);
	}
	expect(textOf('workflow.json')).toBe(WORKFLOW);
});

it('overwrites another file only if told to', () => {
	writeFileSync(join(folder, 'workflow.misp.json'), 'mine');
	const { code, complaint } = start('migrate', 'workflow.json');
	expect([code, complaint]).toEqual([2, expect.stringContaining('--force')]);
	expect(textOf('workflow.misp.json')).toBe('mine');
	expect(start('migrate', 'workflow.json', '--force').code).toBe(0);
	expect(textOf('workflow.misp.json')).toContain('n8n-nodes-misp.misp');
});

it.each([
	[['migrate', 'missing.json'], /missing\.json cannot be read/],
	[['migrate', 'broken.json'], /broken\.json is not valid JSON/],
	[['migrate', 'other.json'], /other\.json is not an export of n8n/],
	[['migrate', 'workflow.json', '--output', 'no/such/folder.json'], /cannot be written/],
	[['migrate'], /^Usage:/],
	[['burn', 'workflow.json'], /^Usage:/],
	[['migrate', 'workflow.json', 'more.json'], /^Usage:/],
	[['migrate', 'workflow.json', '--quick'], /Unknown option '--quick'/],
])('%j ends with exit code 2, without a trace of the program', (args, expected) => {
	writeFileSync(join(folder, 'broken.json'), '{"nodes": ');
	writeFileSync(join(folder, 'other.json'), '{"version": 1}');
	const { code, complaint } = start(...args);
	expect(code).toBe(2);
	expect(complaint).toMatch(expected);
	expect(complaint).not.toMatch(/^\s+at /m);
});

it('explains itself', () => {
	const { code, printed } = start('--help');
	expect([code, printed]).toEqual([0, expect.stringContaining('Exit code: 0')]);
});
