import { inputError, watcher } from '../definition';
import { checkWatchedTypes } from '../fields/knownTypes';
import { loadEvents } from '../fields/watchEvent';
import { checkTagName, tagQueue, tagWatch } from '../fields/watchTag';
import { finishing, tagAfterwards } from '../fields/watchTagAfterwards';
import type { Row } from '../client/paging';
import { attributeRow, eventRow } from '../fields/rows';

export const tagApplied = watcher({
	name: 'Tag Applied',
	description:
		'Starts once for each event or attribute that carries a tag, also a local one: a work queue. When the tag was off in between, it starts again.',
	reads:
		'What carries the tag now, compared with the poll before. No clock: local tags move none. "All That Is There" takes what is in the queue already.',
	blindTo:
		'A tag that is put on and taken off, or taken off and put on, between two polls; who put it on. After a restart of n8n: also between the last poll that gave something and the restart.',
	readBy: 'list',
	access: ({ afterwards }) =>
		afterwards === undefined || afterwards === 'leave' ? 'read' : 'contribute',
	endpoints: [
		'POST /events/restSearch',
		'POST /attributes/restSearch',
		'POST /tags/attachTagToObject',
		'POST /tags/removeTagFromObject',
		'POST /tags/search',
		'GET /attributes/describeTypes.json',
	],
	fields: { ...tagWatch, ...tagAfterwards },
	row: (sent: Row, baseUrl: string) =>
		('uuid' in sent ? attributeRow : eventRow)(sent as never, baseUrl),
	check: ({ tag, newTag }) => {
		checkTagName(tag);
		if (newTag === undefined) return;
		checkTagName(newTag);
		if (newTag.toLowerCase() === tag.toLowerCase()) {
			throw inputError(
				'"New Tag" is the tag that is watched.',
				'Choose another one, or "Leave the Tag".',
			);
		}
	},
	prove: checkWatchedTypes,
	watch: (context, input) => ({ once: 'row', sources: [tagQueue(context, input)] }),
	load: (context, { on, content }) =>
		on === 'attributes' ? undefined : loadEvents(context, { content }),
	scope: ({ tag, on }) => JSON.stringify([tag.toLowerCase(), on]),
	afterwards: finishing,
});
