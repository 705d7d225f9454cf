/** What of a recorded reply is not compared, and why. Everything not named here is. */
import { isTrimmed } from './cut';
import { recording, recordings, type Recording } from './recordings';

export interface Limit {
	reason: string;
	applies(one: Recording): boolean;
	/** Keys whose content is not compared (that they are there, is). */
	except?: readonly string[];
	/** X-Result-Count only has to be a number. */
	labCount?: boolean;
	/** Attributes are compared without regard to their order. */
	unordered?: boolean;
}

const named =
	(...names: string[]) =>
	(one: Recording) =>
		names.includes(one.name);

/** Whether X-Result-Count says there are more rows than the reply shows. */
function countsMore(one: Recording): boolean {
	const count = one.response_headers['X-Result-Count'];
	if (count === undefined || one.request.line.includes('/attributes/')) return false;
	const { response } = one;
	const list = Array.isArray(response)
		? response
		: (response as { response?: unknown } | null)?.response;
	if (!Array.isArray(list)) return one.response_truncated === true && Number(count) > 1;
	return Number(count) > list.filter((entry) => !isTrimmed(entry)).length;
}

export const LIMITS: readonly Limit[] = [
	{
		reason: 'the value of X-Result-Count: it counts the data of the recorded instance',
		applies: (one) => countsMore(one) || one.name === 'post_without_content_type',
		labCount: true,
	},
	{
		reason: 'all after the beginning of the reply: the recording holds no more of it',
		applies: (one) => one.response_truncated === true,
	},
	{
		reason: 'relations between galaxy clusters: the sandbox has none',
		applies: (one) => JSON.stringify(one.response).includes('"GalaxyClusterRelation"'),
		except: ['GalaxyClusterRelation', 'TargetingClusterRelation'],
	},
	{
		reason: 'which values come first: of many new attributes MISP keeps no order',
		applies: named('attributes_add_bulk_500'),
		except: ['value', 'value1'],
	},
	{
		reason: 'the order of the attributes: none was asked for, and the database chose one',
		applies: named('attributes_restSearch_withAttachments'),
		unordered: true,
	},
	{
		reason: 'the colour of a tag that was just made: it is random',
		applies: named('events_add_unknown_tag'),
		except: ['colour'],
	},
	{
		reason: 'the shares of the types: they count the data of the recorded instance',
		applies: named('attributes_typeStatistics'),
		except: Object.keys((recording('attributes_typeStatistics').response ?? {}) as object),
	},
	{
		reason: 'the fingerprint of a key: the sandbox reads no keys',
		applies: named('cryptographicKeys_add_success', 'cryptographicKeys_add_wrapped'),
		except: ['fingerprint'],
	},
	{
		reason: 'the numbers: they count the data of the recorded instance',
		applies: (one) => one.name.startsWith('users_statistics_') && one.status === 200,
		except: `event_count event_count_month attribute_count attribute_count_month
			attributes_per_event correlation_count proposal_count user_count org_count local_org_count
			contributing_org_count average_user_per_org total month year`.split(/\s+/),
	},
	{
		reason: 'the transport: recorded over plain HTTP, replayed over HTTPS',
		applies: named('http_plain_8080'),
	},
	{
		reason:
			'the outage of Redis: the sandbox has no such part, and the reply does not depend on it',
		applies: named('redis_down_version'),
	},
];

export function limitsOf(one: Recording): Limit[] {
	return LIMITS.filter((limit) => limit.applies(one));
}

/** Limits that no recording needs would hide what they were made for. */
export function unusedLimits(): string[] {
	return LIMITS.filter((limit) => !recordings().some((one) => limit.applies(one))).map(
		(limit) => limit.reason,
	);
}
