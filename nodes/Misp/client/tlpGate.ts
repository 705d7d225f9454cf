import { accessForRequest } from './access';
import { heldBackError, type Ceiling } from './ceiling';
import type { Gate, MispReply, MispRequest } from './client';
import { inputError } from './errors';

/** Replies of these have nothing of events in them, and may have tags that mark nothing. */
const OF_NO_EVENT = new Set(
	`collectionelements collections decayingmodel galaxies modules noticelists objecttemplates
	organisations roles sharinggroups tagcollections tags taxonomies usersettings users
	warninglists authkeys`.split(/\s+/),
);

/** Replies of these are about events and come in forms that the ceiling reads. */
const OF_EVENTS = new Set(
	`analystdata attributes eventdelegations eventreports events galaxyclusterrelations
	galaxyclusters objectreferences objects shadowattributes sightings`.split(/\s+/),
);

/** Actions that read events and reply pages, files, titles in texts, or events of other instances. */
const UNREADABLE = new Set(
	`analystdata/getchildren analystdata/getrelatedelement attributes/download
	attributes/downloadattachment attributes/downloadsample attributes/viewpicture
	eventreports/getproxymispelements events/geteventinfobyid`.split(/\s+/),
);

/** Actions of other controllers that tell nothing of events. */
const HARMLESS = new Set(
	`api/getallapis feeds/index feeds/searchcaches feeds/view servers/getinstanceuuid
	servers/getpymispversion servers/getversion servers/posttest`.split(/\s+/),
);

/** Pages that count everything there is, whatever its marking. */
const COUNTING = new Set([
	'attributes/attributestatistics',
	'tags/tagstatistics',
	'users/statistics',
]);

const plain = (segment = ''): string =>
	segment
		.replace(/\.(json|xml|csv)$/i, '')
		.replace(/_/g, '')
		.toLowerCase();

function partsOf(path: string): { controller: string; action: string; parameters: string[] } {
	const [controller, action, ...parameters] = path.replace(/^\/+/, '').split('/');
	return { controller: plain(controller), action: plain(action), parameters };
}

/** Whether a search is asked for another form than JSON, or for other columns than the usual. */
function isReshaped(parameters: string[], body: unknown): boolean {
	const named = parameters.some((part) =>
		/^(returnFormat|requested_attributes|list)[:;]/i.test(part),
	);
	const positional = parameters.some(
		(part) => /^[a-z]\w*$/i.test(part) && !/^(json|attribute|event)$/i.test(part),
	);
	const { returnFormat, ...asked } = (body ?? {}) as Record<string, unknown>;
	const nested = JSON.stringify(asked).match(/"(returnFormat|requested_attributes|list)":/i);
	return (
		named ||
		positional ||
		nested !== null ||
		!['json', undefined].includes(returnFormat as undefined)
	);
}

/** Whether the ceiling can judge every reply to a request. */
function isReadable({ method, path, body, text, bytes, accept }: MispRequest): boolean {
	const { controller, action, parameters } = partsOf(path);
	const name = `${controller}/${action}`;
	if (COUNTING.has(name)) return false;
	if (HARMLESS.has(name) || OF_NO_EVENT.has(controller)) return true;
	if (text === true || bytes === true || accept !== undefined || /\.(xml|csv)$/i.test(path))
		return false;
	if (!OF_EVENTS.has(controller) || UNREADABLE.has(name)) return false;
	if (accessForRequest(method, path, body) === 'administer') return false;
	return !(action === 'restsearch' && isReshaped(parameters, body));
}

/** Holds a TLP ceiling over everything that is read from MISP: what cannot be judged is not asked for. */
export class TlpGate implements Gate {
	constructor(private readonly ceiling: Ceiling) {}

	check(request: MispRequest): void {
		if (request.judged === true || isReadable(request)) return;
		const { controller, action } = partsOf(request.path);
		if (COUNTING.has(`${controller}/${action}`)) {
			throw inputError(
				`Statistics count everything, also what is above the TLP ceiling (${this.ceiling.name}), so nothing was sent.`,
				'Count the rows of a search, or use a credential without a TLP ceiling.',
			);
		}
		throw inputError(
			`The TLP ceiling (${this.ceiling.name}) cannot be kept in the reply to ${request.method} ${request.path.slice(0, 100)}, so nothing was sent.`,
			'Files, texts and some pages of MISP do not show how their parts are marked. Use an operation that returns rows, or a credential without a TLP ceiling.',
		);
	}

	async pass(reply: MispReply, request: MispRequest): Promise<MispReply> {
		const { controller } = partsOf(request.path);
		if (request.judged === true || !OF_EVENTS.has(controller)) return reply;
		const { kept, heldBack } = await this.ceiling.sift(reply.data);
		if (kept === undefined && reply.data !== undefined)
			throw heldBackError(this.ceiling, `${request.method} ${request.path}`);
		// Pages that have become short are not the last ones: the same as rows that MISP skipped.
		const before = Number(reply.headers['x-skipped-elements-count'] ?? 0) || 0;
		const skipped = [...heldBack.values()].reduce((sum, n) => sum + n, before);
		const headers = { ...reply.headers, 'x-skipped-elements-count': String(skipped) };
		return { ...reply, headers, data: kept };
	}
}
