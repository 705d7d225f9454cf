/** /users/view and /users/heartbeat */
import { answer, refuse, type Call } from '../http';
import { organisationFull } from '../present';
import { isSiteAdmin } from '../rights';
import { presentRole } from '../roles';
import type { Controller } from '../router';
import { statistics } from './statistics';

function view(call: Call) {
	const { world, viewer } = call;
	const [id = 'me'] = call.args;
	const user = id === 'me' ? viewer.user : world.users.get(Number(id));
	if (user === undefined || (user !== viewer.user && !isSiteAdmin(viewer))) {
		throw refuse.notFound('Invalid user');
	}
	const role = world.roles.get(user.roleId);
	const organisation = world.organisations.get(user.orgId);
	// The first user of an instance has never been edited: its empty fields are null.
	const unset = user.id === 1 ? null : '';
	return answer({
		User: {
			id: String(user.id),
			password: '*****',
			org_id: String(user.orgId),
			email: user.email,
			...(world.settings.advancedAuthKeys ? {} : { authkey: viewer.key.value }),
			autoalert: false,
			invited_by: user.id === 1 ? '0' : '1',
			gpgkey: unset,
			certif_public: '',
			nids_sid: String(4_000_000 + user.id),
			termsaccepted: true,
			newsread: '0',
			role_id: String(user.roleId),
			change_pw: false,
			contactalert: false,
			disabled: user.disabled,
			expiration: null,
			current_login: '0',
			last_login: '0',
			force_logout: false,
			date_created: user.id === 1 ? null : String(user.created),
			date_modified: String(user.created),
			sub: null,
			external_auth_required: false,
			external_auth_key: unset,
			last_api_access: String(world.now()),
			notification_daily: false,
			notification_weekly: false,
			notification_monthly: false,
			totp: '*****',
			hotp_counter: null,
			last_pw_change: String(user.created),
			totp_is_set: '0',
		},
		// The role as stored, even for a read-only key.
		Role: role === undefined ? {} : presentRole(role),
		UserSetting: [],
		Organisation: organisation === undefined ? {} : organisationFull(organisation, true),
	});
}

export const users: Controller = {
	view: { run: view },
	statistics: { run: statistics },
	heartbeat: { anonymous: true, run: () => answer({ message: 'OK' }) },
};
