import type {
	DisplayCondition,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
	Icon,
} from 'n8n-workflow';

import { ACCESS_NAMES } from '../nodes/Misp/client/access';
import { TLP_LEVELS, TLP_NAMES } from '../nodes/Misp/client/tlp';
import { connectionOf, isWithin } from '../nodes/Misp/client/connection';

/**
 * What n8n's two ways of sending a request understand. The HTTP Request node still uses the older
 * one, whose names differ.
 */
type AnyRequest = IHttpRequestOptions & {
	uri?: string;
	followRedirect?: boolean;
	followAllRedirects?: boolean;
	rejectUnauthorized?: boolean;
	agentOptions?: Record<string, unknown>;
};

/** The address that a request is really sent to, put together as axios does. */
function targetOf({ baseURL, url, uri }: AnyRequest): string {
	const relative = String(url ?? uri ?? '');
	if (/^([a-z][a-z0-9+.-]*:)?\/\//i.test(relative)) return relative;
	const base = String(baseURL ?? '');
	return relative === '' ? base : `${base.replace(/\/+$/, '')}/${relative.replace(/^\/+/, '')}`;
}

/** What to call a target in an error: no path or query, which may hold secrets. */
function nameOf(target: string): string {
	try {
		return new URL(target).origin;
	} catch {
		return 'an address that is not complete';
	}
}

/**
 * Texts that begin so. n8n judges them whenever a node asks for its credential: its `regex` has a
 * time limit that a busy worker exceeds, its `startsWith` fails in n8n 2.8 where nothing is entered.
 */
const begins = (text: string): DisplayCondition => ({
	_cnd: { between: { from: text, to: `${text}\uffff` } },
});

export class MispScopedApi implements ICredentialType {
	name = 'mispScopedApi';

	displayName = 'MISP Scoped API';

	documentationUrl =
		'https://github.com/n8n-nodes-misp/n8n-nodes-misp/blob/main/docs/credential.md';

	/** The key goes to this MISP alone anyway, see `authenticate`. */
	hideDomainRestrictionFields = true;

	icon: Icon = { light: 'file:misp.svg', dark: 'file:misp.dark.svg' };

	/* eslint-disable @n8n/community-nodes/credential-password-field,
	   @n8n/community-nodes/credential-unnecessary-password -- Judged by their names, but certificates and
	   fingerprints are public, and people must be able to compare them; a private key is a secret. */
	properties: INodeProperties[] = [
		{
			displayName: 'MISP URL',
			name: 'url',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'https://misp.example.org',
			description:
				'Where your MISP is, with the port and the path if there are any. Only https:// is accepted.',
		},
		{
			// Visible, and therefore required and missing, as soon as the URL is something else than https:
			// so n8n refuses to create the credential.
			displayName:
				'The MISP URL must start with https://, or your key would be readable on the way. For a MISP with its own certificate, use https:// and set Server Certificate below.',
			name: 'httpsNotice',
			type: 'notice',
			required: true,
			default: '',
			displayOptions: {
				hide: { url: ['', begins('='), begins('https://'), begins(' https://')] },
			},
		},
		{
			displayName: 'Auth Key',
			name: 'authKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: '40 letters and digits',
			description:
				'From MISP: My Profile > Auth keys > Add authentication key. Give it an expiry and the address of your n8n, and tick "Read only" unless workflows must write.',
		},
		{
			displayName: 'Access Level',
			name: 'accessLevel',
			type: 'options',
			options: [
				{
					name: ACCESS_NAMES.read,
					value: 'read',
					description: 'Search and read. Enough for look-ups, exports and triggers.',
				},
				{
					name: ACCESS_NAMES.contribute,
					value: 'contribute',
					description:
						'Also create, change, tag and delete, without publishing. Others on this MISP see at once what is shared with them.',
				},
				{
					name: ACCESS_NAMES.publish,
					value: 'publish',
					description: 'Also publish events, which sends them to those they are shared with',
				},
				{
					name: ACCESS_NAMES.administer,
					value: 'administer',
					description: 'Also manage the instance: tags, users, feeds, settings',
				},
			],
			default: 'read',
			description:
				'What nodes may do with this credential. An operation above this level stops before anything is sent. A key that can do more in MISP is refused.',
		},
		{
			displayName: 'Accept a Key That Can Do More',
			name: 'acceptBroaderKey',
			type: 'boolean',
			default: false,
			description:
				'Whether to use a key that can do more in MISP than the access level says. Off is safer: then a stolen or misused key can do no more either.',
			displayOptions: { show: { accessLevel: ['read', 'contribute', 'publish'] } },
		},
		{
			displayName:
				'The key may do more in MISP than the access level says. The MISP nodes stay within the level, but the HTTP Request node and anybody who gets hold of the key do not.',
			name: 'broaderKeyNotice',
			type: 'notice',
			default: '',
			displayOptions: {
				show: { accessLevel: ['read', 'contribute', 'publish'], acceptBroaderKey: [true] },
			},
		},
		{
			displayName: 'TLP Ceiling',
			name: 'tlpCeiling',
			type: 'options',
			options: [
				{ name: 'No Ceiling', value: 'none' },
				...TLP_LEVELS.map((value) => ({ name: TLP_NAMES[value], value })),
			],
			default: 'none',
			description:
				'The highest marking that nodes with this credential let out of MISP. Events and attributes above it are left out, with everything in them, and counted in a hint. A node can make it stricter, never wider.',
		},
		{
			displayName: 'Unmarked Counts As',
			name: 'tlpUnmarked',
			type: 'options',
			options: TLP_LEVELS.map((value) => ({ name: TLP_NAMES[value], value })),
			default: 'amber',
			description: 'The marking of an event that has none',
			displayOptions: { hide: { tlpCeiling: ['none'] } },
		},
		{
			displayName: 'Server Certificate',
			name: 'serverCertificate',
			type: 'options',
			options: [
				{
					name: 'From a Public Authority',
					value: 'system',
					description: 'Trusted by this n8n without further settings',
				},
				{
					name: 'From a Private CA',
					value: 'ca',
					description: 'Issued by your own certificate authority',
				},
				{
					name: 'Pinned',
					value: 'pin',
					description: 'Exactly this certificate, for example a self-signed one',
				},
			],
			default: 'system',
			description: 'How MISP’s certificate is checked. The check cannot be switched off.',
		},
		{
			displayName: 'CA Certificate',
			name: 'caCertificate',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			placeholder: '-----BEGIN CERTIFICATE-----',
			description: 'The certificate of your authority in PEM form; several may follow each other',
			displayOptions: { show: { serverCertificate: ['ca'] } },
		},
		{
			displayName: 'Certificate Fingerprint',
			name: 'certificateFingerprint',
			type: 'string',
			default: '',
			placeholder: 'AB:CD:…',
			description:
				'SHA-256 of the server’s certificate, as printed by <code>openssl x509 -noout -fingerprint -sha256</code>. Several, separated by commas, allow for a renewal.',
			displayOptions: { show: { serverCertificate: ['pin'] } },
		},
		{
			displayName: 'Client Certificate',
			name: 'useClientCertificate',
			type: 'boolean',
			default: false,
			description: 'Whether MISP, or a proxy in front of it, asks for a client certificate',
		},
		{
			displayName: 'Certificate (PEM)',
			name: 'clientCertificate',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			placeholder: '-----BEGIN CERTIFICATE-----',
			displayOptions: { show: { useClientCertificate: [true] } },
		},
		{
			displayName: 'Private Key (PEM)',
			name: 'clientKey',
			type: 'string',
			typeOptions: { rows: 4, password: true },
			default: '',
			placeholder: '-----BEGIN PRIVATE KEY-----',
			displayOptions: { show: { useClientCertificate: [true] } },
		},
		{
			displayName: 'Passphrase of the Private Key',
			name: 'clientKeyPassphrase',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			displayOptions: { show: { useClientCertificate: [true] } },
		},
		{
			displayName: 'Timeout (Seconds)',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 3600 },
			default: 120,
			description: 'How long one request may take. Large searches can take minutes in MISP.',
		},
	];
	/* eslint-enable @n8n/community-nodes/credential-password-field, @n8n/community-nodes/credential-unnecessary-password */

	/**
	 * Attaches the key to a request of another node, such as HTTP Request.
	 *
	 * Throws for anything but this MISP over https, and takes redirects and the switch "ignore SSL
	 * issues" away from the request, so that the key cannot be sent anywhere else.
	 */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const connection = connectionOf(credentials);
		const request = requestOptions as AnyRequest;
		const target = targetOf(request);
		if (!isWithin(connection.baseUrl, target)) {
			throw new Error(
				`This credential is for ${connection.baseUrl} only. Its key was not sent to ${nameOf(target)}.`,
			);
		}
		if (connection.ceiling) {
			throw new Error(
				'This credential has a TLP ceiling, which only the MISP nodes can keep. Use the operation "API Request: Send" of the MISP node.',
			);
		}
		if (connection.trust.kind === 'pin') {
			throw new Error(
				'This credential pins the server’s certificate, which only the MISP nodes can check. Use the operation "API Request: Send" of the MISP node.',
			);
		}
		const { trust, clientCertificate } = connection;
		// n8n looks at the first header of a name in any case, so there may be only one.
		const own = Object.entries(request.headers ?? {}).filter(
			([name]) => name.toLowerCase() !== 'authorization',
		);
		const given = new Set(own.map(([name]) => name.toLowerCase()));
		request.headers = {
			...(given.has('accept') ? {} : { Accept: 'application/json' }),
			...(given.has('content-type') ? {} : { 'Content-Type': 'application/json' }),
			...Object.fromEntries(own),
			Authorization: connection.key,
		};
		request.disableFollowRedirect = true;
		request.followRedirect = false;
		delete request.followAllRedirects;
		request.skipSslCertificateValidation = false;
		request.rejectUnauthorized = true;
		request.agentOptions = {
			...request.agentOptions,
			...(trust.kind === 'ca' ? { ca: trust.pem } : {}),
			...clientCertificate,
			rejectUnauthorized: true,
			minVersion: 'TLSv1.2',
		};
		return request;
	}
}
