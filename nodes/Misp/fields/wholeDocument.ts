import { MispError } from '../definition';

type Chunks = AsyncIterable<Buffer>;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const isOpening = (byte: number) => byte === 0x7b || byte === 0x5b;
const isClosing = (byte: number) => byte === 0x7d || byte === 0x5d;
const isSpace = (byte: number) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** Follows the brackets of a JSON document, chunk by chunk. */
class JsonEnd {
	private depth = 0;

	private inText = false;

	private escaped = false;

	/** Nothing but blanks so far, or a document that is closed with nothing behind it. */
	isWhole = true;

	read(chunk: Buffer): void {
		// Every byte of what may be gigabytes passes here: variables are faster than properties.
		let { depth, inText, escaped, isWhole } = this;
		for (const byte of chunk) {
			if (inText) {
				if (escaped) escaped = false;
				else if (byte === BACKSLASH) escaped = true;
				else if (byte === QUOTE) inText = false;
			} else if (isClosing(byte)) {
				depth -= 1;
				isWhole = depth === 0;
			} else if (!isSpace(byte)) {
				isWhole = false;
				if (byte === QUOTE) inText = true;
				else if (isOpening(byte)) depth += 1;
			}
		}
		Object.assign(this, { depth, inText, escaped, isWhole });
	}
}

const TAIL = 200;

/** Compares the end of an XML document with the name of its root. */
class XmlEnd {
	private head = '';

	private tail = '';

	read(chunk: Buffer): void {
		if (this.head.length < TAIL) this.head += chunk.toString('latin1', 0, TAIL);
		this.tail = (this.tail + chunk.toString('latin1')).trimEnd().slice(-TAIL);
	}

	get isWhole(): boolean {
		const root = /<[A-Za-z_][\w:.-]*/.exec(this.head)?.[0].slice(1);
		const isEmpty = /^\s*(<\?[^>]*>\s*)?<[^>]*\/>\s*$/.test(this.head);
		return this.tail === '' || isEmpty || this.tail.endsWith(`</${root}>`);
	}
}

/**
 * The same bytes of a document that must have its end: a proxy may cut a long reply so that it seems
 * complete. Nothing at all is whole, too: MISP sends that where nothing was found.
 *
 * @throws MispError of kind `notMisp` after the last byte of one that was cut
 */
export async function* wholeDocument(
	chunks: Chunks,
	form: 'json' | 'xml',
	request: string,
): AsyncGenerator<Buffer> {
	const end = form === 'json' ? new JsonEnd() : new XmlEnd();
	for await (const chunk of chunks) {
		end.read(chunk);
		yield chunk;
	}
	if (end.isWhole) return;
	throw new MispError('notMisp', 'The export was cut short: it is not a whole document.', {
		hint: 'A proxy may limit the size or the time of replies. Export less at once.',
		request,
	});
}
