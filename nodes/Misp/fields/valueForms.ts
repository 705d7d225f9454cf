import { isIP, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

import { isEmptyFilter } from '../client/filters';
import { refang } from '../definition';

/**
 * How MISP stores values: refanged, and for many types in a form of its own. A look-up must ask
 * for that form, and must know the answer again.
 */

interface Stored {
	type: string;
	value: string;
}

/** A form that counts for one type alone is marked with it. */
const only = (type: string, value: string): string => `${type}\n${value}`;

const isHash = (text: string): boolean => /^[0-9a-f]{32,}$/i.test(text);

function compressed(address: string): string | undefined {
	// A URL holds addresses in their shortest form, but IPv4 in IPv6 in another one than MISP.
	if (!isIPv6(address) || address.includes('.') || address.includes('%')) return undefined;
	return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** Phone numbers keep their digits, systems lose their "AS": such a number means it there only. */
function typedForms(value: string): string[] {
	const system = /^AS(\d+)(?:\.(\d+))?$/i.exec(value);
	const phone = /^(?:\+|00)[\d\s()./-]{6,30}$/.test(value)
		? value
				.replace('(0)', '')
				.replace(/[^+\d]/g, '')
				.replace(/^00/, '+')
		: undefined;
	const [, high = '', low] = system ?? [];
	const number = low === undefined ? high : String(Number(high) * 65_536 + Number(low));
	return [
		...(system ? [only('AS', number)] : []),
		...(phone === undefined ? [] : [only('phone-number', phone)]),
	];
}

function formsOfOne(value: string): string[] {
	const forms = [value];
	const [address = '', bits] = value.split('/');
	const isHost = bits === String(isIP(address) === 4 ? 32 : 128);
	if (isIP(address) !== 0) {
		const short = compressed(address) ?? address;
		forms.push(bits === undefined || isHost ? short : `${short}/${bits}`);
		return forms;
	}
	if (/^[^\s/@:|]+\.[^\s/@:|]+$/.test(value)) {
		const host = value.replace(/\.$/, '');
		forms.push(host, domainToASCII(host) || host);
	}
	const port = /^([^\s/@:|]+):(\d{1,5})$/.exec(value);
	if (port) forms.push(`${port[1]}|${port[2]}`);
	if (/^(?:[0-9a-f]{2}[:-]){5}(?:(?:[0-9a-f]{2}[:-]){2})?[0-9a-f]{2}$/i.test(value))
		forms.push(value.replaceAll('-', ':'));
	const bare = value.replaceAll(':', '');
	if (/^(?:[0-9a-f]{2}:){15,}[0-9a-f]{2}$/i.test(value)) forms.push(bare);
	return [...forms, ...typedForms(value)];
}

/** All forms in which MISP may have stored a value, in lower case. */
export function formsOf(value: string): string[] {
	const given = value.trim();
	const forms = [...formsOfOne(given), ...formsOfOne(refang(given))];
	return [...new Set(forms.map((form) => form.toLowerCase()))];
}

/** The forms that an attribute answers to: its value, and each part of a combined one. */
export function answersTo({ type, value }: Stored): string[] {
	const combined = type.includes('|') || type === 'malware-sample';
	const at = combined ? value.indexOf('|') : -1;
	const parts = at < 0 ? [] : [value.slice(0, at), value.slice(at + 1)];
	return [value, ...parts, only(type, value)].map((form) => form.toLowerCase());
}

/** Of a combined value MISP finds only its parts: the one that fewer others share. */
function rarerPart(form: string): string | undefined {
	const at = form.indexOf('|');
	if (at <= 0 || at === form.length - 1) return undefined;
	const [first, second] = [form.slice(0, at), form.slice(at + 1)];
	return isHash(second) ? second : first;
}

/**
 * A term that MISP does not take for itself: `!` in front would be "not", `%` at an end "anything",
 * and signs alone no filter. Such a value is searched by its beginning with every sign literal;
 * what that finds too much is left out by `answersTo`.
 */
function literalTerm(form: string): string {
	if (!/^[!%]|%$/.test(form) && !isEmptyFilter(form)) return form;
	const escaped = form.replace(/[\\%_!&|]/g, '\\$&');
	return form.endsWith('%') ? escaped : `${escaped}%`;
}

/** What to ask MISP for to find all attributes with this value. */
export function searchTerms(value: string): string[] {
	const forms = formsOf(value).map((form) => form.slice(form.indexOf('\n') + 1));
	const given = refang(value);
	// The database compares without regard to case, unless somebody has set it up otherwise.
	const asGiven = /^(cve|cwe)-/i.test(given) ? [given.toUpperCase()] : [given];
	const all = [...asGiven, ...forms, ...forms.flatMap((form) => rarerPart(form) ?? [])];
	return [...new Set(all.filter((term) => term !== '').map(literalTerm))];
}
