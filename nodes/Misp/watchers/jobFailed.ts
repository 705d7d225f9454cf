import { besideEnvelope, shape, watcher } from '../definition';
import { failedBefore, failures, jobWatch, latestFailure, outOfSight } from '../fields/watchJob';

const jobRow = shape({
	kind: 'Job',
	flat: besideEnvelope('Job'),
	columns: {
		id: 'Number of the job',
		job_type: 'What it does, such as `fetch_feeds`',
		job_input: 'What it does it with',
		job_status: 'How it stands, in words',
		message: 'What MISP says of it',
		worker: 'Queue that it is in',
		date_created: 'When it was queued, without a zone',
		date_modified: 'When it changed last, without a zone',
	},
});

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
	row: jobRow,
	watch: (context, input) => ({
		once: 'row',
		sources: [failures(context, input)],
		newestId: async () => await outOfSight(context),
		known: () => failedBefore(context),
		latest: async () => await latestFailure(context, input),
	}),
});
