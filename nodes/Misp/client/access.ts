/** How much a credential may do, from least to most. */
export const ACCESS_LEVELS = ['read', 'contribute', 'publish', 'administer'] as const;

export type AccessLevel = (typeof ACCESS_LEVELS)[number];

export const ACCESS_NAMES: Record<AccessLevel, string> = {
	read: 'Read Only',
	contribute: 'Contribute',
	publish: 'Publish',
	administer: 'Administer',
};

/** Whether a credential of level `granted` may do what needs `needed`. */
export function allows(granted: AccessLevel, needed: AccessLevel): boolean {
	return ACCESS_LEVELS.indexOf(granted) >= ACCESS_LEVELS.indexOf(needed);
}

export function higher(a: AccessLevel, b: AccessLevel): AccessLevel {
	return allows(a, b) ? a : b;
}

/**
 * What MISP's actions do, by controller. Only what is listed may be called below "Administer":
 * an action that is not known here could do anything, and in MISP even a GET can change things.
 */
const ACTIONS: Record<Exclude<AccessLevel, 'administer'>, Record<string, string>> = {
	read: {
		analystData: 'getChildren getRelatedElement index indexMinimal view',
		api: 'getAllApis',
		attributes:
			'attributeStatistics describeTypes download downloadAttachment downloadSample index restSearch view viewPicture',
		auditLogs: 'eventIndex',
		authKeys: 'index view',
		collectionElements: 'index',
		collections: 'index view',
		decayingModel: 'decayingToolComputeSimulation export index view',
		eventBlocklists: 'index',
		eventDelegations: 'index',
		eventReports: 'getProxyMISPElements index view',
		events:
			'checkPublishedStatus getEventInfoById index restSearch runTaxonomyExclusivityCheck view',
		feeds: 'compareFeeds feedCoverage index previewEvent previewIndex searchCaches view',
		galaxies: 'export index view',
		galaxyClusterRelations: 'index view',
		galaxyClusters: 'index restSearch view',
		logs: 'event_index returnDates',
		modules: 'index queryEnrichment',
		noticelists: 'index view',
		objectReferences: 'view',
		objectTemplates: 'getRaw index possibleObjectTemplates view',
		objects: 'restSearch view',
		organisations: 'index view',
		roles: 'index view',
		servers: 'getInstanceUUID getPyMISPVersion getVersion postTest',
		shadowAttributes: 'index view',
		sharingGroups: 'index view',
		sightings: 'index listSightings restSearch view',
		tagCollections: 'index view',
		tags: 'index search tagStatistics view',
		taxonomies: 'export index taxonomy_tags view',
		userSettings: 'getSetting index view',
		users: 'heartbeat statistics view',
		warninglists: 'checkValue export index view',
	},
	contribute: {
		analystData: 'add delete edit',
		attributes:
			'add addTag attributeReplace delete deleteSelected edit editSelected enrich removeTag restore toggleCorrelation toggleToIDS',
		collectionElements: 'add addElementToCollection delete',
		collections: 'add delete edit',
		cryptographicKeys: 'add delete',
		eventDelegations: 'acceptDelegation delegateEvent deleteDelegation',
		eventReports:
			'add delete edit extractAllFromReport importReportFromUrl reportFromEvent restore',
		events:
			'add addTag contact delete edit enrichEvent freeTextImport merge populate protect queryEnrichment removeTag toggleCorrelation unprotect unpublish upload_sample upload_stix',
		galaxies: 'attachCluster attachMultipleClusters',
		galaxyClusterRelations: 'add delete edit',
		galaxyClusters: 'add delete detach edit restore unpublish',
		objectReferences: 'add delete',
		objects: 'add createFromFreetext delete edit groupAttributesIntoObject',
		shadowAttributes: 'accept add delete discard edit',
		sightings: 'add bulkSaveSightings delete',
		tagCollections: 'add addTag delete edit removeTag',
		tags: 'add attachTagToObject modifyTagRelationship removeTagFromObject',
	},
	publish: {
		events: 'alert publish publishSightings',
		galaxyClusters: 'publish',
	},
};

// CakePHP takes /event_reports and /eventReports for the same, and PHP ignores the case of methods.
const normalise = (name: string) => name.replace(/_/g, '').toLowerCase();

const LEVEL_OF = new Map<string, AccessLevel>();
for (const [level, controllers] of Object.entries(ACTIONS)) {
	for (const [controller, actions] of Object.entries(controllers)) {
		for (const action of actions.split(' ')) {
			LEVEL_OF.set(`${normalise(controller)}/${normalise(action)}`, level as AccessLevel);
		}
	}
}

/** MISP maps /events and /events/5 to actions by verb, for these two controllers. */
const BY_VERB: Record<string, string> = {
	GET: 'view',
	POST: 'edit',
	PUT: 'edit',
	DELETE: 'delete',
};

/**
 * The access level that a free request needs, judged by what it does and not by its verb alone.
 *
 * @param method upper-case HTTP method
 * @param path path below MISP's base URL, such as `/events/view/1.json`
 * @param body the JSON body, since it can publish or export on its own
 */
export function accessForRequest(method: string, path: string, body?: unknown): AccessLevel {
	const [controller = '', second] = path
		.replace(/^\/+/, '')
		.split('/')
		.map((segment) => segment.replace(/\.(json|xml|csv)$/i, ''));
	let action = second ?? (method === 'GET' || method === 'HEAD' ? 'index' : 'add');
	if (/^(events|attributes)$/i.test(controller) && /^([0-9]+|[0-9a-f-]{36})$/i.test(action)) {
		action = BY_VERB[method] ?? 'view';
	}
	const level = LEVEL_OF.get(`${normalise(controller)}/${normalise(action)}`) ?? 'administer';
	return higher(level, accessForBody(path, body, SEARCHES.has(normalise(action))));
}

/** Actions for which `published` is a filter, not an order. */
const SEARCHES = new Set(['restsearch', 'index']);

/** What the body or a named parameter adds: `published: 1` publishes, and so does the format "opendata". */
function accessForBody(path: string, body: unknown, searches: boolean): AccessLevel {
	if (/opendata/i.test(path)) return 'publish';
	if (!searches && /\/(publish|published)[:;](?!0)/i.test(path)) return 'publish';
	const found = (value: unknown, depth: number): boolean => {
		if (value === null || typeof value !== 'object' || depth > 3) return false;
		if (Array.isArray(value)) return value.some((entry) => found(entry, depth + 1));
		return Object.entries(value).some(([name, entry]) => {
			if (/^publish(ed)?$/i.test(name) && !searches) {
				return ![false, 0, '0', '', null].includes(entry as null);
			}
			if (/^returnFormat$/i.test(name)) return /opendata/i.test(JSON.stringify(entry));
			return found(entry, depth + 1);
		});
	};
	return found(body, 0) ? 'publish' : 'read';
}
