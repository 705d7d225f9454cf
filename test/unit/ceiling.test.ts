import * as fc from 'fast-check';

import { Ceiling } from '../../nodes/Misp/client/ceiling';
import type { Misp, MispRequest } from '../../nodes/Misp/client/client';
import { isAbove, stricter, TLP_LEVELS, type Tlp } from '../../nodes/Misp/client/tlp';

/** Events as MISP's index shows them, and attributes with markings of their own. */
interface World {
	events: Array<{ id: number; level: Tlp | undefined }>;
	attributes: Array<{ id: number; event: number; level: Tlp | undefined; shownTags: boolean }>;
}

const uuid = (kind: number, id: number) =>
	`00000000-0000-4000-800${kind}-${String(id).padStart(12, '0')}`;

const tagsOf = (level: Tlp | undefined) =>
	level === undefined ? [] : [{ name: `tlp:${level}`, colour: '#000000' }];

/** A MISP that knows no more than what the ceiling asks of it. */
function mispOf({ events, attributes }: World): { misp: Misp; sent: string[] } {
	const sent: string[] = [];
	const wanted = (body: unknown): Record<string, unknown> => body as Record<string, unknown>;
	const answer = ({ path, body }: MispRequest): unknown => {
		sent.push(path);
		if (path === '/tags/search')
			return TLP_LEVELS.map((name) => ({ Tag: { name: `tlp:${name}` } }));
		if (path === '/events/index') {
			const asked = String(wanted(body).eventid).split('|');
			return events
				.filter(({ id }) => asked.includes(String(id)))
				.map(({ id, level }) => ({
					id: String(id),
					uuid: uuid(1, id),
					EventTag: tagsOf(level).map((Tag) => ({ Tag })),
				}));
		}
		const { eventid, tags, page } = wanted(body) as Record<string, string[]> & { page: unknown };
		const found = attributes.filter(
			({ event, level }) =>
				level !== undefined && eventid?.includes(String(event)) && tags?.includes(`tlp:${level}`),
		);
		return {
			response: {
				Attribute: page === 1 ? found.map(({ id }) => ({ id: String(id), uuid: uuid(2, id) })) : [],
			},
		};
	};
	const misp = {
		post: async (path: string, body: unknown) => answer({ method: 'POST', path, body } as never),
		request: async (request: MispRequest) => ({ status: 200, headers: {}, data: answer(request) }),
	};
	return { misp: misp as unknown as Misp, sent };
}

const row = (one: World['attributes'][number]) => ({
	id: String(one.id),
	uuid: uuid(2, one.id),
	event_id: String(one.event),
	type: 'domain',
	value: `secret-${one.id}`,
	...(one.shownTags ? { Tag: tagsOf(one.level) } : {}),
});

const level = fc.constantFrom(...TLP_LEVELS);
const marking = fc.option(level, { nil: undefined });
const world = fc
	.record({
		levels: fc.array(marking, { minLength: 1, maxLength: 4 }),
		attributes: fc.array(fc.record({ at: fc.nat(), level: marking, shownTags: fc.boolean() }), {
			maxLength: 8,
		}),
	})
	.map(
		({ levels, attributes }): World => ({
			events: levels.map((one, index) => ({ id: index + 1, level: one })),
			attributes: attributes.map(({ at, ...one }, index) => ({
				...one,
				id: index + 100,
				event: (at % levels.length) + 1,
			})),
		}),
	);

/** What an attribute counts as: the stricter of its own marking and that of its event. */
const effective = (of: World, one: World['attributes'][number], unmarked: Tlp): Tlp => {
	const event = of.events.find(({ id }) => id === one.event)?.level ?? unmarked;
	return one.level === undefined ? event : stricter(event, one.level);
};

/** The same rows in every form in which MISP nests them. */
const FORMS: Record<string, (rows: unknown[], of: World) => unknown> = {
	list: (rows) => rows,
	search: (rows) => ({ response: { Attribute: rows } }),
	wrapped: (rows) => rows.map((Attribute) => ({ Attribute })),
	event: (rows, { events }) => ({
		response: events.map(({ id }) => ({
			Event: {
				id: String(id),
				info: `title-${id}`,
				Attribute: rows.filter((one) => (one as { event_id: string }).event_id === String(id)),
			},
		})),
	}),
	object: (rows) => ({
		response: rows.map((one) => ({
			Object: { id: '7', event_id: (one as { event_id: string }).event_id, Attribute: [one] },
		})),
	}),
	sighting: (rows) =>
		rows.map((one) => {
			const { id, event_id, value } = one as Record<string, string>;
			return { Sighting: { id: '9', attribute_id: id, event_id, type: '0', value } };
		}),
	proposal: (rows) =>
		rows.map((one) => {
			const { id, event_id, value } = one as Record<string, string>;
			return { ShadowAttribute: { id: '3', old_id: id, event_id, type: 'domain', value } };
		}),
	correlation: (rows) => ({
		Event: {
			id: '1',
			Attribute: [
				{
					RelatedAttribute: rows.map((one) => {
						const { id, event_id, value } = one as Record<string, string>;
						return {
							id: event_id,
							attribute_id: id,
							value,
							info: `title-${event_id}`,
							org_id: '1',
						};
					}),
				},
			],
		},
	}),
	reference: (rows) => ({
		Object: {
			id: '7',
			event_id: '1',
			ObjectReference: rows.map((Attribute) => ({
				referenced_type: '0',
				referenced_id: (Attribute as { id: string }).id,
				event_id: (Attribute as { event_id: string }).event_id,
				Attribute,
			})),
		},
	}),
};

describe('Ceiling.sift', () => {
	it.each(Object.keys(FORMS))('lets exactly what is below it through, as %s', async (form) => {
		await fc.assert(
			fc.asyncProperty(world, level, level, async (of, limit, unmarked) => {
				const { misp } = mispOf(of);
				const ceiling = new Ceiling(misp, { limit, unmarked });
				const rows = of.attributes.map(row);
				const { kept } = await ceiling.sift(FORMS[form]?.(rows, of));
				const text = JSON.stringify(kept ?? null);
				const hostLevel = of.events[0]?.level ?? unmarked;
				const hosted = form === 'reference' || form === 'correlation';
				const hostIsHeld = hosted && isAbove(hostLevel, limit);
				for (const one of of.attributes) {
					const above = hostIsHeld || isAbove(effective(of, one, unmarked), limit);
					expect([one.id, text.includes(`"secret-${one.id}"`)]).toEqual([one.id, !above]);
				}
				for (const { id, level: marked } of of.events)
					if (isAbove(marked ?? unmarked, limit)) expect(text).not.toContain(`title-${id}`);
			}),
			{ numRuns: 150 },
		);
	});

	it('leaves what is of no event as it is, whatever tags are listed', async () => {
		const { misp, sent } = mispOf({ events: [], attributes: [] });
		const ceiling = new Ceiling(misp, { limit: 'clear', unmarked: 'red' });
		const replies = [
			{ Tag: [{ id: '1', name: 'tlp:red' }] },
			[{ Tag: { id: '1', name: 'tlp:red' } }],
			{ TagCollection: { id: '1' }, TagCollectionTag: [{ id: '2', Tag: { name: 'tlp:red' } }] },
			{ Warninglist: { id: '4', type: 'cidr' } },
			{ GalaxyCluster: { id: '100', uuid: uuid(2, 100), type: 'tool', value: 'x' } },
			'text',
			5,
			null,
		];
		for (const reply of replies)
			expect(await ceiling.sift(reply)).toEqual({ kept: reply, heldBack: new Map() });
		expect(ceiling.summary).toBeUndefined();
		expect(sent).toEqual([]);
	});

	it('holds back what does not say of which event it is, and events that MISP does not show', async () => {
		const { misp } = mispOf({ events: [], attributes: [] });
		const ceiling = new Ceiling(misp, { limit: 'amber', unmarked: 'clear' });
		const rows = [
			{ Attribute: { id: '1', type: 'domain', value: 'x' } },
			{ id: '2', event_id: '77', type: 'domain', value: 'x' },
			{ Event: { id: '78', info: 'x', Tag: [{ name: 'tlp:clear' }] } },
			{ Note: { id: '3', uuid: uuid(3, 3), object_type: 'EventReport', object_uuid: uuid(4, 4) } },
		];
		expect((await ceiling.siftEach(rows)).filter((kept) => kept !== undefined)).toEqual([]);
		expect(ceiling.summary).toBe(
			'Held back by the TLP ceiling (TLP:AMBER): 2 attributes, 1 event, 1 note.',
		);
	});

	it('believes a stricter tag on the row itself, such as one that was just attached', async () => {
		const { misp } = mispOf({ events: [{ id: 1, level: 'clear' }], attributes: [] });
		const ceiling = new Ceiling(misp, { limit: 'green', unmarked: 'amber' });
		const tagged = {
			id: '5',
			event_id: '1',
			type: 'domain',
			value: 'x',
			Tag: [{ name: 'tlp:red' }],
		};
		expect((await ceiling.sift(tagged)).kept).toBeUndefined();
	});

	it('asks for each event once, many in one request', async () => {
		const events = Array.from({ length: 600 }, (_, n) => ({ id: n + 1, level: 'clear' as const }));
		const { misp, sent } = mispOf({ events, attributes: [] });
		const ceiling = new Ceiling(misp, { limit: 'green', unmarked: 'amber' });
		const rows = events.map(({ id }) => ({
			id: String(id),
			event_id: String(id),
			type: 'a',
			value: 'b',
		}));
		expect((await ceiling.sift(rows)).kept).toEqual(rows);
		await ceiling.sift(rows);
		expect(sent.filter((path) => path === '/events/index')).toHaveLength(2);
		expect(sent).toHaveLength(5);
	});
});
