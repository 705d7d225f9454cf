/** The forms in which a key may lie about: whole, in halves, and encoded. */

export interface KeyForm {
	form: string;
	text: string;
}

const HEX = (text: string) => Buffer.from(text).toString('hex');

/** What is the same wherever a text begins in the three bytes that four characters of base64 hold. */
function base64Of(text: string): string[] {
	return [0, 1, 2].map((before) => {
		const whole = Buffer.from('x'.repeat(before) + text).toString('base64');
		const first = Math.ceil((before * 8) / 6);
		const last = Math.floor(((before + text.length) * 8) / 6);
		return whole.slice(first, last);
	});
}

/** Texts of which none may be found where the key must not be. */
export function formsOfKey(key: string): KeyForm[] {
	const middle = key.length / 2;
	return [
		{ form: 'whole', text: key },
		{ form: 'first half', text: key.slice(0, middle) },
		{ form: 'second half', text: key.slice(middle) },
		{ form: 'URL-encoded', text: HEX(key).replace(/../g, '%$&') },
		{ form: 'URL-encoded', text: HEX(key).toUpperCase().replace(/../g, '%$&') },
		{ form: 'hexadecimal', text: HEX(key) },
		...base64Of(key).map((text) => ({ form: 'base64', text })),
	];
}

/** The forms of a key that are in a text or a file. */
export const formsIn = (where: string | Buffer, key: string): string[] =>
	formsOfKey(key).flatMap(({ form, text }) => (where.includes(text) ? [form] : []));
