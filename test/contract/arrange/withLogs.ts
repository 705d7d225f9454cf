/** Arranging steps for audit logs and feeds. */
import { type World } from '../../sandbox/server';
import { entries, isRow, type Row } from '../import';
import { recording } from '../recordings';
import { type Arrange, EXACT, own } from './stage';

const text = (value: unknown) => (typeof value === 'string' ? value : null);

function importAuditRow(world: World, row: Row): void {
	const id = Number(row.id);
	if (world.auditRows.has(id)) return;
	world.addAuditRow({
		id,
		created: Date.parse(`${String(row.created)}Z`) / 1000,
		userId: Number(row.user_id),
		orgId: Number(row.org_id),
		keyId: Number(row.authkey_id),
		ip: text(row.ip),
		action: String(row.action),
		model: String(row.model),
		modelId: Number(row.model_id),
		title: text(row.model_title),
		eventId: row.event_id === null ? null : Number(row.event_id),
		change: isRow(row.change) ? row.change : {},
	});
}

/** What the reply shows, and what a list without filters shows. */
export const importAuditLog: Arrange = ({ world, shown, sandbox }) => {
	own(world, 132);
	const { response } = recording('poll_seq_10_01_audit_logs_created_admin');
	for (const entry of [...entries(shown), ...entries(response)]) {
		const { Organisation, AuditLog } = entry;
		if (isRow(Organisation)) {
			const known = sandbox.world.organisations.get(Number(Organisation.id));
			if (known) known.uuid = String(Organisation.uuid);
		}
		if (isRow(AuditLog)) importAuditRow(world, AuditLog);
	}
	return EXACT;
};

/** Those that only site admins see are there for others, too. */
export const importFeeds: Arrange = ({ world, shown }) => {
	if (entries(shown).length === 0) world.addFeed({ name: 'Not for others' });
	for (const { Feed: row } of entries(shown)) {
		if (!isRow(row)) continue;
		world.addFeed({
			id: Number(row.id),
			name: String(row.name),
			provider: String(row.provider),
			url: String(row.url),
			enabled: row.enabled === true,
			cachingEnabled: row.caching_enabled === true,
			lookupVisible: row.lookup_visible === true,
			isDefault: row.default === true,
			format: row.source_format as 'misp',
			distribution: Number(row.distribution),
			eventId: Number(row.event_id),
			fixedEvent: row.fixed_event === true,
			settings: text(row.settings),
		});
	}
	return EXACT;
};
