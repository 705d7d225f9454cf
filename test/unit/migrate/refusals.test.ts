import { convertNode } from '../../../migrate/node';

const convert = (parameters: Record<string, unknown>) =>
	convertNode({ name: 'MISP', type: 'n8n-nodes-base.misp', parameters });

const search = (jsonOutput: string) => ({ operation: 'search', useJson: true, jsonOutput });

describe('what cannot be converted stays as it is, with the reason', () => {
	it.each<[string, Record<string, unknown>, RegExp]>([
		[
			'an unknown operation',
			{ resource: 'event', operation: 'burn' },
			/no operation "event: burn"/,
		],
		['an unknown resource', { resource: 'constructor', operation: 'name' }, /no operation/],
		['an operation by expression', { operation: '={{ $json.do }}' }, /operation is an expression/],
		['a resource by expression', { resource: '={{ $json.what }}' }, /resource is an expression/],
		['an empty id', { operation: 'get', attributeId: '' }, /"attributeId" is empty/],
		[
			'an event that inherits',
			{ resource: 'event', information: 'x', additionalFields: { distribution: 5 } },
			/Inherit Event/,
		],
		[
			'a sharing group that is not chosen',
			{ eventId: '1', value: 'x', additionalFields: { distribution: '4' } },
			/no group is chosen/,
		],
		['fields by expression', { eventId: '1', value: 'x', additionalFields: '={{ 1 }}' }, /list/],
		['an update of nothing', { resource: 'feed', operation: 'update', feedId: '1' }, /no field/],
		[
			'an update of an event by nothing',
			{ resource: 'event', operation: 'update', eventId: '1', updateFields: {} },
			/no field/,
		],
		['a search that excludes a value', { operation: 'search', value: '!x' }, /exclude/],
		['a search for everything', { operation: 'search', value: '%' }, /return everything/],
		['a search with a filter that MISP ignores', search('{"values": "x"}'), /may mean "value"/],
		['a search without a filter', search('{"includeContext": 1}'), /no filter/],
		['a search in another format', search('{"value": "x", "returnFormat": "csv"}'), /Export > Run/],
		['a page of a search', search('{"value": "x", "page": 2}'), /one page/],
		['JSON that is none', search('{value: x}'), /JSON is not an object/],
		['JSON that is a list', search('["x"]'), /JSON is not an object/],
		['a switch by expression', { operation: 'search', useJson: '={{ true }}' }, /"useJson"/],
		[
			'a filter "deleted" by expression',
			{ operation: 'search', value: 'x', additionalFields: { deleted: '={{ $json.d }}' } },
			/"deleted"/,
		],
	])('%s', (_name, parameters, reason) => {
		const { node, outcome } = convert(parameters);
		expect(outcome).toEqual({ converted: false, reason: expect.stringMatching(reason) });
		expect(node.type).toBe('n8n-nodes-base.misp');
		expect(node.parameters).toEqual(parameters);
	});
});

describe('what is left out is said', () => {
	it.each<[string, Record<string, unknown>, RegExp]>([
		[
			'a parameter of another operation',
			{ operation: 'get', attributeId: '1', colour: '#fff' },
			/"colour" has no/,
		],
		[
			'a sharing group that MISP does not read',
			{ eventId: '1', value: 'x', additionalFields: { distribution: 1, sharing_group_id: '2' } },
			/sharing group was left out/,
		],
		[
			'"published" that is off',
			{ operation: 'search', value: 'x', additionalFields: { published: false } },
			/Published: false was left out/,
		],
		[
			'"to_ids" that is off, in JSON',
			search('{"value": "x", "to_ids": false}'),
			/"to_ids": false was left out/,
		],
		[
			'"Search All" of objects',
			{
				resource: 'object',
				operation: 'search',
				value: 'x',
				additionalFields: { searchall: 'y' },
			},
			/MISP ignores it for objects/,
		],
		[
			'a filter from elsewhere',
			{ operation: 'search', value: 'x', additionalFields: { colour: 'y' } },
			/"colour" is not known/,
		],
		[
			'the limit of a list that MISP sends whole',
			{ resource: 'user', operation: 'getAll' },
			/limit of 50/,
		],
	])('%s', (_name, parameters, remark) => {
		const { outcome } = convert(parameters);
		expect(outcome).toMatchObject({ converted: true });
		const remarks = outcome.converted ? outcome.remarks : [];
		expect(remarks.join('\n')).toMatch(remark);
	});
});
