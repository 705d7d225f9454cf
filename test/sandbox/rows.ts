/** What the stand-in stores. Numbers and booleans here; `present.ts` turns them into MISP's strings. */

export interface OrganisationRow {
	id: number;
	uuid: string;
	name: string;
	dateCreated: string;
	dateModified: string;
	description: string | null;
	type: string;
	nationality: string;
	sector: string;
	createdBy: number;
	local: boolean;
}

export interface UserRow {
	id: number;
	orgId: number;
	roleId: number;
	email: string;
	disabled: boolean;
	created: number;
}

export interface AuthKeyRow {
	id: number;
	uuid: string;
	value: string;
	userId: number;
	created: number;
	/** Epoch seconds, 0 = never. */
	expiration: number;
	readOnly: boolean;
	comment: string;
	allowedIps: string[] | null;
	uniqueIps: string[];
	lastUsed: number | null;
}

export interface TagRow {
	id: number;
	name: string;
	colour: string;
	exportable: boolean;
	orgId: number;
	userId: number;
	hideTag: boolean;
	numericalValue: number | null;
	isGalaxy: boolean;
	isCustomGalaxy: boolean;
	localOnly: boolean;
}

export interface TagLink {
	id: number;
	tagId: number;
	local: boolean;
	relationshipType: string | null;
}

export interface AttributeRow {
	id: number;
	uuid: string;
	eventId: number;
	objectId: number;
	objectRelation: string | null;
	category: string;
	type: string;
	value1: string;
	value2: string;
	toIds: boolean;
	timestamp: number;
	distribution: number;
	sharingGroupId: number;
	comment: string;
	deleted: boolean;
	disableCorrelation: boolean;
	firstSeen: string | null;
	lastSeen: string | null;
	tags: TagLink[];
	/** Base64 of an attachment. */
	data?: string;
}

export interface ObjectRow {
	id: number;
	uuid: string;
	eventId: number;
	name: string;
	metaCategory: string;
	description: string | null;
	templateUuid: string | null;
	templateVersion: string | null;
	timestamp: number;
	distribution: number;
	sharingGroupId: number;
	comment: string;
	deleted: boolean;
	firstSeen: string | null;
	lastSeen: string | null;
	attributes: AttributeRow[];
}

export interface ReportRow {
	id: number;
	uuid: string;
	eventId: number;
	name: string;
	content: string;
	distribution: number;
	sharingGroupId: number;
	timestamp: number;
	deleted: boolean;
}

export interface EventRow {
	id: number;
	uuid: string;
	orgId: number;
	orgcId: number;
	userId: number;
	date: string;
	threatLevelId: number;
	info: string;
	published: boolean;
	analysis: number;
	timestamp: number;
	distribution: number;
	sharingGroupId: number;
	proposalEmailLock: boolean;
	locked: boolean;
	publishTimestamp: number;
	sightingTimestamp: number;
	disableCorrelation: boolean;
	extendsUuid: string;
	protected: boolean | null;
	/** A stored counter, as in MISP, not a count made on reading. */
	attributeCount: number;
	tags: TagLink[];
	/** All attributes, those of objects and soft-deleted ones too. */
	attributes: AttributeRow[];
	objects: ObjectRow[];
	reports: ReportRow[];
	proposals: ProposalRow[];
}

export interface SightingRow {
	id: number;
	uuid: string;
	attributeId: number;
	eventId: number;
	orgId: number;
	date: number;
	source: string;
	type: number;
}

export interface SharingGroupRow {
	id: number;
	uuid: string;
	name: string;
	releasability: string;
	description: string;
	orgId: number;
	active: boolean;
	created: string;
	modified: string;
	local: boolean;
	roaming: boolean;
	members: Array<{ id: number; orgId: number; extend: boolean }>;
	/** Other instances it reaches, besides this one. */
	servers: Array<{ id: number; serverId: number; allOrgs: boolean; name: string; url: string }>;
	syncUserId: number;
}

/** What an organisation proposes for an event. */
export interface ProposalRow {
	id: number;
	uuid: string;
	eventId: number;
	/** The attribute it is about, 0 for a new one. */
	attributeId: number;
	type: string;
	category: string;
	toIds: boolean;
	value1: string;
	value2: string;
	comment: string;
	orgId: number;
	/** Who made it. */
	email: string;
	toDelete: boolean;
	/** Accepted or discarded. */
	deleted: boolean;
	timestamp: number;
	firstSeen: string | null;
	lastSeen: string | null;
}

export type WarninglistType = 'cidr' | 'string' | 'hostname' | 'substring';

export interface WarninglistRow {
	id: number;
	name: string;
	type: WarninglistType;
	description: string;
	version: string;
	enabled: boolean;
	category: string;
	entries: string[];
	validAttributes: string[];
}

export interface GalaxyRow {
	id: number;
	uuid: string;
	name: string;
	type: string;
	description: string;
	version: string;
	icon: string;
	namespace: string;
	enabled: boolean;
}

export interface GalaxyClusterRow {
	id: number;
	uuid: string;
	galaxyId: number;
	collectionUuid: string;
	type: string;
	value: string;
	tagName: string;
	description: string;
	source: string;
	authors: string[] | null;
	version: string;
	elements: Array<{ key: string; value: string }>;
	distribution: number;
	sharingGroupId: number | null;
	orgId: number;
	orgcId: number;
	/** Came with MISP: belongs to no organisation. */
	isDefault: boolean;
	published: boolean;
	deleted: boolean;
	extendsUuid: string | null;
	extendsVersion: string | null;
}

export interface ClusterRelationRow {
	id: number;
	sourceUuid: string;
	targetUuid: string;
	type: string;
	distribution: number;
	sharingGroupId: number | null;
	tagIds: number[];
}

export interface TagCollectionRow {
	id: number;
	uuid: string;
	userId: number;
	orgId: number;
	name: string;
	description: string;
	allOrgs: boolean;
	tags: Array<{ id: number; tagId: number }>;
}

export interface TaxonomyRow {
	id: number;
	namespace: string;
	description: string;
	version: string;
	enabled: boolean;
	/** Of all its tags, something carries one at most. */
	exclusive: boolean;
	/** Predicates of which something carries one value at most. */
	exclusivePredicates: string[];
	entries: Array<{ tag: string; expanded: string }>;
}

export interface NoticelistRow {
	id: number;
	name: string;
	expandedName: string;
	ref: string[];
	geographicalArea: string[];
	version: string;
	enabled: boolean;
	entries: Array<{ scope: string[]; field: string[]; value: string[]; message: string }>;
}
