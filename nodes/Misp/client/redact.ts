const SECRET_FIELDS =
	/^(authkey|authkey_raw|auth_key|password|authorization|x-misp-auth|external_auth_key)$/i;

/** Replaces the key wherever it stands in a text. */
export function redactText(text: string, key: string): string {
	return key === '' ? text : text.split(key).join('[key hidden]');
}

/**
 * A copy of a reply without secrets: the key in use wherever it appears, and what MISP itself
 * returns in fields such as `User.authkey` (users/view/me on instances with legacy keys).
 *
 * Values that hold nothing secret are returned as they are, not copied.
 */
export function redact<T>(value: T, key: string): T {
	if (typeof value === 'string') return redactText(value, key) as T;
	if (Array.isArray(value)) {
		let changed = false;
		const copy = value.map((entry) => {
			const clean = redact(entry, key);
			if (clean !== entry) changed = true;
			return clean;
		});
		return (changed ? copy : value) as T;
	}
	if (value !== null && typeof value === 'object') {
		let changed = false;
		const copy = Object.entries(value).map(([name, entry]) => {
			const cleanName = redactText(name, key);
			const clean =
				SECRET_FIELDS.test(name) && typeof entry === 'string' && entry !== ''
					? '[hidden]'
					: redact(entry, key);
			if (clean !== entry || cleanName !== name) changed = true;
			return [cleanName, clean];
		});
		return (changed ? Object.fromEntries(copy) : value) as T;
	}
	return value;
}
