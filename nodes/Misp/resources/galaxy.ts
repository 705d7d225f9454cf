import type { Misp } from '../client/client';
import {
	choice,
	hinted,
	isUuid,
	limits,
	MispError,
	oneOf,
	operation,
	path,
	recover,
	resource,
	text,
	toggle,
	withParams,
} from '../definition';
import { attributeLocator, fetchAttribute } from '../fields/attribute';
import { eventLocator, fetchEventHeader } from '../fields/event';
import {
	fetchGalaxies,
	findGalaxy,
	galaxyLocator,
	isLikeGalaxy,
	withinGalaxy,
	type GalaxyRow,
} from '../fields/galaxy';
import { anyCluster } from '../fields/clusterLocator';
import { findCluster, type ClusterRow } from '../fields/galaxyCluster';
import { searchTags } from '../fields/tags';
import { galaxyRow } from '../fields/rows';

interface GalaxyView {
	Galaxy: GalaxyRow;
	GalaxyCluster?: ClusterRow[];
}

const get = operation({
	name: 'Get',
	action: 'Get a galaxy',
	description:
		'Returns one galaxy, with its clusters under "GalaxyCluster" if you want: there may be thousands. Example: Galaxy "threat-actor" by name.',
	access: 'read',
	endpoints: ['GET /galaxies/view/{galaxy}', 'GET /galaxies/index'],
	row: galaxyRow,
	fields: {
		galaxy: galaxyLocator,
		clusters: toggle('Include Clusters', 'Whether to return the clusters of the galaxy too', true),
	},
	run: async ({ misp }, { galaxy, clusters }) => {
		const key = 'id' in galaxy ? galaxy.id : (await findGalaxy(misp, galaxy)).id;
		const found = await misp.get<GalaxyView>(path`/galaxies/view/${key}`, { expect: 'Galaxy' });
		return clusters === false ? { Galaxy: found.Galaxy } : found;
	},
});

const getAll = operation({
	name: 'Get Many',
	action: 'Get many galaxies',
	description:
		'Lists the galaxies of the instance, without their clusters. Example: Name Contains "mitre".',
	access: 'read',
	endpoints: ['GET /galaxies/index'],
	row: galaxyRow,
	fields: {
		nameContains: text('Name Contains', {
			placeholder: 'e.g. threat-actor',
			description: 'A part of the name or of the type',
		}),
		state: choice(
			'State',
			[
				{ value: 'all', name: 'All' },
				{ value: 'enabled', name: 'Enabled Only' },
				{ value: 'disabled', name: 'Disabled Only' },
			],
			'all',
			{ description: 'Which galaxies to list: clusters of disabled ones are not offered in MISP' },
		),
		...limits,
	},
	run: async ({ misp }, { nameContains: part = '', state }) => {
		const galaxies = await fetchGalaxies(misp);
		return galaxies.filter(
			({ Galaxy }) =>
				isLikeGalaxy(Galaxy, part) &&
				(state === 'enabled' ? Galaxy.enabled : state !== 'disabled' || !Galaxy.enabled),
		);
	},
});

const LOCAL_ASIDE = 'MISP unpublishes the event, unless the cluster is local';

const target = oneOf('target', 'Target', 'What the cluster is on', {
	event: hinted(LOCAL_ASIDE, eventLocator),
	attribute: hinted(LOCAL_ASIDE, attributeLocator),
});

/** The target with the id that galaxies take and the UUID that tags take. */
async function fetchTarget(
	misp: Misp,
	{ kind, value }: ReturnType<typeof target.of>,
): Promise<{ id: string; uuid: string }> {
	const { id, uuid } =
		kind === 'event' ? await fetchEventHeader(misp, value) : await fetchAttribute(misp, value);
	return { id, uuid };
}

const shortOf = ({ id, uuid, type, value, tag_name: tag }: ClusterRow) => ({
	cluster_id: id,
	cluster_uuid: uuid,
	type,
	value,
	tag_name: tag,
});

const LOOK_UPS = [
	'GET /galaxy_clusters/view/{cluster}',
	'POST /galaxy_clusters/index/{galaxy}',
	'POST /galaxy_clusters/restSearch',
	'GET /galaxies/index',
	'POST /events/index',
	'GET /attributes/view/{attribute}',
];

interface AttachReply {
	saved: boolean;
	success?: unknown;
}

const attachCluster = operation({
	name: 'Attach Cluster',
	action: 'Attach a galaxy cluster (threat actor, ATT&CK technique) to an event or attribute',
	description:
		'Attaches a galaxy cluster, such as a threat actor or an ATT&CK technique, to an event or attribute. One that is there already is no error. MISP unpublishes the event, except for local clusters. Example: Target "event", Event 1234, Cluster by name "T1059".',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /galaxies/attachCluster/{target}/{kind}', ...LOOK_UPS],
	fields: {
		...target.fields,
		galaxy: withinGalaxy,
		cluster: anyCluster,
		local: toggle(
			'Local Only',
			'Whether only your own instance sees it there. Needs a user of the organisation that runs the instance.',
		),
	},
	check: (input) => void target.of(input),
	run: async ({ misp }, input) => {
		const { kind, value } = target.of(input);
		const cluster = await findCluster(misp, input.cluster, input.galaxy);
		const { id, uuid } = await fetchTarget(misp, { kind, value });
		const local = input.local === true;
		const request = withParams(path`/galaxies/attachCluster/${id}/${kind}`, { local });
		const { success } = await misp.post<AttachReply>(request, {
			Galaxy: { target_id: cluster.id },
		});
		// MISP says "saved" whatever became of it; the sentence beside it tells.
		const message = typeof success === 'string' ? success : '';
		const already = /already attached/i.test(message);
		if (!already && !/^Cluster attached/i.test(message)) {
			const words = message === '' ? 'MISP did not say whether the cluster is attached.' : message;
			throw new MispError('validation', words, { request: `POST ${request}`, status: 200 });
		}
		return {
			target: kind,
			id,
			uuid,
			...shortOf(cluster),
			local,
			already_attached: already,
			message,
		};
	},
});

const detachCluster = operation({
	name: 'Detach Cluster',
	action: 'Detach a galaxy cluster from an event or attribute',
	description:
		'Takes a galaxy cluster off an event or attribute. One that is not there is no error. MISP unpublishes the event, except for local clusters. Example: Target "event", Event 1234, Cluster by name "T1059".',
	access: 'contribute',
	ownRows: true,
	endpoints: ['POST /tags/removeTagFromObject', 'POST /tags/search', ...LOOK_UPS],
	fields: { ...target.fields, galaxy: withinGalaxy, cluster: anyCluster },
	check: (input) => void target.of(input),
	run: async ({ misp }, input) => {
		const { kind, value } = target.of(input);
		const cluster = await findCluster(misp, input.cluster, input.galaxy);
		const uuid = isUuid(value)
			? value.toLowerCase()
			: (await fetchTarget(misp, { kind, value })).uuid;
		const row = { target: kind, uuid, ...shortOf(cluster) };
		// By its id: % and _ in a name are wildcards, and would take another tag off.
		const name = cluster.tag_name.toLowerCase();
		const tag = (await searchTags(misp, name)).find((one) => one.name.toLowerCase() === name);
		if (!tag) return { ...row, detached: false, message: 'This cluster is attached to nothing.' };
		return await recover(
			misp
				.post<{ message: string }>(path`/tags/removeTagFromObject`, { uuid, tag: tag.id })
				.then(({ message }) => ({ ...row, detached: true, message })),
			({ message }) => /not attached to the target/i.test(message),
			({ message }) => ({ ...row, detached: false, message }),
		);
	},
});

export const galaxy = resource({
	name: 'Galaxy',
	description: 'A collection of threat actors, techniques, tools and the like',
	operations: { get, getAll, attachCluster, detachCluster },
});
