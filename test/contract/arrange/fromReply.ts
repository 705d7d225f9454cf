/** Arranging steps that take the state from the recorded reply. */
import { importAnalystData } from './analystData';
import { entries, importHits, isRow, type Row } from '../import';
import { importCaches } from './fromFeeds';
import { importTypes } from './attributeExtras';
import { importCsv, importLarge, importText } from './fromExport';
import {
	importEvents,
	importFound,
	importIndex,
	importRevalidated,
	importSightings,
	importTagged,
	importView,
	importXmlView,
	pageBefore,
} from './fromSearch';
import { importProposals } from './proposals';
import { importReports } from './reports';
import { type Arrange, base, EXACT, own } from './stage';
import { importAuditLog, importFeeds } from './withLogs';
import { shownObjects } from './withObjects';

/** With no event but those the reply shows. */
export const FROM_REPLY: Array<[RegExp, Arrange]> = [
	[/^objects_(view|restSearch)$/, shownObjects],
	[/^events_view_/, importView],
	[/^accept_(axios|axios2|star)_events_view/, importView],
	[/^accept_xml_events_view$/, importXmlView],
	[
		/^attributes_index$/,
		(stage) => {
			importHits(stage.world, entries(stage.shown));
			// The rest of a page of 60.
			for (let id = 112_100; id < 112_200; id += 1) {
				stage.world.addAttribute(base(stage), { id, type: 'text', value: `row ${id}` });
			}
			return EXACT;
		},
	],
	[
		/^attributes_view_/,
		(stage) => {
			const row = isRow(stage.shown) ? (stage.shown.Attribute as Row) : {};
			importHits(stage.world, [{ ...row, Event: { id: row.event_id, uuid: row.event_uuid } }]);
			return EXACT;
		},
	],
	[/^attributes_restSearch_last_full_page$/, importLarge(20_000, 15_000)],
	[
		/^attributes_restSearch_page_after_last$/,
		({ world }) => {
			const event = own(world, 63);
			for (let index = 0; index < 20_000; index += 1) {
				world.addAttribute(event, { type: 'domain', value: `host${index}.example.com` });
			}
			return EXACT;
		},
	],
	[/^attributes_restSearch_page_without_limit$/, importLarge(20_000, 0)],
	[/^attributes_restSearch_(limit0|no_limit_one_event)$/, importLarge(11, 0)],
	[/^attributes_restSearch_(csv|accept_csv)$/, importCsv],
	[/_restSearch_text$/, importText],
	[
		/^attributes_restSearch_count$/,
		({ world }) => {
			const event = world.addEvent({ id: 7 });
			for (let index = 0; index < 12; index += 1) {
				world.addAttribute(event, { type: 'domain', value: `host${index}.example.com` });
			}
		},
	],
	[/^post_without_content_type$/, importLarge(1000, 0)],
	[
		/^(attributes_restSearch_order|poll_seq_09_21)/,
		(stage) => importFound(stage, { attributeId: 1, eventId: 900_001 }),
	],
	[
		/^(attributes_restSearch|accept_star_post_json|poll_seq_09_(15|16|17|18|19|22|23)|poll_seq_06_1[0-4])/,
		(stage) => {
			const mode = importFound(stage);
			pageBefore(stage);
			return mode;
		},
	],
	[/^events_restSearch_tags_and_not$/, importTagged],
	[/^poll_seq_09_05/, (stage) => importEvents(stage, { timestamp: 5 })],
	[/^poll_seq_(10_22|10_23)/, importRevalidated],
	[
		/^poll_seq_10_15/,
		(stage) => {
			for (const id of [500, 501, 502]) {
				const event = stage.world.addEvent({ id, distribution: 3 });
				stage.world.addAttribute(event, { type: 'text', value: `page before ${id}` });
			}
			return importIndex(stage);
		},
	],
	[/^poll_seq_04_/, importSightings],
	[/^poll_seq_09_08/, (stage) => importEvents(stage, { timestamp: 1_795_590_000 })],
	[/^poll_seq_09_11/, (stage) => importEvents(stage, { timestamp: 1_795_590_000 })],
	[/^(events_restSearch|poll_seq_09_|poll_seq_06_15)/, (stage) => importEvents(stage)],
	[/^poll_seq_10_\d+_audit/, importAuditLog],
	[/^feeds_index/, importFeeds],
	[/^(events_index|poll_seq_10_)/, importIndex],
	[/^feeds_searchCaches_/, importCaches],
	[/^attributes_typeStatistics$/, importTypes],
	[/^sightings_(view|listSightings|restSearch)/, importSightings],
	[/^shadow_attributes_(index|view)|^poll_seq_05_09/, importProposals],
	[/^analyst_data_(?!delete)/, importAnalystData],
	[/^(eventReports|event_reports)_(index|view)/, importReports],
	[/^poll_seq_08_/, importView],
];
