const SECRET_FIELDS =
	/^(authkey|authkey_raw|auth_key|password|authorization|x-misp-auth|external_auth_key)$/i;

/** Replaces the key wherever it stands in a text. */
export function redactText(text: string, key: string): string {
	return holdsKey(text, key) ? text.replaceAll(key, '[key hidden]') : text;
}

const holdsKey = (text: string, key: string): boolean => key !== '' && text.includes(key);

const isSecret = (name: string, value: unknown): boolean =>
	typeof value === 'string' && value !== '' && SECRET_FIELDS.test(name);

/** Most replies hold nothing secret, and some are large: looking makes nothing that must be cleared away. */
function holdsSecret(value: unknown, key: string): boolean {
	if (typeof value === 'string') return holdsKey(value, key);
	if (Array.isArray(value)) return value.some((entry) => holdsSecret(entry, key));
	if (value === null || typeof value !== 'object') return false;
	for (const name of Object.keys(value)) {
		const entry = (value as Record<string, unknown>)[name];
		if (holdsKey(name, key) || isSecret(name, entry) || holdsSecret(entry, key)) return true;
	}
	return false;
}

/**
 * A reply without secrets: the key in use wherever it appears, and what MISP itself returns in fields
 * such as `User.authkey` (users/view/me on instances with legacy keys).
 *
 * Values that hold nothing secret are returned as they are, not copied.
 */
export function redact<T>(value: T, key: string): T {
	return holdsSecret(value, key) ? (withoutSecrets(value, key) as T) : value;
}

function withoutSecrets(value: unknown, key: string): unknown {
	if (typeof value === 'string') return redactText(value, key);
	if (Array.isArray(value)) return value.map((entry) => withoutSecrets(entry, key));
	if (value === null || typeof value !== 'object') return value;
	// Made of entries, so that `__proto__` stays a key.
	return Object.fromEntries(
		Object.entries(value).map(([name, entry]) => [
			redactText(name, key),
			isSecret(name, entry) ? '[hidden]' : withoutSecrets(entry, key),
		]),
	);
}
