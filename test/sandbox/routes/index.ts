/** All controllers, by their name in lower case without underscores. */
import type { Controller } from '../router';
import { analystData } from './analystData';
import { attributes } from './attributes';
import { auditLogs } from './auditLogs';
import { authKeys } from './authKeys';
import { collectionElements, collections } from './collections';
import { cryptographicKeys } from './cryptographicKeys';
import { decayingModels } from './decayingModels';
import { delegations } from './delegations';
import { events } from './events';
import { feeds } from './feeds';
import { galaxies } from './galaxies';
import { galaxyClusterRelations } from './galaxyClusterRelations';
import { galaxyClusters } from './galaxyClusters';
import { jobs } from './jobs';
import { modules } from './modules';
import { noticelists } from './noticelists';
import { objectReferences } from './objectReferences';
import { objects } from './objects';
import { objectTemplates } from './objectTemplates';
import { organisations } from './organisations';
import { proposals } from './proposals';
import { reports } from './reports';
import { servers } from './servers';
import { sharingGroups } from './sharingGroups';
import { sightings } from './sightings';
import { tagCollections } from './tagCollections';
import { tags } from './tags';
import { taxonomies } from './taxonomies';
import { users } from './users';
import { warninglists } from './warninglists';

export const controllers: Record<string, Controller> = {
	analystdata: analystData,
	attributes,
	auditlogs: auditLogs,
	authkeys: authKeys,
	collectionelements: collectionElements,
	collections,
	cryptographickeys: cryptographicKeys,
	decayingmodel: decayingModels,
	eventdelegations: delegations,
	eventreports: reports,
	events,
	feeds,
	galaxies,
	galaxyclusters: galaxyClusters,
	galaxyclusterrelations: galaxyClusterRelations,
	jobs,
	modules,
	noticelists,
	objectreferences: objectReferences,
	objects,
	objecttemplates: objectTemplates,
	organisations,
	servers,
	shadowattributes: proposals,
	sharinggroups: sharingGroups,
	sightings,
	tagcollections: tagCollections,
	tags,
	taxonomies,
	users,
	warninglists,
};
