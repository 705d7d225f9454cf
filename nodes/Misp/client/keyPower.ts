import { ACCESS_LEVELS, allows, type AccessLevel } from './access';
import { isTrue } from './flag';

/** MISP's permissions by the access level that they go with; what is in none of the lists is harmless. */
const PERMISSIONS: Record<Exclude<AccessLevel, 'read'>, readonly string[]> = {
	contribute: [
		'perm_add',
		'perm_modify',
		'perm_modify_org',
		'perm_tagger',
		'perm_tag_editor',
		'perm_sighting',
		'perm_delegate',
		'perm_template',
		'perm_decaying',
		'perm_galaxy_editor',
		'perm_analyst_data',
	],
	publish: ['perm_publish', 'perm_publish_zmq', 'perm_publish_kafka', 'perm_sharing_group'],
	administer: [
		'perm_site_admin',
		'perm_admin',
		'perm_sync',
		'perm_sync_internal',
		'perm_sync_authoritative',
		'perm_server_sign',
		'perm_regexp_access',
		'perm_object_template',
		'perm_warninglist',
	],
};

/** Permissions with which nothing can be changed. */
const HARMLESS = ['perm_auth', 'perm_audit', 'perm_skip_otp', 'perm_view_feed_correlations'];

/** What a read-only key keeps of its role, whatever the role. */
const KEPT_BY_READ_ONLY_KEYS = ['perm_auth', 'perm_audit'];

export const VERBS: Record<AccessLevel, string> = {
	read: 'read',
	contribute: 'write',
	publish: 'publish',
	administer: 'administer',
};

/** A stock role of MISP that may do what the level says and no more. */
export const FITTING_ROLE: Record<AccessLevel, string> = {
	read: 'Read Only',
	contribute: 'User',
	publish: 'Publisher',
	administer: 'Org Admin',
};

/** What a permission goes with. One that this list does not know is taken for a right to write. */
function levelOf(permission: string): AccessLevel {
	if (HARMLESS.includes(permission)) return 'read';
	const known = (['administer', 'publish', 'contribute'] as const).find((level) =>
		PERMISSIONS[level].includes(permission),
	);
	return known ?? 'contribute';
}

/** A list for people: "write, publish and administer". */
export const listed = (words: readonly string[]): string =>
	words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

export interface KeyPower {
	/** The highest level that the key reaches. */
	level: AccessLevel;
	/** Levels above the credential's that the key reaches. */
	broader: AccessLevel[];
	/** The permissions behind `broader`. */
	broaderPermissions: string[];
	/** Levels up to the credential's that the key does not reach. */
	missing: AccessLevel[];
}

/**
 * What a key may do, beside what its credential says.
 *
 * @param permissions MISP's permissions as they count for this key, such as `perm_add`
 */
export function powerOf(permissions: Record<string, boolean>, access: AccessLevel): KeyPower {
	const granted = Object.keys(permissions).filter((name) => permissions[name] === true);
	const reached = new Set<AccessLevel>(['read', ...granted.map(levelOf)]);
	// A site admin passes most checks of MISP without the permission that they ask for.
	if (granted.includes('perm_site_admin')) for (const level of ACCESS_LEVELS) reached.add(level);
	const above = (level: AccessLevel) => !allows(access, level);
	return {
		level: ACCESS_LEVELS.findLast((level) => reached.has(level)) ?? 'read',
		broader: ACCESS_LEVELS.filter((level) => above(level) && reached.has(level)),
		broaderPermissions: granted.filter((name) => above(levelOf(name))),
		missing: ACCESS_LEVELS.filter((level) => !above(level) && !reached.has(level)),
	};
}

/** The flags that `servers/getVersion` shows as they count for the key in use. */
const EFFECTIVE = ['perm_sync', 'perm_sighting', 'perm_galaxy_editor', 'perm_analyst_data'];

/**
 * Whether a key is read-only when MISP does not say: a role that may, and a key that may not.
 *
 * @returns undefined when nothing tells, since the role has none of the permissions that would
 */
export function readOnlyBySymptoms(
	role: Record<string, unknown>,
	version: Record<string, unknown>,
): boolean | undefined {
	const telling = EFFECTIVE.filter((name) => isTrue(role[name]) && name in version);
	if (telling.length === 0) return undefined;
	return telling.some((name) => !isTrue(version[name]));
}

/**
 * The permissions of a role as they count for a key. For a key that is not read-only,
 * `servers/getVersion` corrects the four that it shows.
 */
export function effectivePermissions(
	role: Record<string, unknown>,
	version: Record<string, unknown>,
	readOnly: boolean,
): Record<string, boolean> {
	const permissions: Record<string, boolean> = {};
	for (const [name, value] of Object.entries(role)) {
		if (!name.startsWith('perm_')) continue;
		permissions[name] = isTrue(value) && (!readOnly || KEPT_BY_READ_ONLY_KEYS.includes(name));
	}
	for (const [name, value] of Object.entries(version)) {
		if (name.startsWith('perm_') && !readOnly) permissions[name] = isTrue(value);
	}
	return permissions;
}
