/** The world the sandbox starts with: made-up organisations, people, keys and events. */
import { randomBytes } from 'node:crypto';
import { stockRoles } from './roles';
import type { World } from './state';
import { seedEvents } from './seedEvents';
import { seedVocabularies } from './seedVocabularies';

export const KEY_NAMES = [
	'admin',
	'org_admin',
	'publisher',
	'user',
	'readonly',
	'beta_user',
	'beta_publisher',
	'sync_user',
	'admin_read_only',
	'admin_blocked_ip',
	'admin_allowed_ip',
	'admin_expired',
	'rate_limited',
	'wrong',
] as const;
export type KeyName = (typeof KEY_NAMES)[number];

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function randomKey(): string {
	let key = '';
	while (key.length < 40) {
		for (const byte of randomBytes(60)) {
			// Beyond the last full round of the alphabet some letters would be likelier.
			if (byte < 248 && key.length < 40) key += ALPHABET[byte % 62];
		}
	}
	return key;
}

/** id, e-mail, organisation, role */
const USERS: Array<[number, string, string, number]> = [
	[1, 'admin@admin.test', 'LAB', 1],
	[2, 'orgadmin@alpha.test', 'CERT-ALPHA', 2],
	[3, 'publisher@alpha.test', 'CERT-ALPHA', 4],
	[4, 'user@alpha.test', 'CERT-ALPHA', 3],
	[5, 'readonly@alpha.test', 'CERT-ALPHA', 6],
	[6, 'user@beta.test', 'CERT-BETA', 3],
	[7, 'publisher@beta.test', 'CERT-BETA', 4],
	[8, 'sync@beta.test', 'CERT-BETA', 5],
	[9, 'ratelimited@alpha.test', 'CERT-ALPHA', 7],
];

const OWNERS: Record<Exclude<KeyName, 'wrong'>, string> = {
	admin: 'admin@admin.test',
	org_admin: 'orgadmin@alpha.test',
	publisher: 'publisher@alpha.test',
	user: 'user@alpha.test',
	readonly: 'readonly@alpha.test',
	beta_user: 'user@beta.test',
	beta_publisher: 'publisher@beta.test',
	sync_user: 'sync@beta.test',
	admin_read_only: 'admin@admin.test',
	admin_blocked_ip: 'admin@admin.test',
	admin_allowed_ip: 'admin@admin.test',
	admin_expired: 'admin@admin.test',
	rate_limited: 'ratelimited@alpha.test',
};

function seedPeople(world: World): void {
	world.addOrganisation({
		id: 1,
		name: 'LAB',
		description: 'The host organisation of the sandbox',
		type: 'ADMIN',
		createdBy: 0,
	});
	world.addOrganisation({ id: 2, name: 'CERT-ALPHA', nationality: 'Luxembourg', sector: 'CERT' });
	world.addOrganisation({ id: 3, name: 'CERT-BETA', nationality: 'France', sector: 'CERT' });
	world.addOrganisation({
		id: 4,
		name: 'REMOTE-GAMMA',
		nationality: 'Germany',
		sector: 'CERT',
		local: false,
	});
	for (const [id, email, organisation, roleId] of USERS) {
		world.addUser({ id, email, orgId: world.organisation(organisation).id, roleId });
	}
	world.addSharingGroup({
		id: 1,
		name: 'Alpha-Beta circle',
		description: 'lab',
		releasability: 'Alpha and Beta',
		orgId: 1,
		members: [
			{ id: 1, orgId: 1, extend: true },
			{ id: 2, orgId: 2, extend: false },
			{ id: 3, orgId: 3, extend: false },
		],
	});
}

export type Keys = Record<KeyName, string>;

export function randomKeys(): Keys {
	return Object.fromEntries(KEY_NAMES.map((name) => [name, randomKey()])) as Keys;
}

function seedKeys(world: World, keys: Keys): void {
	for (const [name, email] of Object.entries(OWNERS)) {
		world.addAuthKey({
			value: keys[name as KeyName],
			userId: world.user(email).id,
			comment: `sandbox key ${name}`,
			readOnly: name === 'admin_read_only',
			// Long ago, so that it stays expired for tests that turn the clock back.
			expiration: name === 'admin_expired' ? world.now() - 365 * 86_400 : 0,
			allowedIps:
				name === 'admin_blocked_ip'
					? ['192.0.2.1']
					: name === 'admin_allowed_ip'
						? ['127.0.0.1', '::1']
						: null,
		});
	}
}

/** id, name, colour */
const TAGS: Array<[number, string, string]> = [
	[6, 'tlp:red', '#FF2B2B'],
	[7, 'tlp:amber', '#FFC000'],
	[8, 'tlp:amber+strict', '#FFC000'],
	[9, 'tlp:green', '#33FF00'],
	[11, 'tlp:clear', '#ffffff'],
	[21, 'sandbox:reviewed', '#2e7d32'],
	[22, 'sandbox:needs-review', '#ef6c00'],
	[23, 'sandbox:source="partner"', '#1565c0'],
	[24, 'sandbox:priority="high"', '#ad1457'],
];

const IP_TYPES = ['ip-src', 'ip-dst', 'domain|ip', 'ip-src|port', 'ip-dst|port'];

function seedWarninglists(world: World): void {
	world.addWarninglist({
		name: 'List of known IPv4 public DNS resolvers',
		type: 'cidr',
		description: 'Name servers anybody may ask',
		entries: ['1.1.1.1/32', '8.8.4.4/32', '8.8.8.8/32', '9.9.9.9/32'],
		validAttributes: IP_TYPES,
	});
	world.addWarninglist({
		name: 'List of RFC 1918 CIDR blocks',
		type: 'cidr',
		description: 'Private addresses',
		entries: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
		validAttributes: IP_TYPES,
	});
	world.addWarninglist({
		name: 'List of RFC 5735 CIDR blocks',
		type: 'cidr',
		description: 'Special use addresses',
		entries: [
			'0.0.0.0/8',
			'10.0.0.0/8',
			'127.0.0.0/8',
			'169.254.0.0/16',
			'172.16.0.0/12',
			'192.0.2.0/24',
			'192.168.0.0/16',
			'198.51.100.0/24',
			'203.0.113.0/24',
		],
		validAttributes: IP_TYPES,
	});
	world.addWarninglist({
		name: 'Sandbox list of well-known sites',
		type: 'hostname',
		description: 'Made up',
		enabled: false,
		entries: ['www.example.com', 'www.example.org'],
		validAttributes: ['domain', 'hostname', 'url', 'domain|ip'],
	});
}

function seedGalaxies(world: World): void {
	const actors = world.addGalaxy({
		name: 'Sandbox Actor',
		type: 'sandbox-actor',
		description: 'Groups that do not exist',
	});
	const malware = world.addGalaxy({
		name: 'Sandbox Malware',
		type: 'sandbox-malware',
		description: 'Programs that do not exist',
		icon: 'bug',
	});
	const actor = (value: string, synonym: string) =>
		world.addCluster(actors, {
			value,
			description: `${value} is made up for trying things out`,
			elements: [
				{ key: 'synonyms', value: synonym },
				{ key: 'country', value: 'XX' },
			],
		});
	actor('Quiet Otter', 'SO-1');
	actor('Paper Heron', 'SO-2');
	actor('Copper Newt', 'SO-3');
	for (const value of ['DuskLoader', 'PebbleRAT']) {
		world.addCluster(malware, { value, description: `${value} is made up` });
	}
	for (const cluster of world.clusters.values()) {
		world.addTag({ name: cluster.tagName, colour: '#66241b' });
	}
}

/** Fills an empty world. */
export function seed(world: World, keys: Keys): void {
	for (const role of stockRoles(world.dateTime())) world.roles.set(role.id, role);
	seedPeople(world);
	seedKeys(world, keys);
	for (const [id, name, colour] of TAGS) world.addTag({ id, name, colour });
	seedWarninglists(world);
	seedGalaxies(world);
	seedVocabularies(world);
	seedEvents(world);
}
