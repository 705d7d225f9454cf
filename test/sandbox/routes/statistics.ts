/** /users/statistics: MISP's charts, each with the shape in which MISP sends it. */
import { answer, refuse, type Call, type Json } from '../http';
import type { OrganisationRow } from '../rows';
import type { World } from '../state';

const total = (count: number) => ({ data: { total: count, month: count, year: count } });

function data(world: World): Json {
	const events = [...world.events.values()];
	const attributes = [...world.attributes.values()].filter(({ deleted }) => !deleted).length;
	const organisations = [...world.organisations.values()];
	const local = organisations.filter(({ local: here }) => here).length;
	const creators = new Set(events.map(({ orgcId }) => orgcId)).size;
	const proposals = events.reduce((sum, event) => sum + event.proposals.length, 0);
	return {
		event_count: String(events.length),
		event_count_month: String(events.length),
		attribute_count: String(attributes),
		attribute_count_month: String(attributes),
		attributes_per_event: String(Math.round(attributes / Math.max(1, events.length))),
		correlation_count: '0',
		proposal_count: String(proposals),
		user_count: String(world.users.size),
		user_count_pgp: '0',
		org_count: String(organisations.length),
		local_org_count: String(local),
		contributing_org_count: String(creators),
		average_user_per_org: String(Math.round((10 * world.users.size) / Math.max(1, local)) / 10),
		thread_count: '0',
		thread_count_month: '0',
		post_count: '0',
		post_count_month: '0',
	};
}

function organisation(world: World, row: OrganisationRow): Json {
	const events = [...world.events.values()].filter(({ orgcId }) => orgcId === row.id);
	const users = [...world.users.values()].filter(({ orgId }) => orgId === row.id);
	const count = events.reduce((sum, event) => sum + event.attributes.length, 0);
	const days = Array.from({ length: 365 }, (_, back) => {
		const day = new Date((world.now() - (364 - back) * 86_400) * 1000).toISOString().slice(0, 10);
		return `${day},${events.filter(({ date }) => date === day).length}`;
	});
	return {
		id: String(row.id),
		name: row.name,
		description: row.description,
		local: row.local,
		contacts: null,
		type: row.type,
		sector: row.sector,
		nationality: row.nationality,
		userCount: String(users.length),
		eventCount: String(events.length),
		attributeCount: String(count),
		// Written out, not as line breaks.
		orgActivity: { csv: ['Date,Close', ...days, ''].join('\\n') },
	};
}

function orgs(world: World, scope: string | undefined): Json {
	const rows = [...world.organisations.values()].filter(
		({ local }) => scope === 'all' || local === (scope !== 'external'),
	);
	return Object.fromEntries(rows.map((row) => [row.name, organisation(world, row)]));
}

function tags(world: World): Json {
	const sizes = new Map<string, number>();
	for (const event of world.events.values()) {
		for (const { tagId } of event.tags) {
			const name = world.tags.get(tagId)?.name ?? '';
			sizes.set(name, (sizes.get(name) ?? 0) + 1);
		}
	}
	const flatData: Record<string, Record<string, Json>> = {};
	for (const [name, size] of [...sizes].sort(([, a], [, b]) => b - a)) {
		const taxonomy = /^[\w-]+(?=:)/.exec(name)?.[0] ?? 'custom';
		const group = (flatData[taxonomy.startsWith('misp-galaxy') ? 'custom' : taxonomy] ??= {});
		group[name] = { name, size: String(size) };
	}
	const children = Object.entries(flatData).map(([name, group]) => ({
		name,
		children: Object.values(group),
	}));
	return { flatData, treemap: { name: 'tags', children } };
}

function sightings(world: World): Json {
	const toplist: Record<string, number> = {};
	const eventids: Record<string, Record<string, string[]>> = {};
	const kinds = ['sighting', 'false-positive', 'expiration'];
	for (const { source, type } of world.sightings.values()) {
		const from = source === '' ? 'Undefined' : source;
		const kind = kinds[type] ?? 'sighting';
		toplist[from] = (toplist[from] ?? 0) + 1;
		const events = (eventids[from] ??= {});
		events[kind] ??= [];
		(events[String(type)] ??= []).push(kind);
	}
	const sorted = Object.entries(toplist).sort(([, a], [, b]) => b - a);
	return { toplist: Object.fromEntries(sorted), eventids };
}

export function statistics({ world, args, named }: Call) {
	const [page = 'data'] = args;
	const organisations = [...world.organisations.values()];
	const local = organisations.filter(({ local: here }) => here).length;
	switch (page) {
		case 'data':
			return answer({ stats: data(world) });
		case 'orgs':
			return answer(orgs(world, named.scope));
		case 'users':
			return answer({
				user: total(world.users.size),
				org_local: total(local),
				org_external: total(organisations.length - local),
			});
		case 'tags':
			return answer(tags(world));
		case 'sightings':
			return answer(sightings(world));
		case 'attributehistogram':
		case 'galaxyMatrix':
			return answer({ matrix: {} });
		default:
			throw refuse.notFound('Invalid page');
	}
}
