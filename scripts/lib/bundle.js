/** How the package is built: plain JavaScript, since gulp reads it without a compiler. */
const { mkdir, writeFile } = require('node:fs/promises');
const path = require('node:path');

const esbuild = require('esbuild');

const sourceOf = (file) => file.replace(/^dist\/(.*)\.js$/, './$1.ts');

/**
 * One file with all nodes and credentials and the libraries inside, since n8n installs community
 * packages without dependencies; and for each entry that package.json announces to n8n a file that
 * gives its class. n8n loads all of them, so that what they share is read once. The commands that it
 * announces to npx are files of their own.
 *
 * @param {string} root the clone
 * @param {{ write?: boolean }} options whether `dist` is written; the metafile comes in any case
 */
exports.bundle = async (root, { write = true } = {}) => {
	const { n8n, bin } = require(path.join(root, 'package.json'));
	const entries = [...n8n.nodes, ...n8n.credentials];
	const all = path.join(root, 'dist', 'all.js');
	const options = {
		absWorkingDir: root,
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
	};
	const built = await Promise.all([
		esbuild.build({
			...options,
			stdin: {
				contents: entries.map((file) => `export * from '${sourceOf(file)}';`).join('\n'),
				resolveDir: root,
				sourcefile: 'all.ts',
				loader: 'ts',
			},
			outfile: all,
		}),
		esbuild.build({
			...options,
			entryPoints: Object.values(bin).map(sourceOf),
			outdir: path.join(root, 'dist'),
			outbase: root,
		}),
	]);
	if (write) await Promise.all(entries.map((file) => writeEntry(path.join(root, file), all)));
	const parts = (name) => Object.assign({}, ...built.map(({ metafile }) => metafile[name]));
	return { ...built[0], metafile: { inputs: parts('inputs'), outputs: parts('outputs') } };
};

/** `dist/nodes/Misp/Misp.node.js` gives `Misp`, as n8n expects by the name of the file. */
async function writeEntry(file, outfile) {
	const [name] = path.basename(file).split('.');
	const from = path.relative(path.dirname(file), outfile).split(path.sep).join('/');
	await mkdir(path.dirname(file), { recursive: true });
	await writeFile(file, `exports.${name} = require('${from}').${name};\n`);
}
