/** Which requests an operation may send. */
import { catalogue } from '../../nodes/Misp/resources';
import { isAboutEvents } from '../../nodes/Misp/definition/ceilings';
import type { Operation } from '../../nodes/Misp/definition/operation';

export const everyOperation = Object.entries(catalogue).flatMap(([resource, { operations }]) =>
	Object.entries(operations).map(([name, operation]): [string, string, Operation] => [
		resource,
		name,
		operation,
	]),
);

/** Reads that find a thing by its id before something is done with it. */
const LOOK_UPS = [
	'POST /events/index',
	'GET /attributes/view/{attribute}',
	'POST /tags/search',
	'GET /modules/index',
	'GET /objects/view/{object}',
	'GET /objectTemplates/index',
	'GET /objectTemplates/view/{template}',
	'GET /attributes/describeTypes.json',
];

/** `POST /events/edit/{event}` as a pattern; MISP's named parameters and "for good" may follow. */
const pattern = (endpoint: string) =>
	new RegExp(
		`^${endpoint.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[A-Za-z0-9][A-Za-z0-9_.-]*')}(/[A-Za-z_]+:[A-Za-z0-9_,.-]+)*(/1)?$`,
	);

const lookUps = LOOK_UPS.map(pattern);

/** Where a TLP ceiling reads markings, and what finds an attribute by its UUID. */
const ATTRIBUTE_SEARCH = 'POST /attributes/restSearch';

/** Whether a request only finds what is to be changed. */
export const findsOnly = (request: string): boolean =>
	isLookUp(request) || request === ATTRIBUTE_SEARCH;

/** What may be asked about the key before anything else is sent. */
export const KEY_CHECK = [
	'GET /servers/getVersion',
	'GET /users/view/me',
	'POST /auth_keys/index',
	'GET /auth_keys/index',
];

const isLookUp = (request: string): boolean => lookUps.some((one) => one.test(request));

/**
 * The requests that went where they should not.
 *
 * @param sent as `POST /events/add`
 */
export function strays(sent: readonly string[], operation: Operation): string[] {
	const { endpoints } = operation;
	const declared = endpoints.map(pattern);
	if (isAboutEvents(operation)) declared.push(pattern(ATTRIBUTE_SEARCH));
	return sent.filter(
		(request) =>
			/\.\.|%2e|\\/i.test(request) ||
			// API Request names none: it goes where the user says.
			(endpoints.length > 0 &&
				!KEY_CHECK.includes(request) &&
				!isLookUp(request) &&
				!declared.some((one) => one.test(request))),
	);
}
