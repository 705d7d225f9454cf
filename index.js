/** The built node and credential classes, by class name: what n8n itself loads one by one. */
const { n8n } = require('./package.json');

for (const file of [...n8n.nodes, ...n8n.credentials]) {
	Object.assign(exports, require(`./${file}`));
}
