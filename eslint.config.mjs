import { configWithoutCloudSupport } from '@n8n/node-cli/eslint';

export default [
	...configWithoutCloudSupport,
	{
		// Tests and scripts are not part of the package and run in a terminal: printing and starting
		// processes is their purpose, and there is no node whose error they could throw.
		files: ['test/**/*.ts', 'scripts/**/*.ts'],
		rules: {
			'no-console': 'off',
			'@n8n/community-nodes/no-dangerous-functions': 'off',
			'@n8n/community-nodes/require-node-api-error': 'off',
			// The password of an n8n on 127.0.0.1 that lives as long as a test, or holds made-up data.
			'@n8n/community-nodes/no-hardcoded-secrets': 'off',
		},
	},
	{
		// A program for the terminal: it prints, and there is no node whose error it could throw.
		files: ['migrate/**/*.ts'],
		rules: { 'no-console': 'off', '@n8n/community-nodes/require-node-api-error': 'off' },
	},
	{
		// Properties are built from variables here, which this rule cannot read; that each has a
		// default is what the type INodeProperties demands.
		files: ['nodes/Misp/definition/**/*.ts'],
		rules: { 'n8n-nodes-base/node-param-default-missing': 'off' },
	},
];
