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
	| 'maintenance'
	| 'htmlPage'
	/** Work done, JSON cut short under a matching Content-Length. */
	| 'malformedJson'
	| 'rateLimit'
	| 'internalError'
	| 'foreignRedirect';

export interface FaultOptions {
	/** How often it strikes; without it until `clear()`. */
	times?: number;
	/** On "METHOD /path". */
	match?: RegExp;
	delayMs?: number;
	/** X-Rate-Limit-Reset of `rateLimit`, in seconds. */
	resetSeconds?: number;
	/** Target of `foreignRedirect`. */
	location?: string;
}

export interface ActiveFault extends FaultOptions {
	name: FaultName;
}

export class Faults {
	private readonly active = new Map<FaultName, ActiveFault>();

	set(name: FaultName, options: FaultOptions = {}): void {
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
			if (fault.times !== undefined) {
				if (fault.times <= 0) continue;
				fault.times -= 1;
			}
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
export function proxyPage(status: 413 | 502 | 503 | 504): string {
	const titles = {
		413: '413 Request Entity Too Large',
		502: '502 Bad Gateway',
		503: '503 Service Temporarily Unavailable',
		504: '504 Gateway Time-out',
	};
	return page(titles[status]);
}

export const LOGIN_PAGE =
	'<!DOCTYPE html><html><head><title>Users - Sandbox</title></head>' +
	'<body><form action="/users/login" method="post"><h3>Login</h3></form></body></html>';
