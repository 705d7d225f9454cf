/** The state of the stand-in, with the indexes that keep it fast at 100,000 attributes and more. */
import { randomUUID } from 'node:crypto';
import { stockRoles, type Role } from './roles';
import type {
	AttributeRow,
	AuthKeyRow,
	EventRow,
	GalaxyClusterRow,
	GalaxyRow,
	ObjectRow,
	ProposalRow,
	OrganisationRow,
	ReportRow,
	SharingGroupRow,
	SightingRow,
	TagLink,
	TagRow,
	UserRow,
	WarninglistRow,
} from './rows';
import { TYPES } from './types';
import { normalise, splitValue } from './values';

type New<Row> = Partial<Row>;
export type NewAttribute = New<AttributeRow> & { type: string; value: string };

export interface Settings {
	/** Whose users may set local tags; null = not configured. */
	hostOrgId: number | null;
	defaultEventDistribution: number;
	/** False = maintenance. */
	live: boolean;
	/** False = jobs are queued and stay there. */
	workersRunning: boolean;
	publishDelayMs: number;
	instanceUuid: string;
}

const MAX_CORRELATED_EVENTS = 20;

export class World {
	readonly settings: Settings = {
		hostOrgId: 1,
		defaultEventDistribution: 1,
		live: true,
		workersRunning: true,
		publishDelayMs: 600,
		instanceUuid: randomUUID(),
	};
	/** Seconds the server's clock is ahead of this machine's. */
	clockOffset = 0;

	readonly roles = new Map<number, Role>();
	readonly organisations = new Map<number, OrganisationRow>();
	readonly users = new Map<number, UserRow>();
	readonly authKeys = new Map<number, AuthKeyRow>();
	readonly tags = new Map<number, TagRow>();
	readonly events = new Map<number, EventRow>();
	readonly attributes = new Map<number, AttributeRow>();
	readonly objects = new Map<number, ObjectRow>();
	readonly reports = new Map<number, ReportRow>();
	readonly sightings = new Map<number, SightingRow>();
	readonly sharingGroups = new Map<number, SharingGroupRow>();
	readonly warninglists = new Map<number, WarninglistRow>();
	readonly galaxies = new Map<number, GalaxyRow>();
	readonly clusters = new Map<number, GalaxyClusterRow>();
	/** Uuids of deleted events: they cannot come back. */
	readonly blocklist = new Set<string>();
	/** Namespaces of which an event carries one tag at most. */
	readonly exclusiveNamespaces = new Set<string>(['tlp']);

	private readonly eventsByUuid = new Map<string, EventRow>();
	private readonly attributesByUuid = new Map<string, AttributeRow>();
	private readonly attributesByValue = new Map<string, Set<AttributeRow>>();
	private readonly tagsByName = new Map<string, TagRow>();
	private readonly sightingsByEvent = new Map<number, SightingRow[]>();
	private readonly lastIds = new Map<string, number>();
	private readonly timers = new Set<NodeJS.Timeout>();

	constructor() {
		for (const role of stockRoles(this.dateTime())) this.roles.set(role.id, role);
	}

	now(): number {
		return Math.floor(Date.now() / 1000) + this.clockOffset;
	}

	/** `2026-01-31 12:00:00` */
	dateTime(): string {
		return new Date(this.now() * 1000).toISOString().slice(0, 19).replace('T', ' ');
	}

	today(): string {
		return this.dateTime().slice(0, 10);
	}

	nextId(kind: string, wanted?: number): number {
		const last = this.lastIds.get(kind) ?? 0;
		const id = wanted ?? last + 1;
		this.lastIds.set(kind, Math.max(last, id));
		return id;
	}

	// --- people

	addOrganisation(row: New<OrganisationRow> & { name: string }): OrganisationRow {
		const organisation: OrganisationRow = {
			uuid: randomUUID(),
			dateCreated: this.dateTime(),
			dateModified: this.dateTime(),
			description: null,
			type: '',
			nationality: '',
			sector: '',
			createdBy: 1,
			local: true,
			...row,
			id: this.nextId('organisation', row.id),
		};
		this.organisations.set(organisation.id, organisation);
		return organisation;
	}

	organisation(name: string): OrganisationRow {
		for (const row of this.organisations.values()) if (row.name === name) return row;
		throw new Error(`The sandbox has no organisation ${name}`);
	}

	addUser(row: New<UserRow> & { email: string; orgId: number; roleId: number }): UserRow {
		const user: UserRow = {
			disabled: false,
			created: this.now(),
			...row,
			id: this.nextId('user', row.id),
		};
		this.users.set(user.id, user);
		return user;
	}

	user(email: string): UserRow {
		for (const row of this.users.values()) if (row.email === email) return row;
		throw new Error(`The sandbox has no user ${email}`);
	}

	addAuthKey(row: New<AuthKeyRow> & { value: string; userId: number }): AuthKeyRow {
		const key: AuthKeyRow = {
			uuid: randomUUID(),
			created: this.now(),
			expiration: 0,
			readOnly: false,
			comment: '',
			allowedIps: null,
			uniqueIps: [],
			lastUsed: null,
			...row,
			id: this.nextId('authKey', row.id),
		};
		this.authKeys.set(key.id, key);
		return key;
	}

	addSharingGroup(row: New<SharingGroupRow> & { name: string; orgId: number }): SharingGroupRow {
		const group: SharingGroupRow = {
			uuid: randomUUID(),
			releasability: '',
			description: '',
			active: true,
			created: this.dateTime(),
			modified: this.dateTime(),
			local: false,
			roaming: false,
			members: [],
			servers: [],
			syncUserId: 1,
			...row,
			id: this.nextId('sharingGroup', row.id),
		};
		this.sharingGroups.set(group.id, group);
		return group;
	}

	// --- tags

	addTag(row: New<TagRow> & { name: string }): TagRow {
		const tag: TagRow = {
			colour: `#${randomUUID().slice(0, 6)}`,
			exportable: true,
			orgId: 0,
			userId: 0,
			hideTag: false,
			numericalValue: null,
			isGalaxy: row.name.startsWith('misp-galaxy:'),
			isCustomGalaxy: false,
			localOnly: false,
			...row,
			id: this.nextId('tag', row.id),
		};
		this.tags.set(tag.id, tag);
		this.tagsByName.set(tag.name.toLowerCase(), tag);
		return tag;
	}

	tag(name: string): TagRow | undefined {
		return this.tagsByName.get(name.toLowerCase());
	}

	link(target: { tags: TagLink[] }, tag: TagRow, local = false): TagLink {
		const link: TagLink = {
			id: this.nextId('tagLink'),
			tagId: tag.id,
			local,
			relationshipType: null,
		};
		target.tags.push(link);
		return link;
	}

	// --- events

	addEvent(row: New<EventRow> = {}): EventRow {
		const orgcId = row.orgcId ?? row.orgId ?? 1;
		const event: EventRow = {
			uuid: randomUUID(),
			orgId: orgcId,
			orgcId,
			userId: 1,
			date: this.today(),
			threatLevelId: 4,
			info: 'Sandbox event',
			published: false,
			analysis: 0,
			timestamp: this.now(),
			distribution: this.settings.defaultEventDistribution,
			sharingGroupId: 0,
			proposalEmailLock: false,
			locked: false,
			publishTimestamp: 0,
			sightingTimestamp: 0,
			disableCorrelation: false,
			extendsUuid: '',
			protected: null,
			attributeCount: 0,
			tags: [],
			attributes: [],
			objects: [],
			reports: [],
			proposals: [],
			...row,
			id: this.nextId('event', row.id),
		};
		this.events.set(event.id, event);
		this.eventsByUuid.set(event.uuid, event);
		return event;
	}

	/** By number or uuid. */
	event(id: unknown): EventRow | undefined {
		const text = String(id);
		return /^\d+$/.test(text)
			? this.events.get(Number(text))
			: this.eventsByUuid.get(text.toLowerCase());
	}

	/** Gives an event or attribute another uuid, for tests that need a known one. */
	adoptUuid(row: EventRow | AttributeRow, uuid: string): void {
		if ('eventId' in row) {
			this.attributesByUuid.delete(row.uuid);
			this.attributesByUuid.set(uuid, row);
		} else {
			this.eventsByUuid.delete(row.uuid);
			this.eventsByUuid.set(uuid, row);
		}
		row.uuid = uuid;
	}

	removeEvent(event: EventRow): void {
		for (const attribute of [...event.attributes]) this.removeAttribute(attribute);
		for (const object of event.objects) this.objects.delete(object.id);
		for (const report of event.reports) this.reports.delete(report.id);
		this.events.delete(event.id);
		this.eventsByUuid.delete(event.uuid);
		this.blocklist.add(event.uuid);
	}

	/** A change of the event's content: its clock moves and it is no longer published. */
	touch(event: EventRow): void {
		event.timestamp = Math.max(this.now(), event.timestamp);
		event.published = false;
	}

	publish(event: EventRow): void {
		event.published = true;
		event.publishTimestamp = this.now();
	}

	/** What the workers do some time later. */
	queue(job: () => void): void {
		if (!this.settings.workersRunning) return;
		const timer = setTimeout(() => {
			this.timers.delete(timer);
			job();
		}, this.settings.publishDelayMs);
		this.timers.add(timer);
	}

	stop(): void {
		for (const timer of this.timers) clearTimeout(timer);
		this.timers.clear();
	}

	// --- attributes and objects

	addAttribute(event: EventRow, row: NewAttribute): AttributeRow {
		const facts = TYPES.get(row.type);
		const { value, ...fields } = row;
		const [value1, value2] = splitValue(row.type, normalise(row.type, value));
		const attribute: AttributeRow = {
			uuid: randomUUID(),
			objectId: 0,
			objectRelation: null,
			category: facts?.defaultCategory ?? 'Other',
			toIds: facts?.toIds ?? false,
			timestamp: this.now(),
			distribution: 5,
			sharingGroupId: 0,
			comment: '',
			deleted: false,
			disableCorrelation: false,
			firstSeen: null,
			lastSeen: null,
			tags: [],
			...fields,
			value1,
			value2,
			eventId: event.id,
			id: this.nextId('attribute', row.id),
		};
		this.attributes.set(attribute.id, attribute);
		this.attributesByUuid.set(attribute.uuid, attribute);
		this.indexValue(attribute);
		event.attributes.push(attribute);
		if (!attribute.deleted) event.attributeCount += 1;
		return attribute;
	}

	attribute(id: unknown): AttributeRow | undefined {
		const text = String(id);
		return /^\d+$/.test(text)
			? this.attributes.get(Number(text))
			: this.attributesByUuid.get(text.toLowerCase());
	}

	setValue(attribute: AttributeRow, value: string): void {
		this.unindexValue(attribute);
		[attribute.value1, attribute.value2] = splitValue(attribute.type, value);
		this.indexValue(attribute);
	}

	setDeleted(attribute: AttributeRow, deleted: boolean): void {
		if (attribute.deleted === deleted) return;
		attribute.deleted = deleted;
		const event = this.events.get(attribute.eventId);
		if (event !== undefined) event.attributeCount += deleted ? -1 : 1;
	}

	removeAttribute(attribute: AttributeRow): void {
		this.setDeleted(attribute, true);
		this.unindexValue(attribute);
		this.attributes.delete(attribute.id);
		this.attributesByUuid.delete(attribute.uuid);
		const event = this.events.get(attribute.eventId);
		if (event !== undefined) {
			event.attributes = event.attributes.filter((row) => row !== attribute);
			for (const object of event.objects) {
				object.attributes = object.attributes.filter((row) => row !== attribute);
			}
		}
	}

	/** Attributes of which one of the two values is this one, in any case of letters. */
	withValue(value: string): ReadonlySet<AttributeRow> {
		return this.attributesByValue.get(value.toLowerCase()) ?? new Set();
	}

	/** Events that share a value with this one. */
	related(event: EventRow): EventRow[] {
		const ids = new Set<number>();
		for (const row of event.attributes) {
			if (row.deleted || row.disableCorrelation) continue;
			for (const value of [row.value1, row.value2]) {
				const same = value === '' ? new Set<AttributeRow>() : this.withValue(value);
				// MISP gives up on values that occur everywhere, too.
				if (same.size > MAX_CORRELATED_EVENTS) continue;
				for (const other of same) if (!other.deleted) ids.add(other.eventId);
			}
		}
		ids.delete(event.id);
		return [...ids].sort((a, b) => a - b).flatMap((id) => this.events.get(id) ?? []);
	}

	private indexValue(attribute: AttributeRow): void {
		for (const value of [attribute.value1, attribute.value2]) {
			if (value === '') continue;
			const key = value.toLowerCase();
			const set = this.attributesByValue.get(key);
			if (set === undefined) this.attributesByValue.set(key, new Set([attribute]));
			else set.add(attribute);
		}
	}

	private unindexValue(attribute: AttributeRow): void {
		for (const value of [attribute.value1, attribute.value2]) {
			const set = this.attributesByValue.get(value.toLowerCase());
			set?.delete(attribute);
			if (set?.size === 0) this.attributesByValue.delete(value.toLowerCase());
		}
	}

	addObject(event: EventRow, row: New<ObjectRow> & { name: string }): ObjectRow {
		const object: ObjectRow = {
			uuid: randomUUID(),
			metaCategory: 'misc',
			description: '',
			templateUuid: null,
			templateVersion: null,
			timestamp: this.now(),
			distribution: 5,
			sharingGroupId: 0,
			comment: '',
			deleted: false,
			firstSeen: null,
			lastSeen: null,
			attributes: [],
			...row,
			eventId: event.id,
			id: this.nextId('object', row.id),
		};
		this.objects.set(object.id, object);
		event.objects.push(object);
		return object;
	}

	addReport(event: EventRow, row: New<ReportRow> & { name: string }): ReportRow {
		const report: ReportRow = {
			uuid: randomUUID(),
			content: '',
			distribution: 5,
			sharingGroupId: 0,
			timestamp: this.now(),
			deleted: false,
			...row,
			eventId: event.id,
			id: this.nextId('report', row.id),
		};
		this.reports.set(report.id, report);
		event.reports.push(report);
		return report;
	}

	addProposal(
		event: EventRow,
		row: New<ProposalRow> & { type: string; value: string },
	): ProposalRow {
		const { value, ...fields } = row;
		const [value1, value2] = splitValue(row.type, normalise(row.type, value));
		const proposal: ProposalRow = {
			uuid: randomUUID(),
			attributeId: 0,
			category: TYPES.get(row.type)?.defaultCategory ?? 'Other',
			toIds: false,
			comment: '',
			orgId: 1,
			toDelete: false,
			timestamp: this.now(),
			firstSeen: null,
			lastSeen: null,
			...fields,
			value1,
			value2,
			eventId: event.id,
			id: this.nextId('proposal', row.id),
		};
		event.proposals.push(proposal);
		return proposal;
	}

	// --- sightings

	addSighting(attribute: AttributeRow, row: New<SightingRow> & { orgId: number }): SightingRow {
		const sighting: SightingRow = {
			uuid: randomUUID(),
			date: this.now(),
			source: '',
			type: 0,
			...row,
			attributeId: attribute.id,
			eventId: attribute.eventId,
			id: this.nextId('sighting', row.id),
		};
		if (sighting.type === 2) this.dropExpiration(sighting);
		this.sightings.set(sighting.id, sighting);
		const list = this.sightingsByEvent.get(sighting.eventId) ?? [];
		list.push(sighting);
		this.sightingsByEvent.set(sighting.eventId, list);
		return sighting;
	}

	sightingsOf(eventId: number): readonly SightingRow[] {
		return this.sightingsByEvent.get(eventId) ?? [];
	}

	/** An organisation has one expiration per attribute: the new one replaces it. */
	private dropExpiration(fresh: SightingRow): void {
		for (const old of this.sightingsOf(fresh.eventId)) {
			if (old.type !== 2 || old.attributeId !== fresh.attributeId) continue;
			if (old.orgId === fresh.orgId) this.removeSighting(old);
		}
	}

	removeSighting(sighting: SightingRow): void {
		this.sightings.delete(sighting.id);
		const rest = this.sightingsOf(sighting.eventId).filter((row) => row !== sighting);
		this.sightingsByEvent.set(sighting.eventId, rest);
	}

	// --- knowledge

	addWarninglist(row: New<WarninglistRow> & { name: string; entries: string[] }): WarninglistRow {
		const list: WarninglistRow = {
			type: 'string',
			description: '',
			version: '1',
			enabled: true,
			category: 'false_positive',
			validAttributes: ['ALL'],
			...row,
			id: this.nextId('warninglist', row.id),
		};
		this.warninglists.set(list.id, list);
		return list;
	}

	addGalaxy(row: New<GalaxyRow> & { name: string; type: string }): GalaxyRow {
		const galaxy: GalaxyRow = {
			uuid: randomUUID(),
			description: '',
			version: '1',
			icon: 'user-secret',
			namespace: 'sandbox',
			enabled: true,
			...row,
			id: this.nextId('galaxy', row.id),
		};
		this.galaxies.set(galaxy.id, galaxy);
		return galaxy;
	}

	addCluster(galaxy: GalaxyRow, row: New<GalaxyClusterRow> & { value: string }): GalaxyClusterRow {
		const cluster: GalaxyClusterRow = {
			uuid: randomUUID(),
			collectionUuid: '',
			type: galaxy.type,
			tagName: `misp-galaxy:${galaxy.type}="${row.value}"`,
			description: '',
			source: 'Sandbox',
			authors: ['Sandbox'],
			version: '1',
			elements: [],
			...row,
			galaxyId: galaxy.id,
			id: this.nextId('cluster', row.id),
		};
		this.clusters.set(cluster.id, cluster);
		return cluster;
	}

	clusterOfTag(tagName: string): GalaxyClusterRow | undefined {
		for (const row of this.clusters.values()) if (row.tagName === tagName) return row;
		return undefined;
	}
}
