/** Troubles that can be switched on: of the network, of a proxy before MISP, of MISP itself. */

export type FaultName =
	/** Work done, reply held back before its headers. */
	| 'slowHeader'
	/** Work done, headers and half the body sent, the rest held back. */
	| 'slowBody'
	/** Connection destroyed before anything is done. */
	| 'reset'
	/** Work done, connection destroyed after half the body. */
	| 'resetMidReply'
	| 'badGateway'
	| 'unavailable'
	/** Work done, but the proxy gave up waiting: the caller cannot know. */
	| 'gatewayTimeout'
	/** Work done, but MISP fails before it has replied: PHP runs out of memory, say. */
	| 'failsAfterwards'
	| 'maintenance'
	| 'htmlPage'
	/** Work done, JSON cut short under a matching Content-Length. */
	| 'malformedJson'
	/** JSON that is said to be a web page. */
	| 'wrongType'
	/** MISP's 429, with its headers. */
	| 'rateLimit'
	/** The 429 of a proxy, without headers. */
	| 'proxyRateLimit'
	| 'internalError'
	/** An exception of MISP with `status` and `message`, before anything is done. */
	| 'refusal'
	/** A proxy's page with `status`, before anything is done. */
	| 'refusalPage'
	| 'foreignRedirect'
	/** Work done, 201 MiB of blanks in 200 KiB of gzip replied. */
	| 'gzipBomb'
	/** Work done, 1 GiB of blanks replied. */
	| 'hugeReply'
	/** Work done, a search reply of as many rows as `rows` says, made while it is read. */
	| 'manyRows';

export interface FaultOptions {
	/** How often it strikes; without it until `clear()`. */
	times?: number;
	/** `times` counts for each "METHOD /path" of its own. */
	each?: true;
	/** On "METHOD /path". */
	match?: RegExp;
	delayMs?: number;
	/** X-Rate-Limit-Reset of `rateLimit`, in seconds. */
	resetSeconds?: number;
	/** Target of `foreignRedirect`. */
	location?: string;
	/** Of `manyRows`. */
	rows?: number;
	/** Of `refusal` and `refusalPage`. */
	status?: number;
	/** Of `refusal`. */
	message?: string;
}

export interface ActiveFault extends FaultOptions {
	name: FaultName;
}

export class Faults {
	private readonly active = new Map<FaultName, ActiveFault>();

	/** How often faults struck, by name and, with `each`, by request. */
	private readonly struck = new Map<string, number>();

	/** What `hugeReply` has sent so far. */
	bytesSent = 0;

	set(name: FaultName, options: FaultOptions = {}): void {
		for (const counted of this.struck.keys()) {
			if (counted.startsWith(`${name} `)) this.struck.delete(counted);
		}
		this.active.set(name, { ...options, name });
	}

	/** Without a name: all of them. */
	clear(name?: FaultName): void {
		if (name === undefined) this.active.clear();
		else this.active.delete(name);
	}

	/** Does something untroubled; what is switched on stays so for afterwards. */
	async spare<T>(work: () => Promise<T>): Promise<T> {
		const kept = [...this.active];
		this.active.clear();
		try {
			return await work();
		} finally {
			for (const [name, fault] of kept) this.active.set(name, fault);
		}
	}

	/** The fault that strikes this request, counted down. */
	strike(methodAndPath: string): ActiveFault | undefined {
		for (const fault of this.active.values()) {
			if (fault.match !== undefined && !fault.match.test(methodAndPath)) continue;
			const counted = `${fault.name} ${fault.each === true ? methodAndPath : ''}`;
			const before = this.struck.get(counted) ?? 0;
			if (before >= (fault.times ?? Infinity)) continue;
			this.struck.set(counted, before + 1);
			return fault;
		}
		return undefined;
	}
}

function page(title: string): string {
	return (
		`<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n` +
		`<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`
	);
}

/** A page of the web server in front of MISP. */
export function proxyPage(status: number): string {
	const titles: Record<number, string> = {
		403: '403 Forbidden',
		413: '413 Request Entity Too Large',
		429: '429 Too Many Requests',
		502: '502 Bad Gateway',
		503: '503 Service Temporarily Unavailable',
		504: '504 Gateway Time-out',
	};
	return page(titles[status] ?? String(status));
}

export const LOGIN_PAGE =
	'<!DOCTYPE html><html><head><title>Users - Sandbox</title></head>' +
	'<body><form action="/users/login" method="post"><h3>Login</h3></form></body></html>';
