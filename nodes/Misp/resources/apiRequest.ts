import * as z from 'zod/v4';

import { accessForRequest } from '../client/access';
import {
	choice,
	freePath,
	inputError,
	json,
	operation,
	required,
	resource,
	text,
	when,
	type InputOf,
} from '../definition';

const WITH_BODY = ['POST', 'PUT'];

const fields = {
	method: required(
		choice(
			'Method',
			[
				{ value: 'GET', name: 'GET' },
				{ value: 'POST', name: 'POST' },
				{ value: 'PUT', name: 'PUT' },
				{ value: 'DELETE', name: 'DELETE' },
			],
			'GET',
		),
	),
	path: required(
		text('Path', {
			placeholder: 'e.g. /events/view/1234',
			description:
				'A path of MISP’s API on the MISP of the credential. Parameters are written into the path, as in /events/index/limit:10.',
		}),
	),
	body: when(
		{ method: WITH_BODY },
		json(
			'Body (JSON)',
			z.union(
				[z.record(z.string(), z.unknown()), z.array(z.unknown())],
				'must be a JSON object or list',
			),
			{
				empty: '{}',
				description: 'Sent with POST and PUT',
			},
		),
	),
	reply: choice(
		'Reply',
		[
			{ value: 'json', name: 'JSON' },
			{
				value: 'text',
				name: 'Text',
				description: 'For exports such as CSV; it comes in the field "text"',
			},
		],
		'json',
	),
};

const accessOf = ({ method, path, body }: InputOf<typeof fields>) =>
	accessForRequest(method, freePath(path), body);

/** MISP shows a new key once, and there it would stand in the data of the execution. */
function refuseNewKeys({ path }: InputOf<typeof fields>): void {
	if (!/^\/?(auth_?keys\/add|users\/resetauthkey)\b/i.test(freePath(path))) return;
	throw inputError(
		'This request makes a new auth key, which would be readable in the execution data of n8n.',
		'Make the key in MISP, under My Profile > Auth keys.',
	);
}

const send = operation({
	name: 'Send',
	action: 'Send a request to the MISP API',
	description:
		'Calls any endpoint of the MISP API, for what has no operation of its own. The access level that is needed depends on what the endpoint does; for an endpoint that is not known here, it is "Administer".',
	access: accessOf,
	irreversible: (input) => accessOf(input) !== 'read',
	endpoints: [],
	fields,
	check: refuseNewKeys,
	run: async ({ misp }, input) => {
		const { method, body, reply } = input;
		const { data } = await misp.request({
			method,
			path: freePath(input.path),
			...(WITH_BODY.includes(method) ? { body: body ?? {} } : {}),
			read: accessOf(input) === 'read',
			text: reply === 'text',
		});
		if (reply === 'text') return { text: data };
		return data;
	},
});

export const apiRequest = resource({
	name: 'API Request',
	description: 'Any request to the MISP API',
	operations: { send },
});
