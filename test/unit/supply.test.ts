import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { bundledPackages, type BundledPackage } from '../../scripts/lib/bundled';
import { sbom } from '../../scripts/supply';
import { THIRD_PARTY_FILE, thirdPartyPage } from '../../scripts/thirdParty';

/** What of others is in the package, and what is said about it. */

const ROOT = join(__dirname, '..', '..');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
	files: string[];
	scripts: Record<string, string>;
	dependencies?: object;
};

let bundled: BundledPackage[];
beforeAll(async () => {
	bundled = await bundledPackages(ROOT);
}, 120_000);

const idsOf = (packages: Array<{ name: string; version: string }>) =>
	packages.map(({ name, version }) => `${name}@${version}`).sort();

it('What is bundled is found', () => {
	const names = bundled.map(({ name }) => name);
	expect(names).toEqual(
		expect.arrayContaining(['axios', 'axios-retry', 'entities', 'https-proxy-agent', 'zod']),
	);
	// Only for building and testing, or a part of n8n itself.
	for (const name of ['esbuild', 'jest', 'n8n-workflow', 'n8n-core', 'fastify']) {
		expect(names).not.toContain(name);
	}
});

it('Every licence allows to be passed on with this package, and its text is there', () => {
	for (const { name, licence, texts, homepage } of bundled) {
		expect([name, licence]).toEqual([
			name,
			expect.stringMatching(/^(MIT|ISC|BSD-[23]-Clause|Apache-2\.0|0BSD)$/),
		]);
		expect([name, texts.join('\n').length > 500]).toEqual([name, true]);
		expect(homepage).toMatch(/^https:\/\//);
	}
});

it('THIRD_PARTY.md is up to date (npm run docs) and in the package', async () => {
	expect(readFileSync(THIRD_PARTY_FILE, 'utf8')).toBe(await thirdPartyPage());
	expect(manifest.files).toContain('THIRD_PARTY.md');
}, 120_000);

it('The bill of materials names just what is bundled, with its hashes and licences', async () => {
	const { bomFormat, metadata, components } = JSON.parse(await sbom()) as {
		bomFormat: string;
		metadata: { component: { name: string } };
		components: Array<{
			name: string;
			version: string;
			purl: string;
			hashes: unknown[];
			licenses: unknown[];
		}>;
	};
	expect(bomFormat).toBe('CycloneDX');
	expect(metadata.component.name).toBe('n8n-nodes-misp');
	expect(idsOf(components)).toEqual(idsOf(bundled));
	for (const { name, version, purl, hashes, licenses } of components) {
		expect(purl).toBe(`pkg:npm/${name}@${version}`);
		expect([name, hashes.length, licenses.length]).toEqual([name, 1, 1]);
	}
}, 120_000);

it('Nothing is installed with the package, and nothing runs when it is', () => {
	expect(manifest.dependencies).toBeUndefined();
	const scripts = Object.keys(manifest.scripts).filter((name) =>
		/^((pre|post)?(install|pack)|(pre|post)?prepare|prepublish|dependencies)$/.test(name),
	);
	expect(scripts).toEqual([]);
});
