/** /events/enrichEvent, which does its work and then fails to say so. */
import { isRecord, refuse, truthy, type Call } from '../http';
import { canModify, visibleEvent } from '../rights';
import type { Controller } from '../router';
import { saveAttribute } from '../write/attributes';

/** What a look-up of a name gives here: an address from the documentation range. */
const addressOf = (name: string): string =>
	`203.0.113.${1 + ([...name].reduce((sum, char) => sum + char.charCodeAt(0), 0) % 250)}`;

function enrichEvent(call: Call): never {
	const { world, viewer } = call;
	const event = visibleEvent(world, viewer, call.args[0] ?? '');
	if (event === undefined) throw refuse.notAllowed('Invalid Event');
	const chosen = Object.entries(isRecord(call.body) ? call.body : {})
		.filter(([, on]) => truthy(on))
		.map(([name]) => name);
	if (chosen.length === 0) throw refuse.notAllowed('modules not set');
	if (!canModify(viewer, event)) throw refuse.forbidden();
	if (world.settings.modulesRunning && chosen.includes('dns_sandbox')) {
		const work = () => {
			const names = event.attributes.filter(({ type }) => /^(domain|hostname)$/.test(type));
			for (const { value1 } of names) {
				const comment = `${value1}: enriched via the dns_sandbox module.`;
				saveAttribute(world, viewer, event, { type: 'ip-dst', value: addressOf(value1), comment });
			}
			if (names.length > 0) world.touch(event);
		};
		world.queue(work, { worker: 'prio', type: 'enrichment', input: `Event ID: ${event.id}` });
	}
	throw refuse.broken();
}

export const eventEnrich: Controller = {
	enrichEvent: { needs: 'perm_add', run: enrichEvent },
};
