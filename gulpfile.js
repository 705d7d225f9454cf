const { rm } = require('node:fs/promises');
const path = require('node:path');

const { dest, parallel, series, src } = require('gulp');

const { bundle } = require('./scripts/lib/bundle');

const DIST = path.join(__dirname, 'dist');

const clean = () => rm(DIST, { recursive: true, force: true });

const bundleNodes = () => bundle(__dirname);

/** Icons, and the codex beside each node that tells n8n where to list it. */
const copyAssets = () =>
	src(['nodes/**/*.{svg,node.json}', 'credentials/**/*.svg'], { base: '.', encoding: false }).pipe(
		dest(DIST),
	);

exports.clean = clean;
exports.build = series(clean, parallel(bundleNodes, copyAssets));
exports.default = exports.build;
