import { decodeHTML } from 'entities';

import { MispError, UNKNOWN_OUTCOME } from './errors';
import {
	errorTexts,
	isHtml,
	isPage,
	isRecord,
	parseJson,
	plain,
	sentence,
	type Expectation,
	type RawReply,
} from './rawReply';
import { kindOfFailure, redirectError, statusError } from './replyErrors';

/** A file for downloading, which may be a web page itself. */
const isDownload = (reply: RawReply): boolean =>
	/^\s*attachment/i.test(reply.headers['content-disposition'] ?? '');

/** The body as JSON. MISP sends some of it as a page, escaped for HTML, and errors as XML if asked so. */
function bodyJson(reply: RawReply): unknown {
	const json = parseJson(reply.body);
	const xml = /^\s*<\?xml/.test(reply.body) && /<message>([^<]*)</.exec(reply.body);
	if (xml && reply.status >= 400) return { message: decodeHTML(xml[1] ?? '') };
	if (json !== undefined || !isHtml(reply) || !/^\s*[[{]/.test(reply.body)) return json;
	return parseJson(decodeHTML(reply.body));
}

/**
 * The one rule for success: 2xx, JSON when JSON was asked for, no `saved: false`, no unexpected
 * `errors`, and the expected key present.
 *
 * @returns the parsed body, or its text
 * @throws MispError in MISP's own words
 */
export function readReply(reply: RawReply, expectation: Expectation): unknown {
	const { request, expect } = expectation;
	const unknown = expectation.changes === true ? UNKNOWN_OUTCOME : '';
	if (reply.status >= 300 && reply.status < 400) throw redirectError(reply, expectation);

	if (expectation.bytes === true && reply.status < 300 && (!isPage(reply) || isDownload(reply)))
		return reply.body;
	if (expectation.text === true && reply.status < 300 && !isHtml(reply)) return reply.body;
	const json = bodyJson(reply);
	if (reply.status >= 400) throw statusError(reply, json, expectation);

	if (json === undefined) {
		if (isHtml(reply) || /^\s*<(?!\?xml)/.test(reply.body)) {
			throw new MispError(
				'notMisp',
				'The server answered with a web page instead of MISP’s data.',
				{
					hint: 'Check the MISP URL in the credential (with the path, if MISP is installed under one), and whether MISP is in maintenance or a proxy asks for a log-in.',
					status: reply.status,
					request,
				},
			);
		}
		throw new MispError('notMisp', `MISP’s reply was cut short or is not JSON.${unknown}`, {
			hint: 'A proxy may limit the size or the time of replies. Try again with a smaller limit.',
			status: reply.status,
			request,
		});
	}
	// PHP sends an empty list where there is no key.
	if (expectation.keyed === true) return Array.isArray(json) ? {} : json;
	const failure = hiddenFailure(json, expectation);
	if (failure !== undefined) {
		const errors = isRecord(json) ? json.errors : undefined;
		throw new MispError(kindOfFailure(failure), failure, { status: reply.status, request, errors });
	}
	if (expect !== undefined && !(isRecord(json) && expect in json)) {
		throw new MispError('notMisp', `MISP’s reply has no "${expect}".${unknown}`, {
			hint: 'Whatever answered may not be a MISP, or a version that this node does not know.',
			status: reply.status,
			request,
		});
	}
	// Text that is JSON, sent as if it were a page.
	return expectation.text === true ? reply.body : json;
}

/** A failure that MISP reports with status 200; undefined when there is none. */
function hiddenFailure(json: unknown, { expect, partial }: Expectation): string | undefined {
	if (!isRecord(json)) return undefined;
	const texts = errorTexts(json.errors);
	const failed = json.saved === false || json.success === false || 'false' in json;
	if (failed || (texts.length > 0 && partial !== true)) {
		return sentence(texts, plain(json.message) || plain(json.name) || 'MISP did not save this.');
	}
	// "Could not add the Sighting. Reason: …" or {error: "…"}, and nothing else.
	const lone = Object.keys(json).length === 1 ? plain(json.message) || plain(json.error) : '';
	if (lone !== '' && ('error' in json || /^Could not /.test(lone))) return lone;
	if (expect !== undefined && !(expect in json)) {
		return plain(json.message) || plain(json.error) || undefined;
	}
	return undefined;
}
