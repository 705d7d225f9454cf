import type { Misp } from './client';
import { search, type Row } from './paging';
import { path } from './path';
import type { CeilingRule } from './ceilingRule';
import { isAbove, markingOf, tlpOf, type Tlp } from './tlp';

const EVENTS_IN_ONE_REQUEST = 500;

/** What a reply refers to whose marking must be known. Events by number or UUID. */
export interface Wanted {
	events: Set<string>;
	/** Events of which single attributes may be marked more strictly than the event. */
	attributesOf: Set<string>;
	/** By UUID: what notes and opinions are about. */
	attributes: Set<string>;
	objects: Set<string>;
}

export const nothingWanted = (): Wanted => ({
	events: new Set(),
	attributesOf: new Set(),
	attributes: new Set(),
	objects: new Set(),
});

interface TagLink {
	Tag?: { name?: unknown };
}

/** The names in MISP's two forms: `Tag: [{name}]`, and `EventTag: [{Tag: {name}}]`. */
export function tagNamesOf(row: Row): string[] {
	const direct = Array.isArray(row.Tag) ? (row.Tag as Row[]) : [];
	const linked = ['EventTag', 'AttributeTag', 'EventReportTag'].flatMap((link) =>
		Array.isArray(row[link]) ? (row[link] as TagLink[]).map((one) => one?.Tag ?? {}) : [],
	);
	return [...direct, ...linked].flatMap((tag) => (typeof tag?.name === 'string' ? [tag.name] : []));
}

function* chunks(ids: string[]): Generator<string[]> {
	for (let at = 0; at < ids.length; at += EVENTS_IN_ONE_REQUEST)
		yield ids.slice(at, at + EVENTS_IN_ONE_REQUEST);
}

/**
 * The markings of events and of attributes above a limit, read from MISP for many at once and kept
 * for the run.
 *
 * A row is not believed when it shows no marking: MISP leaves out local tags and those that are not
 * exportable, and many rows carry no tags at all.
 */
export class Markings {
	private readonly events = new Map<string, Tlp | 'unmarked'>();

	private readonly searched = new Set<string>();

	private readonly above = new Set<string>();

	/** The event of an attribute or object, by UUID. */
	private readonly eventOf = new Map<string, string>();

	private strictTags: Promise<string[]> | undefined;

	constructor(
		/** Without a ceiling of its own. */
		private readonly misp: Misp,
		private readonly rule: CeilingRule,
	) {}

	/** Reads what is not known yet. Two or three requests for 500 events. @throws MispError */
	async read({ events, attributesOf, attributes, objects }: Wanted): Promise<void> {
		await this.readOwners('attributes', attributes);
		await this.readOwners('objects', objects);
		const owners = [...attributes, ...objects].flatMap((uuid) => this.eventOf.get(uuid) ?? []);
		await this.readEvents([...events, ...attributesOf, ...owners]);
		await this.readAttributesAbove([...attributesOf, ...owners]);
	}

	/** The level of an event. One that MISP does not show is of the strictest. */
	ofEvent(event: string): Tlp {
		const known = this.events.get(event.toLowerCase()) ?? 'red';
		return known === 'unmarked' ? this.rule.unmarked : known;
	}

	/** Whether an attribute, by number or UUID, has a marking of its own above the limit. */
	isAbove(attribute: string): boolean {
		return this.above.has(attribute.toLowerCase());
	}

	/** The level of the event of an attribute or object, by its UUID. */
	ofOwner(uuid: string): Tlp {
		const event = this.eventOf.get(uuid);
		return event === undefined || this.isAbove(uuid) ? 'red' : this.ofEvent(event);
	}

	/** `POST /events/index`, which shows all tags of an event. */
	private async readEvents(wanted: string[]): Promise<void> {
		const unknown = [...new Set(wanted)].filter((id) => !this.events.has(id));
		for (const chunk of chunks(unknown)) {
			const rows = await this.misp.post<Row[]>(
				path`/events/index`,
				{ eventid: chunk.join('|'), limit: chunk.length, page: 1 },
				{ read: true },
			);
			for (const row of Array.isArray(rows) ? rows : []) {
				const level = markingOf(tagNamesOf(row)) ?? 'unmarked';
				this.events.set(String(row.id), level);
				this.events.set(String(row.uuid).toLowerCase(), level);
			}
			// One that is not shown is not asked for again.
			for (const id of chunk) if (!this.events.has(id)) this.events.set(id, 'red');
		}
	}

	/** `POST /attributes/restSearch` for those with a tag above the limit, in events below it. */
	private async readAttributesAbove(wanted: string[]): Promise<void> {
		const { limit } = this.rule;
		const unknown = [...new Set(wanted)].filter(
			(id) => !this.searched.has(id) && !isAbove(this.ofEvent(id), limit),
		);
		if (unknown.length === 0) return;
		const tags = await this.tagsAboveLimit();
		for (const chunk of tags.length === 0 ? [] : chunks(unknown)) {
			const filters = { eventid: chunk, tags, deleted: [0, 1] };
			for await (const { id, uuid } of search(this.misp, 'attributes', filters)) {
				this.above.add(String(id));
				this.above.add(String(uuid).toLowerCase());
			}
		}
		for (const id of unknown) this.searched.add(id);
	}

	/** The tags of this instance that mark something above the limit. `POST /tags/search` */
	private async tagsAboveLimit(): Promise<string[]> {
		this.strictTags ??= this.misp
			.post<Array<{ Tag: { name: string } }>>(
				path`/tags/search`,
				{ tag: ['%tlp%', '%traffic%light%'] },
				{ read: true },
			)
			.then((found) => found.map(({ Tag }) => Tag.name))
			.then((names) =>
				names.filter((name) => {
					const level = tlpOf(name);
					return level !== undefined && level !== 'chr' && isAbove(level, this.rule.limit);
				}),
			);
		return await this.strictTags;
	}

	/** Which events attributes or objects belong to. One that is not found has none. */
	private async readOwners(scope: 'attributes' | 'objects', wanted: Set<string>): Promise<void> {
		const unknown = [...wanted].filter((uuid) => !this.eventOf.has(uuid));
		for (const chunk of chunks(unknown)) {
			const filters = { uuid: chunk, deleted: [0, 1] };
			for await (const row of search(this.misp, scope, filters)) {
				const { uuid, event_id: event } = (row.Object ?? row) as Row;
				this.eventOf.set(String(uuid).toLowerCase(), String(event));
			}
		}
	}
}
