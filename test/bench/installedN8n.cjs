/**
 * Required first in a process of the installed n8n: whoever asks for n8n's engine there, the tests'
 * helpers and our built node among them, gets that of the installation. `N8N_BIN` says where it is.
 */
const Module = require('node:module');

const OF_N8N = /^(n8n-core|n8n-workflow|n8n-nodes-base|reflect-metadata)(\/|$)/;

const inside = new Module(process.env.N8N_BIN);
inside.filename = process.env.N8N_BIN;
inside.paths = Module._nodeModulePaths(process.env.N8N_BIN);

const resolve = Module._resolveFilename;

Module._resolveFilename = function (request, parent, ...rest) {
	return resolve.call(this, request, OF_N8N.test(request) ? inside : parent, ...rest);
};
