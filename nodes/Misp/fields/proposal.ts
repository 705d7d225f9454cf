import type { Misp } from '../client/client';
import { pagesEnd } from '../client/paging';
import {
	inputError,
	isUuid,
	locator,
	MispError,
	path,
	recover,
	required,
	withParams,
	type ListEntry,
	type LoadContext,
} from '../definition';

export interface ProposalRow {
	id: string;
	/** That of the attribute, where the proposal is about one. */
	uuid: string;
	old_id: string;
	event_id: string;
	type: string;
	value: string;
	deleted?: boolean;
	proposal_to_delete?: boolean;
	[key: string]: unknown;
}

export interface ProposalFilters {
	/** By number: MISP takes no UUID here. */
	event?: string | undefined;
	/** 0 for open ones, 1 for those accepted or discarded. */
	deleted?: 0 | 1 | undefined;
	/** Changed at or after, in epoch seconds. */
	timestamp?: number | undefined;
	/** Those on the events of other organisations, too; to site admins MISP shows them either way. */
	all?: boolean | undefined;
}

const PAGE_SIZE = 500;

export interface ProposalPage {
	rows: Array<{ ShadowAttribute: ProposalRow }>;
	/** Whether there may be rows behind this page. */
	more: boolean;
	/** Rows of the page that this credential may not show. */
	skipped: number;
	headers: Record<string, string | undefined>;
}

/**
 * One page of `GET /shadow_attributes/index`, newest first. MISP reads filters and paging from the
 * path alone: those in a body it ignores.
 */
export async function proposalPage(
	misp: Misp,
	{ event, deleted, timestamp, all = false }: ProposalFilters,
	{ page, limit }: { page: number; limit: number },
): Promise<ProposalPage> {
	const base =
		event === undefined ? path`/shadow_attributes/index` : path`/shadow_attributes/index/${event}`;
	// Always said: what MISP takes it for otherwise depends on its version.
	const params = {
		all: Number(all),
		timestamp,
		deleted,
		sort: 'id',
		direction: 'desc',
		limit,
		page,
	};
	const { data, headers } = await recover(
		misp.request({ method: 'GET', path: withParams(base, params) }),
		// No proposals, or a page behind the last: MISP's versions do not agree on an empty list.
		({ status, message }) => /^No proposals found/i.test(message) || (page > 1 && status === 404),
		() => ({ data: [], headers: {} as Record<string, string | undefined> }),
	);
	const rows = data as ProposalPage['rows'];
	const skipped = Number(headers['x-skipped-elements-count'] ?? 0);
	return { rows, more: rows.length + skipped >= limit, skipped, headers };
}

/** All proposals, newest first, page by page; see `proposalPage`. */
export async function* proposalIndex(
	misp: Misp,
	filters: ProposalFilters,
	limit = Infinity,
): AsyncGenerator<ProposalRow, void, undefined> {
	const size = Math.min(PAGE_SIZE, limit);
	const seen = new Set<string>();
	const checkEnd = pagesEnd();
	for (let number = 1; ; number += 1) {
		const page = await proposalPage(misp, filters, { page: number, limit: size });
		checkEnd(page.rows.length, page.more);
		const fresh = page.rows
			.map(({ ShadowAttribute: row }) => row)
			.filter(({ id }) => !seen.has(id) && seen.add(id));
		yield* fresh;
		if (!page.more || (fresh.length === 0 && page.skipped === 0)) return;
	}
}

export function describeProposal({ id, old_id: attribute, type, value, ...row }: ProposalRow) {
	const what = row.proposal_to_delete ? 'delete' : attribute === '0' ? 'add' : 'change to';
	return `#${id} ${what} ${value} (${type}, event #${row.event_id})`;
}

/** Open proposals of all events that may be seen, the newest first. */
async function searchProposals({ misp, search }: LoadContext): Promise<ListEntry[]> {
	const entries: ListEntry[] = [];
	for await (const row of proposalIndex(misp, { deleted: 0, all: true }, 200)) {
		const name = describeProposal(row);
		if (name.toLowerCase().includes(search.toLowerCase())) entries.push({ name, value: row.id });
		if (entries.length >= 50) break;
	}
	return entries;
}

export const proposalLocator = required(
	locator('Proposal', {
		loader: 'searchProposals',
		load: searchProposals,
		page: 'shadow_attributes/view',
		example: '17',
		description:
			'The proposal, from the list of open ones, by ID, or by UUID. A proposal about an attribute has the UUID of that attribute.',
	}),
);

/**
 * The id of a proposal, which is all that MISP takes. A UUID is looked up among the open ones.
 *
 * @throws MispError of kind `notFound`, or `input` when the UUID is that of several proposals
 */
export async function idOfProposal(misp: Misp, proposal: string): Promise<string> {
	if (!isUuid(proposal)) return proposal;
	const found: ProposalRow[] = [];
	for await (const row of proposalIndex(misp, { deleted: 0, all: true })) {
		if (row.uuid === proposal.toLowerCase()) found.push(row);
	}
	const [first, ...others] = found;
	if (first && others.length === 0) return first.id;
	if (first) {
		throw inputError(
			`There are ${found.length} open proposals with the UUID ${proposal}: ${found.map(({ id, event_id: event }) => `#${id} (event #${event})`).join(', ')}.`,
			'Proposals about one attribute share its UUID. Give the ID of the one that is meant; Get Many shows what each proposes.',
		);
	}
	throw new MispError(
		'notFound',
		`MISP has no open proposal with the UUID ${proposal}, or this key may not see it.`,
		{ request: 'GET /shadow_attributes/index', hint: 'It may have been accepted or discarded.' },
	);
}
