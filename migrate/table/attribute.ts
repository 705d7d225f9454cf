import { byId, deletedOutput, GONE, type Conversion } from './conversion';
import { requestOf } from './apiRequest';
import { request } from '../expressions';
import { searchOf } from './search';
import { sharingOf } from './sharing';

const INNER = { inherits: true };

export const attribute: Record<string, Conversion> = {
	create: {
		to: ['attribute', 'create'],
		access: 'contribute',
		parameters: (old) => {
			const more = sharingOf(old, old.collection('additionalFields'), INNER);
			return {
				event: byId(old.required('eventId')),
				type: old.required('type'),
				value: old.required('value'),
				...(Object.keys(more).length === 0 ? {} : { additionalFields: more }),
			};
		},
		differs: ['The items for one event go to MISP in a few requests instead of one each.'],
	},
	delete: {
		to: ['attribute', 'delete'],
		access: 'contribute',
		parameters: (old) => ({ attribute: byId(old.required('attributeId')) }),
		output: `${deletedOutput('attribute')} As before, it is only marked as deleted.`,
		differs: [GONE],
	},
	get: {
		to: ['attribute', 'get'],
		access: 'read',
		parameters: (old) => ({ attribute: byId(old.required('attributeId')) }),
	},
	getAll: requestOf('GET', 'read', {
		path: (old) => {
			if (old.value('returnAll') === true) {
				old.remark(
					'It lists the first 60 attributes, as before: MISP gives no more without a page. To have all of some kind, use Attribute > Search with a filter.',
				);
				return '/attributes';
			}
			return request`/attributes/index/limit:${old.value('limit')}`;
		},
		differs: ['A limit above 60 is met now; MISP gave the built-in node 60 at most.'],
	}),
	search: searchOf('attributes'),
	update: {
		to: ['attribute', 'update'],
		access: 'contribute',
		parameters: (old) => ({
			attribute: byId(old.required('attributeId')),
			updateFields: sharingOf(old, old.collection('updateFields'), INNER),
		}),
	},
};
