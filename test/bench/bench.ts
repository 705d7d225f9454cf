import type { N8nInstallation } from '../../scripts/lib/n8nInstall';
import type { Credential } from '../engine/engine';
import type { KeyName } from '../sandbox/server';
import type { BenchServer } from './benchServer';
import { BenchEngine } from './engine';

/** What each part of the bench works with. */
export class Bench {
	constructor(
		readonly n8n: N8nInstallation,
		/** A sandbox that takes as long as MISP does. */
		readonly server: BenchServer,
		/** The same at the end of a long line. */
		readonly remoteMisp: BenchServer,
		/** That line alone: the server answers at once. */
		readonly remote: BenchServer,
		/** One that answers at once, for what is spent here. */
		readonly swift: BenchServer,
	) {}

	/** Does something with an engine in which nothing is cached or connected yet. */
	readonly withEngine = async <T>(
		work: (engine: BenchEngine) => Promise<T>,
		server = this.server,
	): Promise<T> => {
		const engine = await BenchEngine.start(this.n8n, server);
		try {
			return await work(engine);
		} finally {
			await engine.stop();
		}
	};
}

/** The credential of our node. */
export const ourCredential = (
	{ info }: BenchServer,
	accessLevel: 'read' | 'contribute',
): Credential => ({
	url: info.url,
	authKey: info.keys[accessLevel === 'read' ? 'readonly' : 'user'],
	accessLevel,
	serverCertificate: 'ca',
	caCertificate: info.ca,
	timeout: 60,
});

/** That of n8n's own node; both check the certificate of the server. */
export const builtInCredential = ({ info }: BenchServer, key: KeyName): Credential => ({
	baseUrl: info.url,
	apiKey: info.keys[key],
	allowUnauthorizedCerts: false,
});
