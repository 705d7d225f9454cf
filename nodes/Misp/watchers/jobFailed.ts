import { watcher } from '../definition';
import { failedBefore, failures, jobWatch, latestFailure, outOfSight } from '../fields/watchJob';

export const jobFailed = watcher({
	name: 'Job Failed',
	description:
		'Starts once for each background job of MISP that fails, such as fetching a feed or synchronising. Only site admins see jobs.',
	reads:
		'Job.status and Job.failed of the newest 500 jobs, compared with what had failed before; Job.date_modified to look back',
	blindTo:
		'Jobs that fail when 500 newer ones exist already, or that are removed before the next poll; a job that is lost without failing. The words of MISP’s error log.',
	access: 'read',
	endpoints: ['GET /jobs/index/limit:500/page:1'],
	fields: jobWatch,
	row: ({ Job, ...beside }: { Job: object }) => ({ ...Job, ...beside }),
	watch: (context, input) => ({
		once: 'row',
		sources: [failures(context, input)],
		newestId: async () => await outOfSight(context),
		known: () => failedBefore(context),
		latest: async () => await latestFailure(context, input),
	}),
});
