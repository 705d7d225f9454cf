/** The XML that MISP makes of a JSON reply. */

function escape(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Of events, the XML leaves these out. */
const LEFT_OUT = new Set(['attribute_count', 'proposal_email_lock', 'locked']);

function element(name: string, value: unknown): string {
	if (Array.isArray(value)) return value.map((entry) => element(name, entry)).join('');
	if (value === null || value === undefined || value === '') return `<${name}/>`;
	if (typeof value === 'object') return `<${name}>${children(value)}</${name}>`;
	const text = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
	return `<${name}>${escape(text)}</${name}>`;
}

function children(value: object): string {
	return Object.entries(value)
		.filter(([name]) => !LEFT_OUT.has(name))
		.map(([name, entry]) => element(name, entry))
		.join('');
}

export function toXml(body: unknown): string {
	const inside =
		typeof body === 'object' && body !== null && 'response' in body ? body.response : body;
	const parts = Array.isArray(inside) ? inside : [inside];
	const text = parts
		.map((part) => (typeof part === 'object' && part !== null ? children(part) : ''))
		.join('\n');
	return `<?xml version="1.0" encoding="UTF-8"?>\n<response>\n${text}\n</response>`;
}
