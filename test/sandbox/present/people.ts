/** Organisations and keys. */
import type { Json } from '../http';
import type { AuthKeyRow, OrganisationRow } from '../rows';
import type { World } from '../state';

export function organisationShort(row: OrganisationRow | undefined): Json {
	return { id: String(row?.id ?? 0), name: row?.name ?? '', uuid: row?.uuid ?? '0' };
}

export function organisationLocal(row: OrganisationRow | undefined): Json {
	return { ...organisationShort(row), local: row?.local ?? true };
}

export function organisationFull(row: OrganisationRow, createdBy: boolean): Json {
	return {
		id: String(row.id),
		name: row.name,
		date_created: row.dateCreated,
		date_modified: row.dateModified,
		description: row.description,
		type: row.type,
		nationality: row.nationality,
		sector: row.sector,
		...(createdBy ? { created_by: String(row.createdBy) } : {}),
		uuid: row.uuid,
		contacts: null,
		local: row.local,
		restricted_to_domain: null,
		landingpage: null,
	};
}

/** The beginning and the end of the key, never the key. */
export function authKeyRow(world: World, row: AuthKeyRow): Json {
	return {
		AuthKey: {
			id: String(row.id),
			uuid: row.uuid,
			authkey_start: row.value.slice(0, 4),
			authkey_end: row.value.slice(-4),
			created: String(row.created),
			expiration: String(row.expiration),
			read_only: row.readOnly,
			user_id: String(row.userId),
			comment: row.comment,
			allowed_ips: row.allowedIps,
			unique_ips: row.uniqueIps,
			last_used: row.lastUsed,
		},
		User: { id: String(row.userId), email: world.users.get(row.userId)?.email ?? '' },
	};
}
