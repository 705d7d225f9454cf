/** /jobs: what the workers did and have to do. */
import { answer, type Call } from '../http';
import type { Controller } from '../router';
import { paginated } from '../search/pages';
import { JOB } from '../state/ground';

const QUEUES = new Set(['email', 'default', 'cache', 'prio', 'update']);
const PAGE = 20;

/** A job that failed has the status 3; the words beside it tell of the process, which may crash. */
function index({ world, args: [queue = ''], named }: Call) {
	const rows = [...world.jobs.values()]
		.filter(({ worker }) => !QUEUES.has(queue) || worker === queue)
		.sort((a, b) => b.id - a.id);
	return answer(
		paginated(rows, named, PAGE).map((row) => {
			const organisation = world.organisations.get(row.orgId);
			const waits = row.status !== JOB.failed && row.status !== JOB.completed;
			return {
				Job: {
					id: String(row.id),
					worker: row.worker,
					job_type: row.type,
					job_input: row.input,
					status: String(row.status),
					retries: '0',
					message: row.message,
					progress: String(row.progress),
					org_id: String(row.orgId),
					process_id: row.processId,
					date_created: row.created,
					date_modified: row.modified,
					job_status: row.crashed === true ? 'Failed' : waits ? 'Waiting' : 'Completed',
					failed: row.crashed === true,
					worker_status: true,
				},
				Org: {
					id: organisation ? String(organisation.id) : null,
					name: organisation?.name ?? null,
					uuid: organisation?.uuid ?? null,
				},
			};
		}),
	);
}

export const jobs: Controller = { index: { needs: 'perm_site_admin', run: index } };
