import type { Catalogue } from '../definition/operation';
import { analystData } from './analystData';
import { apiRequest } from './apiRequest';
import { attribute } from './attribute';
import { currentUser } from './currentUser';
import { collection } from './collection';
import { cryptographicKey } from './cryptographicKey';
import { decayingModel } from './decayingModel';
import { delegation } from './delegation';
import { enrichmentModule } from './enrichmentModule';
import { event } from './event';
import { galaxy } from './galaxy';
import { galaxyCluster } from './galaxyCluster';
import { eventReport } from './eventReport';
import { noticelist } from './noticelist';
import { object } from './object';
import { objectTemplate } from './objectTemplate';
import { organisation } from './organisation';
import { proposal } from './proposal';
import { exportData } from './export';
import { sharingGroup } from './sharingGroup';
import { sighting } from './sighting';
import { statistics } from './statistics';
import { tag } from './tag';
import { tagCollection } from './tagCollection';
import { taxonomy } from './taxonomy';
import { warninglist } from './warninglist';

/**
 * The resources of the node "MISP Threat Intelligence", by the values that workflows store. The
 * first is what a new node shows; the drop-down is sorted by name.
 */
export const catalogue: Catalogue = {
	event,
	attribute,
	object,
	objectTemplate,
	tag,
	galaxy,
	galaxyCluster,
	tagCollection,
	taxonomy,
	proposal,
	eventReport,
	analystData,
	sighting,
	warninglist,
	noticelist,
	sharingGroup,
	organisation,
	export: exportData,
	collection,
	decayingModel,
	delegation,
	cryptographicKey,
	statistics,
	currentUser,
	apiRequest,
	enrichmentModule,
};
