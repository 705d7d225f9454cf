import { besideEnvelope, fieldIn, shape, watcher } from '../definition';
import { auditLog, auditWatch } from '../fields/watchAuditLog';

const auditLogRow = shape({
	kind: 'Audit Log Entry',
	flat: besideEnvelope('AuditLog'),
	columns: {
		id: 'Number of the entry',
		created: 'When it was, without a zone',
		action: 'What was done, such as `edit`',
		model: 'To what, such as `Event`',
		title: 'Its title',
		model_id: 'Its number',
		event_id: 'Number of the event',
		user: {
			description: 'E-mail address of who did it',
			from: ({ User }) => fieldIn(User, 'email'),
		},
		organisation: {
			description: 'Name of their organisation',
			from: ({ Organisation }) => fieldIn(Organisation),
		},
	},
});

export const auditLogEntry = watcher({
	name: 'Audit Log Entry',
	description:
		'Starts for each entry of MISP’s audit log: who changed, published, tagged or deleted what. Polling itself makes no entries.',
	reads: 'AuditLog.id; AuditLog.created to look back, which has no zone and is taken for UTC',
	blindTo:
		'What MISP does not write down, which is everything while MISP.log_new_audit is off; what this user may not see: site admins see everything, administrators their organisation, others only what they did themselves. Where the server’s clock is in another zone than UTC, looking back begins earlier or later by as much',
	whenNone:
		'MISP shows nobody whether its audit log is on: the setting MISP.log_new_audit, which a site admin can look up.',
	readBy: 'sequence',
	access: 'read',
	endpoints: ['POST /admin/audit_logs/index/limit:{limit}/page:{page}', 'GET /users/view/me'],
	fields: auditWatch,
	row: auditLogRow,
	watch: (context, input) => ({ once: 'row', sources: [auditLog(context, input)] }),
});
