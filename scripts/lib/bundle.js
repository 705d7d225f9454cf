/** How the package is built: plain JavaScript, since gulp reads it without a compiler. */
const path = require('node:path');

const esbuild = require('esbuild');

/**
 * One file per entry that package.json announces to n8n and to npx, with its libraries inside: n8n installs
 * community packages without dependencies.
 *
 * @param {string} root the clone
 * @param {{ write?: boolean }} options whether `dist` is written; the metafile comes in any case
 */
exports.bundle = async (root, { write = true } = {}) => {
	const { n8n, bin } = require(path.join(root, 'package.json'));
	return await esbuild.build({
		entryPoints: [...n8n.nodes, ...n8n.credentials, ...Object.values(bin)].map((file) =>
			path.join(root, file.replace(/^dist\//, '').replace(/\.js$/, '.ts')),
		),
		absWorkingDir: root,
		outdir: path.join(root, 'dist'),
		outbase: root,
		bundle: true,
		platform: 'node',
		target: 'node20',
		format: 'cjs',
		external: ['n8n-workflow'],
		alias: { 'form-data': path.join(__dirname, 'noForms.js') },
		minify: true,
		keepNames: true,
		sourcemap: 'linked',
		sourcesContent: false,
		// Licences are in THIRD_PARTY.md.
		legalComments: 'none',
		// Where node_modules really is must not be in the source maps: the same bytes everywhere.
		preserveSymlinks: true,
		metafile: true,
		write,
		logLevel: 'warning',
	});
};
