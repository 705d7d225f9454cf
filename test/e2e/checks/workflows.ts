import type { N8nRest } from '../../../scripts/lib/n8nRest';
import type { Context } from '../context';
import { alertTriage } from '../examples/alertTriage';
import { blockLists } from '../examples/blockLists';
import { falsePositiveTriage } from '../examples/falsePositiveTriage';
import { feedsAndJobs } from '../examples/feedsAndJobs';
import { nightlyKeyAudit } from '../examples/nightlyKeyAudit';
import { phishingMailbox } from '../examples/phishingMailbox';
import { publishedEvent } from '../examples/publishedEvent';
import { setStage, type Stage } from '../examples/stage';
import { twoMisps } from '../examples/twoMisps';
import type { Report } from '../report';

/** What each file of examples/workflows does, from one end to the other. */
export const EXAMPLES: Record<string, (stage: Stage) => Promise<void>> = {
	'published-event.json': publishedEvent,
	'alert-triage.json': alertTriage,
	'phishing-mailbox.json': phishingMailbox,
	'block-lists.json': blockLists,
	'feeds-and-jobs.json': feedsAndJobs,
	'nightly-key-audit.json': nightlyKeyAudit,
	'two-misps.json': twoMisps,
	'false-positive-triage.json': falsePositiveTriage,
};

/** The example workflows as they are stored, with the services around them played on this machine. */
export async function checkWorkflows(report: Report, context: Context): Promise<void> {
	report.group('Example workflows');
	const files = Object.entries(EXAMPLES).filter(
		([file]) => context.example === undefined || file === context.example,
	);
	const stage = await setStage(context);
	try {
		for (const [file, run] of files) {
			await report.check(file, async () => {
				try {
					await run(stage);
				} finally {
					await switchOff(context.n8n.rest);
				}
			});
		}
	} finally {
		await stage.stop();
	}
}

/** What failed half-way must not start anything while others are checked. */
async function switchOff(rest: N8nRest): Promise<void> {
	for (const { id, active } of await rest.workflows()) if (active) await rest.deactivate(id);
}
