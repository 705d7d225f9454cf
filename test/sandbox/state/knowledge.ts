/** Tags, warninglists and galaxies. */
import { randomUUID } from 'node:crypto';
import type {
	ClusterRelationRow,
	GalaxyClusterRow,
	GalaxyRow,
	TagLink,
	TagRow,
	WarninglistRow,
} from '../rows';
import type { New } from './ground';
import { People } from './people';

export interface FeedSummary {
	id: string;
	name: string;
	url: string;
	source_format: string;
}

export class Knowledge extends People {
	readonly tags = new Map<number, TagRow>();
	readonly warninglists = new Map<number, WarninglistRow>();
	readonly galaxies = new Map<number, GalaxyRow>();
	readonly clusters = new Map<number, GalaxyClusterRow>();
	readonly clusterRelations = new Map<number, ClusterRelationRow>();
	/** Of clusters that were deleted for good. */
	readonly clusterBlocklist = new Set<string>();
	/** Feeds by the values that they are cached with, in lower case. */
	readonly feedCaches = new Map<string, FeedSummary[]>();
	private readonly tagsByName = new Map<string, TagRow>();

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

	renameTag(tag: TagRow, name: string): void {
		this.tagsByName.delete(tag.name.toLowerCase());
		tag.name = name;
		this.tagsByName.set(name.toLowerCase(), tag);
	}

	/** The tag alone: whoever calls takes it off what it is on. */
	removeTag(tag: TagRow): void {
		this.tags.delete(tag.id);
		this.tagsByName.delete(tag.name.toLowerCase());
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
			distribution: 3,
			sharingGroupId: null,
			orgId: 0,
			orgcId: 0,
			isDefault: true,
			published: false,
			deleted: false,
			extendsUuid: '',
			extendsVersion: '0',
			...row,
			galaxyId: galaxy.id,
			id: this.nextId('cluster', row.id),
		};
		this.clusters.set(cluster.id, cluster);
		return cluster;
	}

	/** By id or uuid. */
	cluster(key: unknown): GalaxyClusterRow | undefined {
		const wanted = String(key);
		const known = this.clusters.get(Number(wanted));
		if (known) return known;
		for (const row of this.clusters.values()) if (row.uuid === wanted) return row;
		return undefined;
	}

	galaxy(key: unknown): GalaxyRow | undefined {
		const wanted = String(key);
		const known = this.galaxies.get(Number(wanted));
		if (known) return known;
		for (const row of this.galaxies.values()) if (row.uuid === wanted) return row;
		return undefined;
	}

	addClusterRelation(
		row: New<ClusterRelationRow> & { sourceUuid: string; targetUuid: string; type: string },
	): ClusterRelationRow {
		const relation: ClusterRelationRow = {
			distribution: 1,
			sharingGroupId: null,
			tagIds: [],
			...row,
			id: this.nextId('clusterRelation', row.id),
		};
		this.clusterRelations.set(relation.id, relation);
		return relation;
	}

	clusterOfTag(tagName: string): GalaxyClusterRow | undefined {
		for (const row of this.clusters.values()) if (row.tagName === tagName) return row;
		return undefined;
	}
}
