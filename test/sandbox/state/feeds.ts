/** Feeds: what they are and whether they are in use. */
import { AnalystData } from './analystData';
import type { New } from './ground';

export interface FeedRow {
	id: number;
	name: string;
	provider: string;
	url: string;
	enabled: boolean;
	cachingEnabled: boolean;
	/** Shown to others than site admins. */
	lookupVisible: boolean;
	/** Came with MISP. */
	isDefault: boolean;
	format: 'misp' | 'csv' | 'freetext';
	distribution: number;
	/** The event that all goes into; 0 = a new one each time. */
	eventId: number;
	fixedEvent: boolean;
	/** JSON, as MISP stores it. */
	settings: string | null;
	/** Lines that are sent along; passwords too. */
	headers: string | null;
	/** Epoch; null = never cached. */
	cachedAt: number | null;
}

export class Feeds extends AnalystData {
	readonly feeds = new Map<number, FeedRow>();

	addFeed(row: New<FeedRow> & { name: string }): FeedRow {
		const feed: FeedRow = {
			provider: 'Sandbox',
			url: 'https://feed.example.com',
			enabled: true,
			cachingEnabled: false,
			lookupVisible: false,
			isDefault: false,
			format: 'misp',
			distribution: 3,
			eventId: 0,
			fixedEvent: false,
			settings: null,
			headers: null,
			cachedAt: null,
			...row,
			id: this.nextId('feed', row.id),
		};
		this.feeds.set(feed.id, feed);
		return feed;
	}
}
