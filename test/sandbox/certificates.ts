/** A certificate authority made anew at every start, and what the tests need signed or mis-signed. */
import 'reflect-metadata';
import { createHash, webcrypto, X509Certificate as NodeCertificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 86_400_000;

x509.cryptoProvider.set(webcrypto);

export interface Pem {
	cert: string;
	key: string;
}

export interface Authority extends Pem {
	issue(subject: string, options?: LeafOptions): Promise<Pem>;
}

export interface LeafOptions {
	hosts?: Array<{ type: 'dns' | 'ip'; value: string }>;
	expired?: boolean;
	client?: boolean;
}

type Keys = webcrypto.CryptoKeyPair;

async function newKeys(): Promise<Keys> {
	return await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function privatePem(keys: Keys): Promise<string> {
	const raw = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
	const lines = Buffer.from(raw)
		.toString('base64')
		.replace(/(.{64})(?=.)/g, '$1\n');
	return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
}

function serial(): string {
	// A leading zero keeps the number positive.
	return `0${Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex')}0`;
}

export async function createAuthority(name = 'MISP sandbox CA'): Promise<Authority> {
	const keys = await newKeys();
	const root = await x509.X509CertificateGenerator.createSelfSigned({
		serialNumber: serial(),
		name: `CN=${name}`,
		notBefore: new Date(Date.now() - DAY),
		notAfter: new Date(Date.now() + 30 * DAY),
		signingAlgorithm: ALGORITHM,
		keys,
		extensions: [
			new x509.BasicConstraintsExtension(true, undefined, true),
			new x509.KeyUsagesExtension(
				x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
				true,
			),
			await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
		],
	});
	return {
		cert: `${root.toString('pem')}\n`,
		key: await privatePem(keys),
		issue: async (subject, options = {}) => {
			const leafKeys = await newKeys();
			const usage = options.client === true ? 'clientAuth' : 'serverAuth';
			const extensions: x509.Extension[] = [
				new x509.BasicConstraintsExtension(false),
				new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
				new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage[usage]]),
				await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
			];
			if (options.hosts !== undefined) {
				extensions.push(new x509.SubjectAlternativeNameExtension(options.hosts));
			}
			const now = Date.now();
			const leaf = await x509.X509CertificateGenerator.create({
				serialNumber: serial(),
				subject: `CN=${subject}`,
				issuer: root.subject,
				notBefore: new Date(now - (options.expired === true ? 10 : 1) * DAY),
				notAfter: new Date(now + (options.expired === true ? -1 : 20) * DAY),
				signingAlgorithm: ALGORITHM,
				publicKey: leafKeys.publicKey,
				signingKey: keys.privateKey,
				extensions,
			});
			return { cert: `${leaf.toString('pem')}\n`, key: await privatePem(leafKeys) };
		},
	};
}

export type ServerCertificate = 'valid' | 'expired' | 'wrongHost' | 'selfSigned';

const LOCAL: NonNullable<LeafOptions['hosts']> = [
	{ type: 'dns', value: 'localhost' },
	{ type: 'ip', value: '127.0.0.1' },
];

/** As MISP's installer makes one. */
async function selfSigned(): Promise<Pem> {
	const keys = await newKeys();
	const certificate = await x509.X509CertificateGenerator.createSelfSigned({
		serialNumber: serial(),
		name: 'CN=localhost',
		notBefore: new Date(Date.now() - DAY),
		notAfter: new Date(Date.now() + 20 * DAY),
		signingAlgorithm: ALGORITHM,
		keys,
		extensions: [new x509.SubjectAlternativeNameExtension(LOCAL)],
	});
	return { cert: `${certificate.toString('pem')}\n`, key: await privatePem(keys) };
}

export async function serverCertificate(ca: Authority, kind: ServerCertificate): Promise<Pem> {
	if (kind === 'wrongHost') {
		return await ca.issue('misp.example.org', {
			hosts: [{ type: 'dns', value: 'misp.example.org' }],
		});
	}
	if (kind === 'selfSigned') return await selfSigned();
	return await ca.issue('localhost', {
		hosts: LOCAL,
		expired: kind === 'expired',
	});
}

/** As `openssl x509 -fingerprint -sha256` prints it. */
export function fingerprint(pem: string): string {
	const der = new NodeCertificate(pem).raw;
	return createHash('sha256').update(der).digest('hex').toUpperCase().match(/../g)?.join(':') ?? '';
}
