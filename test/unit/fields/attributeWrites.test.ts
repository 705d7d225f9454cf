import { MispError, UNKNOWN_OUTCOME } from '../../../nodes/Misp/client/errors';
import type { Misp } from '../../../nodes/Misp/client/client';
import { addAttributes, newAttribute } from '../../../nodes/Misp/fields/attributeWrites';

/** A MISP that is still at work on what it was sent when the connection broke. */
it('takes for saved what MISP refuses the second time, since it has saved it meanwhile', async () => {
	const sent = ['a', 'b'].map((name) =>
		newAttribute({ type: 'domain', value: `${name}.example.com` }),
	);
	const rows = sent.map((attribute, at) => ({ ...attribute, id: String(at), Event: {} }));
	const asked: string[] = [];
	const misp = {
		request: async () => {
			asked.push('add');
			if (asked.length === 1) {
				throw new MispError('network', `The connection broke.${UNKNOWN_OUTCOME}`);
			}
			throw new MispError('conflict', 'Refused.', {
				status: 403,
				errors: {
					attribute_0: { value: ['A similar attribute already exists for this event.'] },
					attribute_1: { uuid: ['The UUID provided is not unique'] },
				},
			});
		},
		post: async () => {
			asked.push('search');
			return { Attribute: asked.length === 2 ? [] : rows };
		},
	} as unknown as Misp;
	const written = await addAttributes(misp, '7', sent);
	expect(asked).toEqual(['add', 'search', 'add', 'search']);
	expect(written).toEqual(sent.map((attribute, at) => ({ row: { ...attribute, id: String(at) } })));
});
