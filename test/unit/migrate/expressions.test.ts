import { jsonText, namesNode, readsInput, request, scriptOf } from '../../../migrate/expressions';

it.each([
	['text', '"text"'],
	[5, '5'],
	['={{ $json.id }}', '$json.id'],
	['={{ $json.a || $json.b }}', '($json.a || $json.b)'],
	['={{ $json.id // the id\n }}', '($json.id // the id\n)'],
	['=a {{ $json.id }} b', '["a ", $json.id, " b"].join("")'],
	['={{ $json.a }}{{ $json.b }}', '[$json.a, $json.b].join("")'],
	['=just text', '["just text"].join("")'],
])('%j as a script', (value, script) => {
	expect(scriptOf(value)).toBe(script);
});

it('writes ids into a path, as they are or by expression', () => {
	expect(request`/a/${'5'}/${7}`).toBe('/a/5/7');
	expect(request`/a/${' x/y '}`).toBe('/a/x%2Fy');
	expect(request`/a/${'={{ $json.id }}'}/${'t'}`).toBe('=/a/{{ $json.id }}/t');
});

it('writes JSON that n8n evaluates only where it must', () => {
	expect(JSON.parse(jsonText({ a: '1', b: undefined, c: [2] }))).toEqual({ a: '1', c: [2] });
	expect(jsonText({ 'a"': '={{ $json.x }}', b: 'y' })).toBe(
		'={{ JSON.stringify({\n  "a\\"": $json.x,\n  "b": "y"\n}) }}',
	);
});

it.each([
	["={{ $('A b').item.json.x }}", true],
	['={{ $("A b").first() }}', true],
	['={{ $( `A b` ).all() }}', true],
	['={{ $node["A b"].json.x }}', true],
	["={{ $items('A b') }}", true],
	["={{ $('A b c').item }}", false],
	['={{ $json["A b"] }}', false],
])('%s asks for "A b": %s', (text, expected) => {
	expect(namesNode(text, 'A b')).toBe(expected);
});

it('knows the old way to name a node of one word', () => {
	expect(namesNode('={{ $node.MISP.json.id }}', 'MISP')).toBe(true);
	expect(namesNode('={{ $node.MISP2.json.id }}', 'MISP')).toBe(false);
});

it.each([
	['={{ $json.id }}', true],
	['={{ $input.first().json }}', true],
	['return items;', true],
	['return _json["id"]', true],
	['={{ $now.toISO() }}', false],
	['={{ $jsonata }}', false],
])('%s asks for what comes in: %s', (text, expected) => {
	expect(readsInput(text)).toBe(expected);
});
