/** /cryptographicKeys: who may sign an event. The sandbox reads no keys, it only looks at their frame. */
import { createHash, randomUUID } from 'node:crypto';
import { answer, isRecord, notSaved, refuse, saved, unwrap, type Call } from '../http';
import { isSiteAdmin, visibleEvent } from '../rights';
import type { Controller } from '../router';
import type { World } from '../state';

interface KeyRow {
	id: number;
	eventId: number;
	data: string;
}

const rings = new WeakMap<World, Map<number, KeyRow>>();

export function ringOf(world: World): Map<number, KeyRow> {
	const known = rings.get(world) ?? new Map<number, KeyRow>();
	rings.set(world, known);
	return known;
}

function add(call: Call) {
	const { world, viewer, args } = call;
	const event = visibleEvent(world, viewer, args[1]);
	if (event === undefined || (!isSiteAdmin(viewer) && event.orgcId !== viewer.user.orgId)) {
		throw refuse.notAllowed('Invalid Event.');
	}
	const body = unwrap(call.body, 'CryptographicKey');
	const fields = isRecord(body) ? body : {};
	const data = String(fields.key_data ?? '');
	const refused = (errors: unknown) =>
		notSaved('Could not add cryptographicKey', '/cryptographic_keys/add', errors);
	if (fields.type !== 'pgp') return refused({ type: ['Invalid key type'] });
	if (!data.includes('BEGIN PGP PUBLIC KEY BLOCK')) return refused({ key_data: ['Invalid key.'] });
	const ring = ringOf(world);
	const same = [...ring.values()].some((row) => row.eventId === event.id && row.data === data);
	if (same) return refused({ key_data: ['This key is already assigned to the target.'] });
	const row: KeyRow = { id: world.nextId('cryptographicKey'), eventId: event.id, data };
	ring.set(row.id, row);
	return answer({
		CryptographicKey: {
			id: String(row.id),
			uuid: randomUUID(),
			type: 'pgp',
			timestamp: String(world.now()),
			parent_id: String(event.id),
			parent_type: 'Event',
			key_data: data,
			revoked: false,
			fingerprint: createHash('sha1').update(data).digest('hex').toUpperCase(),
		},
	});
}

function remove({ world, viewer, args, url }: Call) {
	const row = ringOf(world).get(Number(args[0]));
	if (row === undefined) throw refuse.notFound('Invalid CryptographicKey.');
	const event = world.events.get(row.eventId);
	if (!isSiteAdmin(viewer) && event?.orgcId !== viewer.user.orgId) {
		throw refuse.notAllowed('Something went wrong, delete action failed.');
	}
	ringOf(world).delete(row.id);
	return saved('CryptographicKey deleted.', url, row.id);
}

export const cryptographicKeys: Controller = {
	add: { needs: 'perm_add', run: add },
	delete: { needs: 'perm_add', run: remove },
};
