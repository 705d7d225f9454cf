import type { Watchers } from '../definition/watcher';
import { attributeAdded } from './attributeAdded';
import { attributeDeleted } from './attributeDeleted';
import { attributeUpdated } from './attributeUpdated';
import { eventCreated } from './eventCreated';
import { eventPublished } from './eventPublished';
import { eventUpdated } from './eventUpdated';
import { objectAdded } from './objectAdded';
import { proposalAdded } from './proposalAdded';
import { sightingAdded } from './sightingAdded';
import { tagApplied } from './tagApplied';
import { eventReportChanged } from './eventReportChanged';
import { analystDataAdded } from './analystDataAdded';
import { auditLogEntry } from './auditLogEntry';
import { jobFailed } from './jobFailed';
import { warninglistChanged } from './warninglistChanged';
import { taxonomyChanged } from './taxonomyChanged';
import { galaxyChanged } from './galaxyChanged';
import { feedChanged } from './feedChanged';

/** What the trigger can watch; the keys are the values that workflows store. */
export const watchers: Watchers = {
	eventPublished,
	eventCreated,
	eventUpdated,
	tagApplied,
	attributeAdded,
	attributeUpdated,
	attributeDeleted,
	objectAdded,
	sightingAdded,
	proposalAdded,
	eventReportChanged,
	analystDataAdded,
	auditLogEntry,
	jobFailed,
	warninglistChanged,
	taxonomyChanged,
	galaxyChanged,
	feedChanged,
};
