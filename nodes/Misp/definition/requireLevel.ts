import { ACCESS_NAMES, allows, type AccessLevel } from '../client/access';
import { MispError } from '../client/errors';

/** @throws MispError of kind `scope` when a credential of level `granted` may not do what is asked */
export function requireLevel(granted: AccessLevel, needed: AccessLevel, action: string): void {
	if (allows(granted, needed)) return;
	throw new MispError(
		'scope',
		`"${action}" needs the access level "${ACCESS_NAMES[needed]}", but this credential is "${ACCESS_NAMES[granted]}". Nothing was sent.`,
		{
			hint: 'Use a credential with that access level, whose key may do it. The level is set in the credential MISP Scoped API.',
		},
	);
}
