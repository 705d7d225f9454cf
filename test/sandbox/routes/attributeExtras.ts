/** /attributes: download, enrich, attributeStatistics. */
import { answer, refuse, saved, type Call } from '../http';
import { visibleAttribute } from '../rights';
import type { Controller } from '../router';

const TYPES: Record<string, string> = {
	txt: 'text/plain; charset=UTF-8',
	html: 'text/html; charset=UTF-8',
	pdf: 'application/pdf',
	zip: 'application/zip',
};

function download(call: Call) {
	const found = visibleAttribute(call.world, call.viewer, call.args[0] ?? '');
	const { type = '', value1 = '', data } = found?.attribute ?? {};
	if (found === undefined || data === undefined) throw refuse.notFound('Invalid attribute');
	const name = type === 'malware-sample' ? `${value1}.zip` : value1;
	return answer(Buffer.from(data, 'base64'), {
		'Content-Type': TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
		'Content-Disposition': `attachment; filename="${name}"`,
		'Content-Transfer-Encoding': 'binary',
		'Accept-Ranges': 'bytes',
	});
}

/** Queues a job whatever the modules are called; nobody looks whether they exist. */
function enrich(call: Call) {
	const found = visibleAttribute(call.world, call.viewer, call.args[0] ?? '');
	if (found === undefined) throw refuse.notAllowed('Invalid attribute');
	const input = `Attribute ID: ${found.attribute.id}`;
	const { id } = call.world.queue(() => undefined, { worker: 'prio', type: 'enrichment', input });
	return saved(`Job queued (job ID: ${id}).`, '/attributes/enrich');
}

function statistics(call: Call) {
	const [by = 'type', share] = call.args;
	const column = by === 'category' ? 'category' : 'type';
	const counts = new Map<string, number>();
	const rows = [...call.world.attributes.values()].filter((row) => !row.deleted);
	for (const row of rows) counts.set(row[column], (counts.get(row[column]) ?? 0) + 1);
	const percent = (count: number) => `${Math.round((100_000 * count) / rows.length) / 1000}%`;
	const asShare = share !== undefined && share !== '0';
	return answer(
		Object.fromEntries(
			[...counts]
				.sort(([a], [b]) => (a < b ? -1 : 1))
				.map(([name, count]) => [name, asShare ? percent(count) : String(count)]),
		),
	);
}

export const attributeExtras: Controller = {
	download: { run: download },
	enrich: { needs: 'perm_add', run: enrich },
	attributeStatistics: { run: statistics },
};
