/** The kinds of work that the nodes do, as far as it matters to faults. */
export const CLASSES = {
	read: {
		name: 'Read',
		example: 'Event > Get',
		request: /^GET \/events\/view\//,
		retries: 3,
	},
	write: {
		name: 'Write',
		example: 'Event > Create',
		request: /^POST \/events\/add$/,
		retries: 0,
		changes: true,
	},
	batch: {
		name: 'Batched write',
		example: 'Attribute > Create with three items',
		request: /^POST \/attributes\/add\//,
		retries: 0,
		changes: true,
		completes: true,
	},
	export: {
		name: 'Export',
		example: 'Export > Run, MISP JSON',
		request: /^POST \/events\/restSearch$/,
		retries: 3,
	},
	poll: {
		name: 'Poll',
		example: 'MISP Trigger, Attribute Added',
		request: /^POST \/attributes\/restSearch$/,
		// When there is something new, its second source is read too.
		ordered: 'Attribute.id desc',
		retries: 3,
	},
	list: {
		name: 'List in the editor',
		example: 'the list of events',
		request: /^POST \/events\/index$/,
		retries: 1,
	},
	test: {
		name: 'Credential test',
		example: 'Save of the credential',
		request: /^GET \/servers\/getVersion$/,
		retries: 0,
	},
} satisfies Record<string, OperationClass>;

export type ClassName = keyof typeof CLASSES;

export const CLASS_NAMES = Object.keys(CLASSES) as ClassName[];

export interface OperationClass {
	/** Heading of its column. */
	name: string;
	/** What stands for it in the test. */
	example: string;
	/** The request that is counted, as "METHOD /path". */
	request: RegExp;
	/** The order that it asks for, where others of its path do not count. */
	ordered?: string;
	/** How often it is tried again. */
	retries: number;
	changes?: true;
	/** Looks for what was saved when the reply did not arrive, and sends the rest once more. */
	completes?: true;
}
