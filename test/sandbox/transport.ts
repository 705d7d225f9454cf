/** Troubles below HTTP: who listens, with which certificate, and what TLS it speaks. */
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { setImmediate, setTimeout as wait } from 'node:timers/promises';
import type { SecureContextOptions } from 'node:tls';
import { serverCertificate, type Authority, type Pem } from './certificates';

export type TransportFault =
	/** Nobody listens. */
	| 'refused'
	| 'expired'
	| 'wrongHost'
	| 'selfSigned'
	/** TLS 1.0 and nothing newer. */
	| 'oldTls'
	/** Only clients with a certificate of the authority are let in. */
	| 'clientCertificate';

export class Transport {
	constructor(
		private readonly server: Server,
		private readonly authority: Authority,
		private readonly certificate: Pem,
		private readonly sockets: ReadonlySet<Socket>,
		private readonly port: number,
	) {}

	/** From here on, also for those who are connected already. */
	async break(fault: TransportFault): Promise<void> {
		if (fault === 'refused') {
			const closed = new Promise((resolve) => this.server.close(resolve));
			await this.disconnect();
			await closed;
			return;
		}
		await this.use(await this.contextOf(fault), fault === 'clientCertificate');
	}

	async mend(): Promise<void> {
		await this.use(this.certificate, false);
		if (this.server.listening) return;
		await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
	}

	private async contextOf(fault: TransportFault): Promise<SecureContextOptions> {
		switch (fault) {
			case 'expired':
			case 'wrongHost':
			case 'selfSigned':
				return await serverCertificate(this.authority, fault);
			case 'oldTls':
				return {
					...this.certificate,
					minVersion: 'TLSv1',
					maxVersion: 'TLSv1',
					ciphers: 'DEFAULT:@SECLEVEL=0',
				};
			default:
				return { ...this.certificate, ca: this.authority.cert };
		}
	}

	private async use(context: SecureContextOptions, demanding: boolean): Promise<void> {
		this.server.setSecureContext(context);
		// Node.js reads both for each connection; there is no other way to change them.
		Object.assign(this.server, { requestCert: demanding, rejectUnauthorized: demanding });
		await this.disconnect();
	}

	/** Ends all connections, and gives those at the other end the time to notice. */
	private async disconnect(): Promise<void> {
		for (const socket of this.sockets) socket.destroy();
		// Twice, and each time until what arrived has been read, since a time-out may be late.
		for (let round = 0; round < 2; round += 1) {
			await wait(25);
			await setImmediate();
		}
	}
}
