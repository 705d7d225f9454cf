/** Organisations, users, their roles and keys, and sharing groups. */
import { randomUUID } from 'node:crypto';
import type { Role } from '../roles';
import type { AuthKeyRow, OrganisationRow, SharingGroupRow, UserRow } from '../rows';
import { Ground, type New } from './ground';

export class People extends Ground {
	readonly roles = new Map<number, Role>();
	readonly organisations = new Map<number, OrganisationRow>();
	readonly users = new Map<number, UserRow>();
	readonly authKeys = new Map<number, AuthKeyRow>();
	readonly sharingGroups = new Map<number, SharingGroupRow>();

	addOrganisation(row: New<OrganisationRow> & { name: string }): OrganisationRow {
		const organisation: OrganisationRow = {
			uuid: randomUUID(),
			dateCreated: this.dateTime(),
			dateModified: this.dateTime(),
			description: null,
			type: '',
			nationality: '',
			sector: '',
			createdBy: 1,
			local: true,
			...row,
			id: this.nextId('organisation', row.id),
		};
		this.organisations.set(organisation.id, organisation);
		return organisation;
	}

	organisation(name: string): OrganisationRow {
		for (const row of this.organisations.values()) if (row.name === name) return row;
		throw new Error(`The sandbox has no organisation ${name}`);
	}

	addUser(row: New<UserRow> & { email: string; orgId: number; roleId: number }): UserRow {
		const user: UserRow = {
			disabled: false,
			created: this.now(),
			...row,
			id: this.nextId('user', row.id),
		};
		this.users.set(user.id, user);
		return user;
	}

	user(email: string): UserRow {
		for (const row of this.users.values()) if (row.email === email) return row;
		throw new Error(`The sandbox has no user ${email}`);
	}

	addAuthKey(row: New<AuthKeyRow> & { value: string; userId: number }): AuthKeyRow {
		const key: AuthKeyRow = {
			uuid: randomUUID(),
			created: this.now(),
			expiration: 0,
			readOnly: false,
			comment: '',
			allowedIps: null,
			uniqueIps: [],
			lastUsed: null,
			...row,
			id: this.nextId('authKey', row.id),
		};
		this.authKeys.set(key.id, key);
		return key;
	}

	addSharingGroup(row: New<SharingGroupRow> & { name: string; orgId: number }): SharingGroupRow {
		const group: SharingGroupRow = {
			uuid: randomUUID(),
			releasability: '',
			description: '',
			active: true,
			created: this.dateTime(),
			modified: this.dateTime(),
			local: false,
			roaming: false,
			members: [],
			servers: [],
			syncUserId: 1,
			...row,
			id: this.nextId('sharingGroup', row.id),
		};
		this.sharingGroups.set(group.id, group);
		return group;
	}
}
