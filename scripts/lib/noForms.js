/**
 * Stands for the library form-data in the package: MISP is sent JSON, XML and nothing else, and that
 * library brings a table of all file types with it, which every start of n8n would read.
 */
module.exports = class FormData {};
