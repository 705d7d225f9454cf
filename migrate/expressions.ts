import { isExpression, type Parameters } from './builtIn';

/** n8n's expressions: a text that begins with "=", with JavaScript between {{ and }}. */

const JAVASCRIPT = /\{\{([^]*?)\}\}/g;

const bracketed = (script: string): string => {
	const text = script.trim();
	if (/^[\w$.]+$/.test(text)) return text;
	// A comment at the end would swallow what follows.
	return text.includes('//') ? `(${text}\n)` : `(${text})`;
};

/** A parameter as JavaScript: for use within another expression. */
export function scriptOf(value: unknown): string {
	if (!isExpression(value)) return JSON.stringify(value) ?? 'undefined';
	const template = value.slice(1);
	const whole = [...template.matchAll(JAVASCRIPT)].find(([text]) => text === template.trim());
	if (whole) return bracketed(whole[1] ?? '');
	const parts: string[] = [];
	let end = 0;
	for (const match of template.matchAll(JAVASCRIPT)) {
		if (match.index > end) parts.push(JSON.stringify(template.slice(end, match.index)));
		parts.push(bracketed(match[1] ?? ''));
		end = match.index + match[0].length;
	}
	if (end < template.length) parts.push(JSON.stringify(template.slice(end)));
	return `[${parts.join(', ')}].join("")`;
}

/** A path with parameters in it: request`/feeds/view/${id}`. */
export function request(texts: TemplateStringsArray, ...values: unknown[]): string {
	const written = values.map((value) =>
		isExpression(value) ? value.slice(1).trim() : encodeURIComponent(String(value).trim()),
	);
	return `${values.some(isExpression) ? '=' : ''}${String.raw({ raw: texts }, ...written)}`;
}

/** An object as the text of a JSON field: an expression if anything in it is one. */
export function jsonText(body: Parameters): string {
	const entries = Object.entries(body).filter(([, value]) => value !== undefined);
	if (!entries.some(([, value]) => isExpression(value))) {
		return JSON.stringify(Object.fromEntries(entries), null, 2);
	}
	const lines = entries.map(([name, value]) => `  ${JSON.stringify(name)}: ${scriptOf(value)}`);
	return `={{ JSON.stringify({\n${lines.join(',\n')}\n}) }}`;
}

/** Fields that hold a program instead of a text. */
const PROGRAMS = /^(jsCode|pythonCode|functionCode)$/;

/** Every expression and program among the parameters of a node, with where it stands. */
export function expressionsIn(value: unknown, at = ''): Array<{ at: string; text: string }> {
	if (typeof value === 'string') {
		const name = at.split('.').at(-1) ?? '';
		return isExpression(value) || PROGRAMS.test(name) ? [{ at, text: value }] : [];
	}
	if (value === null || typeof value !== 'object') return [];
	return Object.entries(value).flatMap(([name, entry]) =>
		expressionsIn(entry, at === '' ? name : `${at}.${name}`),
	);
}

/** Whether an expression asks for the output of the node with this name. */
export function namesNode(text: string, node: string): boolean {
	const quoted = ['"', "'", '`'].map((quote) => `${quote}${node}${quote}`);
	const ways = quoted.flatMap((name) => [`$(${name}`, `$node[${name}`, `$items(${name}`]);
	const tight = text.replace(/([([])\s+/g, '$1');
	return ways.some((way) => tight.includes(way)) || tight.includes(`$node.${node}.`);
}

/** Whether an expression asks for what comes in. */
export const readsInput = (text: string): boolean =>
	/\$(json|input|binary)\b|\b_(json|input)\b|(?<![.$\w])items?\b/.test(text);
