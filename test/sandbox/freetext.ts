/** Finding values in text, in the order in which they stand there. */

interface Found {
	type: string;
	category: string;
	value: string;
	original: string;
	/** The types MISP offers for it. */
	types: string[];
}

const HASHES: Record<number, string> = { 32: 'md5', 40: 'sha1', 64: 'sha256' };

function judge(original: string): Found | undefined {
	const value = original
		.replace(/^hxxp/i, 'http')
		.replace(/\[\.\]|\(\.\)/g, '.')
		.replace(/\[@\]/g, '@');
	const found = (type: string, category: string, types = [type]): Found => ({
		type,
		category,
		value,
		original,
		types,
	});
	if (/^\d{1,3}(\.\d{1,3}){3}$/.test(value)) {
		return found('ip-dst', 'Network activity', ['ip-dst', 'ip-src', 'ip-src/ip-dst']);
	}
	const hash = /^[0-9a-f]+$/i.test(value) ? HASHES[value.length] : undefined;
	if (hash !== undefined) return found(hash, 'Payload delivery');
	if (/^https?:\/\/\S+$/i.test(value)) return found('url', 'Network activity');
	if (/^\S+@\S+\.[a-z]{2,}$/i.test(value)) {
		return found('email-src', 'Payload delivery', ['email-src', 'email-dst', 'email']);
	}
	if (/^([a-z0-9-]+\.)+(com|net|org|example)$/i.test(value)) {
		return found('domain', 'Network activity', ['domain', 'hostname']);
	}
	return undefined;
}

export function findValues(text: string): Found[] {
	const known = new Set<string>();
	return text.split(/[\s,;"'<>]+/).flatMap((word) => {
		const found = judge(word.replace(/[.,:!?)]+$/, ''));
		if (found === undefined || known.has(found.value)) return [];
		known.add(found.value);
		return [found];
	});
}
