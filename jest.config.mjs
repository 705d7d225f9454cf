const transform = {
	'^.+\\.ts$': [
		'@swc/jest',
		{ jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } } },
	],
};
/** One project per kind of test, so that each can be run alone: `npx jest --selectProjects unit`. */
const project = (name) => ({
	displayName: name,
	rootDir: '.',
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	testEnvironment: 'node',
	transform,
});

export default {
	projects: ['unit', 'contract', 'engine', 'fuzz'].map(project),
	testTimeout: 30_000,
	// jest leaves a core idle, which is half of a machine with two; and n8n's engine leaves much behind.
	maxWorkers: '100%',
	workerIdleMemoryLimit: '2GB',
};
