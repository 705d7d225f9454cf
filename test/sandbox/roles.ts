/** The stock roles of MISP 2.5 and what a key may really do. */

const FLAGS_BEFORE = [
	'perm_add',
	'perm_modify',
	'perm_modify_org',
	'perm_publish',
	'perm_delegate',
	'perm_sync',
	'perm_admin',
	'perm_audit',
	'perm_auth',
	'perm_site_admin',
	'perm_regexp_access',
	'perm_tagger',
	'perm_template',
	'perm_sharing_group',
	'perm_tag_editor',
	'perm_sighting',
	'perm_object_template',
] as const;
const FLAGS_MIDDLE = ['perm_publish_zmq', 'perm_publish_kafka', 'perm_decaying'] as const;
const FLAGS_AFTER = [
	'perm_galaxy_editor',
	'perm_warninglist',
	'perm_view_feed_correlations',
	'perm_analyst_data',
	'perm_skip_otp',
] as const;

export type Permission =
	| (typeof FLAGS_BEFORE)[number]
	| (typeof FLAGS_MIDDLE)[number]
	| (typeof FLAGS_AFTER)[number];

export interface Role {
	id: number;
	name: string;
	grants: ReadonlySet<Permission>;
	isDefault: boolean;
	/** Searches allowed in 15 minutes; undefined = no limit. */
	rateLimit?: number;
	/** Roles made by hand carry "" where stock ones carry null. */
	custom: boolean;
	created: string;
}

const READ: Permission[] = ['perm_auth', 'perm_audit'];
const WRITE: Permission[] = ['perm_add', 'perm_modify', 'perm_modify_org', 'perm_tagger'];
const USER: Permission[] = [
	...READ,
	...WRITE,
	'perm_sighting',
	'perm_decaying',
	'perm_galaxy_editor',
	'perm_analyst_data',
];
const PUBLISHER: Permission[] = [
	...USER,
	'perm_publish',
	'perm_delegate',
	'perm_publish_zmq',
	'perm_publish_kafka',
];
const EDITOR: Permission[] = [...PUBLISHER, 'perm_sharing_group', 'perm_tag_editor'];
const EVERYTHING = [...FLAGS_BEFORE, ...FLAGS_MIDDLE, ...FLAGS_AFTER].filter(
	(flag) => flag !== 'perm_skip_otp',
);

export function stockRoles(created: string): Role[] {
	const role = (
		id: number,
		name: string,
		grants: Permission[],
		more: Partial<Role> = {},
	): Role => ({
		id,
		name,
		grants: new Set(grants),
		isDefault: false,
		custom: false,
		created,
		...more,
	});
	return [
		role(1, 'admin', EVERYTHING),
		role(2, 'Org Admin', [...EDITOR, 'perm_admin', 'perm_template']),
		role(3, 'User', USER, { isDefault: true }),
		role(4, 'Publisher', PUBLISHER),
		role(5, 'Sync user', [...EDITOR, 'perm_sync']),
		role(6, 'Read Only', READ),
		role(7, 'Rate limited', ['perm_auth', ...WRITE, 'perm_sighting'], {
			rateLimit: 5,
			custom: true,
		}),
	];
}

/** A read-only key keeps two permissions of its role, whatever the role. */
export function effectiveGrants(role: Role, readOnlyKey: boolean): ReadonlySet<Permission> {
	if (!readOnlyKey) return role.grants;
	return new Set(READ.filter((flag) => role.grants.has(flag)));
}

const LEVELS = ['read_only', 'manage_own', 'manage_org', 'publish'];

function permissionLevel(grants: ReadonlySet<Permission>): number {
	if (grants.has('perm_publish')) return 3;
	if (grants.has('perm_modify_org')) return 2;
	return grants.has('perm_add') ? 1 : 0;
}

export function presentRole(role: Role): Record<string, unknown> {
	const flags = (names: readonly Permission[]) =>
		Object.fromEntries(names.map((name) => [name, role.grants.has(name)]));
	const unset = role.custom ? '' : null;
	const level = permissionLevel(role.grants);
	return {
		id: String(role.id),
		name: role.name,
		created: role.created,
		modified: role.created,
		...flags(FLAGS_BEFORE),
		default_role: role.isDefault,
		memory_limit: unset,
		max_execution_time: unset,
		restricted_to_site_admin: false,
		...flags(FLAGS_MIDDLE),
		enforce_rate_limit: role.rateLimit !== undefined,
		rate_limit_count: String(role.rateLimit ?? 0),
		...flags(FLAGS_AFTER),
		permission: String(level),
		permission_description: LEVELS[level],
	};
}
