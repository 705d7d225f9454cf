import {
	inputError,
	isNumericId,
	longText,
	MispError,
	number,
	operation,
	path,
	recover,
	required,
	resource,
} from '../definition';
import { eventLocator, fetchEventHeader } from '../fields/event';

const create = operation({
	name: 'Create',
	action: 'Add a signing key to an event',
	description:
		'Adds the public PGP key of an instance that may sign updates of a protected event. Only the organisation that created the event may, and GnuPG must be set up on the MISP server. Returns the key with its ID and fingerprint. Example: Event 1234, Public Key "-----BEGIN PGP PUBLIC KEY BLOCK-----…".',
	access: 'contribute',
	endpoints: ['POST /cryptographicKeys/add/Event/{event}', 'POST /events/index'],
	row: 'CryptographicKey',
	fields: {
		event: eventLocator,
		publicKey: required(
			longText('Public Key', {
				placeholder: 'e.g. -----BEGIN PGP PUBLIC KEY BLOCK-----',
				description: 'The whole block, with its first and its last line. Never a private key.',
			}),
		),
	},
	check: ({ publicKey }) => {
		if (/PRIVATE KEY/.test(publicKey)) {
			throw inputError(
				'"Public Key" contains a private key, which must not leave its owner. Nothing was sent.',
				'Export the public key: gpg --armor --export.',
			);
		}
		if (
			!/-----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]+-----END PGP PUBLIC KEY BLOCK-----/.test(
				publicKey,
			)
		) {
			throw inputError(
				'"Public Key" must be a PGP public key block.',
				'It starts with -----BEGIN PGP PUBLIC KEY BLOCK----- and ends with its END line.',
			);
		}
	},
	run: async ({ misp }, { event, publicKey }) => {
		const id = isNumericId(event) ? event : (await fetchEventHeader(misp, event)).id;
		return await recover(
			misp.post(
				path`/cryptographicKeys/add/Event/${id}`,
				{ type: 'pgp', key_data: publicKey },
				{ expect: 'CryptographicKey' },
			),
			({ message }) => /Invalid key\b/.test(message),
			(error) => {
				throw new MispError(error.kind, error.message, {
					...error,
					hint: 'The key may be damaged or expired. A MISP server on which GnuPG is not set up refuses every key like this: ask its administrator.',
				});
			},
		);
	},
});

const deleteKey = operation({
	name: 'Delete',
	action: 'Remove a signing key from an event',
	description:
		'Removes a signing key from its event, by the ID that Create returns and the event shows under CryptographicKey. One that is gone already is no error. Example: Key ID 3.',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /cryptographicKeys/delete/{key}'],
	fields: {
		key: required(
			number('Key ID', {
				min: 1,
				placeholder: 'e.g. 3',
				description: 'As Create returns it; the event shows it under CryptographicKey',
			}),
		),
	},
	run: async ({ misp }, { key }) =>
		await recover(
			misp
				.post(path`/cryptographicKeys/delete/${key}`)
				.then(() => ({ key: String(key), deleted: true, already_gone: false })),
			({ status }) => status === 404,
			() => ({ key: String(key), deleted: false, already_gone: true }),
		),
});

export const cryptographicKey = resource({
	name: 'Cryptographic Key',
	description: 'A key that signs updates of a protected event',
	operations: { create, delete: deleteKey },
});
