import { configWithoutCloudSupport } from '@n8n/node-cli/eslint';

export default [
	...configWithoutCloudSupport,
	{
		// Tests and scripts run in a terminal, where printing is the point.
		files: ['test/**/*.ts', 'scripts/**/*.ts'],
		rules: { 'no-console': 'off' },
	},
	{
		// Properties are built from variables here, which this rule cannot read; that each has a
		// default is what the type INodeProperties demands.
		files: ['nodes/Misp/definition/**/*.ts'],
		rules: { 'n8n-nodes-base/node-param-default-missing': 'off' },
	},
];
