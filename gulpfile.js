const { rm } = require('node:fs/promises');
const path = require('node:path');

const esbuild = require('esbuild');
const { dest, parallel, series, src } = require('gulp');

const { n8n } = require('./package.json');

const DIST = path.join(__dirname, 'dist');

/** The TypeScript file behind each entry that package.json announces to n8n. */
const entries = [...n8n.nodes, ...n8n.credentials].map((file) =>
	path.join(__dirname, file.replace(/^dist\//, '').replace(/\.js$/, '.ts')),
);

const clean = () => rm(DIST, { recursive: true, force: true });

/** One file per entry with its libraries inside: n8n installs community packages without dependencies. */
const bundle = () =>
	esbuild.build({
		entryPoints: entries,
		outdir: DIST,
		outbase: __dirname,
		bundle: true,
		platform: 'node',
		target: 'node20',
		format: 'cjs',
		external: ['n8n-workflow'],
		minify: true,
		keepNames: true,
		sourcemap: 'linked',
		sourcesContent: false,
		legalComments: 'none',
		logLevel: 'warning',
	});

/** Icons, and the codex beside each node that tells n8n where to list it. */
const copyAssets = () =>
	src(['nodes/**/*.{svg,node.json}', 'credentials/**/*.svg'], { base: '.', encoding: false }).pipe(
		dest(DIST),
	);

exports.clean = clean;
exports.build = series(clean, parallel(bundle, copyAssets));
exports.default = exports.build;
