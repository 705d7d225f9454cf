import { isIP } from 'node:net';

import { refangText } from '../definition';

/** Finds indicators in the middle of a text, defanged ones too. */

const HASH_LENGTHS = new Set([32, 40, 56, 64, 96, 128]);

const DOMAIN =
	/^(?=.{4,253}$)(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?\.)+(?:\p{L}{2,63}|xn--[a-z0-9-]{2,59})$/iu;

const isDomain = (text: string): boolean => DOMAIN.test(text);

function isIndicator(word: string): boolean {
	if (isIP(word) !== 0) return true;
	if (/^[0-9a-f]+$/i.test(word)) return HASH_LENGTHS.has(word.length);
	if (/^CVE-\d{4}-\d{4,9}$/i.test(word)) return true;
	const [name = '', host, ...rest] = word.split('@');
	if (host !== undefined)
		return /^[\w.+%-]{1,64}$/.test(name) && rest.length === 0 && isDomain(host);
	const [address = '', bits = ''] = word.split('/');
	return (isIP(address) !== 0 && /^\d{1,3}$/.test(bits)) || isDomain(word);
}

const trimmed = (word: string): string => word.replace(/^[.,:;!?*_-]+|[.,:;!?*-]+$/g, '');

/** The indicator that a word is, or begins or ends with: `sha256:…`, `host:443`, `host/path`. */
function indicatorIn(word: string): string | undefined {
	const candidates = [word, word.split('/')[0], word.replace(/:\d{1,5}(\/.*)?$/, '')];
	const labelled = /^[\w-]{1,30}[:=](.+)$/s.exec(word)?.[1];
	if (labelled !== undefined) candidates.push(labelled, labelled.split('/')[0]);
	return candidates.find((one): one is string => one !== undefined && isIndicator(one));
}

/** A closing bracket belongs to a URL only when the opening one does. */
function urlEnd(url: string): string {
	const bare = url.replace(/[.,;:!?*]+$/, '');
	const unbalanced = /[)\]}]$/.test(bare) && !/[([{]/.test(bare);
	return unbalanced ? urlEnd(bare.slice(0, -1)) : bare;
}

/** Whether a text is one indicator and nothing else. */
export const isOneIndicator = (text: string): boolean => {
	const meant = refangText(text);
	return isIndicator(meant) || /^[a-z][a-z0-9+.-]+:\/\/[^\s,]{3,}$/i.test(meant);
};

/** The domain or address that a URL leads to, without its port; undefined for what is no URL. */
export function hostOf(value: string): string | undefined {
	const meant = refangText(value.trim());
	if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(meant)) return undefined;
	try {
		const host = new URL(meant).hostname.replace(/^\[|\]$/g, '');
		return host === '' ? undefined : host.toLowerCase();
	} catch {
		return undefined;
	}
}

/**
 * The addresses, domains, URLs, e-mail addresses, hashes and CVE numbers in a text, refanged, each
 * once, in the order in which they come.
 */
export function indicatorsIn(text: string): string[] {
	const found = new Map<string, string>();
	const add = (indicator: string | undefined) => {
		if (indicator !== undefined && !found.has(indicator.toLowerCase()))
			found.set(indicator.toLowerCase(), indicator);
	};
	for (const word of refangText(text).split(/[\s<>"'`]+/)) {
		const url = /(?:https?|s?ftps?|tcp|udp|ssh|wss?):\/\/[^|]{3,}/i.exec(word)?.[0];
		if (url !== undefined) {
			add(urlEnd(url));
			continue;
		}
		for (const part of word.split(/[,;|()[\]{}]+/)) add(indicatorIn(trimmed(part)));
	}
	return [...found.values()];
}
