const transform = {
	'^.+\\.ts$': [
		'@swc/jest',
		{ jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } } },
	],
};
// Another n8n than that of package.json for the engine tests: the folder of its installation.
const { MISP_ENGINE } = process.env;
const engine = MISP_ENGINE
	? {
			moduleNameMapper: {
				'^(n8n-core|n8n-workflow|reflect-metadata)$': `${MISP_ENGINE}/node_modules/$1`,
			},
		}
	: {};

/** One project per kind of test, so that each can be run alone: `npx jest --selectProjects unit`. */
const project = (name) => ({
	displayName: name,
	rootDir: '.',
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	testEnvironment: 'node',
	transform,
	...(name === 'engine' ? engine : {}),
});

export default {
	projects: ['unit', 'contract', 'engine', 'fuzz'].map(project),
	testTimeout: 30_000,
	// jest leaves a core idle, which is half of a machine with two; and n8n's engine leaves much behind.
	maxWorkers: '100%',
	workerIdleMemoryLimit: '2GB',
};
