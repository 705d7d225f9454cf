import { CustomDirectoryLoader } from 'n8n-core';

import { loadPackage, PACKAGE_DIR } from './engine';

/** The two ways in which n8n takes a package in, and the third: as a library. */

it('is loaded as a community package, from what package.json announces', async () => {
	const loader = await loadPackage();
	const { description } = loader.getNode('misp').type as {
		description: { displayName: string; version: number; usableAsTool?: unknown };
	};
	expect(description).toMatchObject({ displayName: 'MISP Threat Intelligence', version: 1 });
	expect(loader.getCredential('mispScopedApi').type.displayName).toBe('MISP Scoped API');
	const codex = loader.types.nodes.find(({ name }) => name === 'misp')?.codex;
	expect(codex?.alias).toEqual(expect.arrayContaining(['IOC', 'threat', 'sighting']));
});

it('is loaded from a folder of custom extensions, as CUSTOM.misp', async () => {
	const loader = new CustomDirectoryLoader(`${PACKAGE_DIR}/dist`);
	await loader.loadAll();
	expect(loader.packageName).toBe('CUSTOM');
	expect(Object.keys(loader.nodeTypes)).toEqual(['misp', 'mispTrigger']);
	expect(Object.keys(loader.credentialTypes)).toEqual(['mispScopedApi']);
	expect(loader.types.nodes[0]?.iconUrl).toMatchObject({
		light: expect.stringMatching(/misp\.svg$/),
		dark: expect.stringMatching(/misp\.dark\.svg$/),
	});
});

it('gives its classes to require', () => {
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- require is what is tested
	const classes = require(PACKAGE_DIR) as Record<string, new () => object>;
	expect(Object.keys(classes).sort()).toEqual(['Misp', 'MispScopedApi', 'MispTrigger']);
	for (const One of Object.values(classes)) expect(new One()).toBeInstanceOf(One);
});
