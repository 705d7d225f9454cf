/** The events that recorded requests about signing keys speak of. */
import { ringOf } from '../../sandbox/routes/cryptographicKeys';
import { isRow } from '../import';
import { own, type Arrange } from './stage';

export const withKeys: Arrange = ({ world, one }) => {
	ringOf(world).clear();
	for (const id of [127, 128, 129]) own(world, id);
	const body = isRow(one.request.body) ? one.request.body : {};
	const there = /_add_again$/.test(one.name) || /_delete_other_org$/.test(one.name);
	if (there) ringOf(world).set(1, { id: 1, eventId: 128, data: String(body.key_data) });
};
