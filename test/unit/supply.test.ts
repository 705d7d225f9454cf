import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { bundledPackages, type BundledPackage } from '../../scripts/lib/bundled';
import { audit, sbom } from '../../scripts/supply';
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

describe('npm run audit', () => {
	/** Asks a registry that answers so to the question for advisories. */
	const auditAt = async (status: number, body: string): Promise<string> => {
		const server = createServer((request, response) => {
			response.writeHead(request.method === 'POST' ? status : 404).end(body);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		try {
			return await audit([`--registry=http://127.0.0.1:${port}`, '--fetch-retries=0']);
		} finally {
			server.closeAllConnections();
			server.close();
		}
	};

	it('says that there are no known weaknesses where a registry says so', async () => {
		await expect(auditAt(200, '{}')).resolves.toBe('No known weakness in what is bundled.');
	}, 60_000);

	it('names a known weakness', async () => {
		const advisory = {
			id: 1,
			title: 'Example',
			severity: 'high',
			vulnerable_versions: '*',
			url: 'https://example.com',
		};
		await expect(auditAt(200, JSON.stringify({ axios: [advisory] }))).rejects.toThrow(
			/^Known weaknesses in what is bundled: axios .*\(high\)/,
		);
	}, 60_000);

	it.each([405, 404, 500])(
		'does not take a registry without advisories for a clean one: %s',
		async (status) => {
			await expect(auditAt(status, '{}')).rejects.toThrow(
				/^The registry does not answer audits .*is NOT known/,
			);
		},
		60_000,
	);
});

it('Actions are pinned by commit, and what publishes may do no more than it must', () => {
	const read = (name: string) =>
		readFileSync(join(ROOT, '.github', 'workflows', `${name}.yml`), 'utf8');
	for (const name of ['ci', 'release']) {
		const used = read(name).match(/uses: .*/g) ?? [];
		expect(used.length).toBeGreaterThan(0);
		for (const one of used)
			expect(one).toMatch(/^uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
	}
	const release = read('release');
	expect(release).toMatch(/^permissions: \{\}$/m);
	expect(release).toContain('id-token: write');
	expect(release).toMatch(/npm publish .* --provenance/);
	expect(read('ci')).not.toContain('write');
});

it('Nothing is installed with the package, and nothing runs when it is', () => {
	expect(manifest.dependencies).toBeUndefined();
	const scripts = Object.keys(manifest.scripts).filter((name) =>
		/^((pre|post)?(install|pack)|(pre|post)?prepare|prepublish|dependencies)$/.test(name),
	);
	expect(scripts).toEqual([]);
});
