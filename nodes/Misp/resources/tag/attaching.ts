import {
	endsRun,
	MispError,
	operation,
	path,
	recover,
	toggle,
	type RunContext,
} from '../../definition';
import { clashError, clashesOf, mayExclude, onExclusive } from '../../fields/exclusiveTags';
import { checkTarget, tagTarget, unmistakableTag } from '../../fields/tagTarget';
import { tagged, uuidOfTarget, type CarriedTag, type Tagged } from '../../fields/tagged';

interface TagReply {
	message: string;
}

/** MISP wraps its reason: `Failed to attach 1 tags. Reasons: {"0":"…"}`. */
function reasonOf({ message }: MispError): string {
	return /Reasons: \{"0":"(.*)"\}$/.exec(message)?.[1]?.replace(/\\(.)/g, '$1') ?? message;
}

/** What MISP refused, tag by tag; the others are attached. */
function attachError(refused: Array<{ name: string; error: MispError }>, all: number): MispError {
	const tags = refused.map(({ name, error }) => `"${name}" (${reasonOf(error)})`).join('; ');
	const rest = all - refused.length;
	const [first] = refused;
	const { kind = 'validation', ...details } = first?.error ?? {};
	return new MispError(
		kind,
		`MISP did not attach ${tags}.${rest === 0 ? '' : ` The other ${rest} of ${all} tags are attached.`}`,
		details,
	);
}

interface Attached {
	messages: string[];
	refused: Array<{ name: string; error: MispError }>;
}

/**
 * Attaches tags to one thing, together where all of them go on. Of a list, MISP attaches what it can
 * and does not say which ones it did not: then one by one, where a tag that is on is no error.
 *
 * @param named what a request calls each tag, by its name
 */
async function attachAll(
	{ misp }: RunContext,
	uuid: string,
	named: Map<string, string>,
	local: boolean,
): Promise<Attached> {
	const send = async (tag: string | string[]) =>
		await misp.post<TagReply>(path`/tags/attachTagToObject`, { uuid, tag, local: local ? 1 : 0 });
	const wereRefused = ({ message }: MispError) => /^Failed to attach/i.test(message);
	const messages: string[] = [];
	const refused: Attached['refused'] = [];
	if (named.size > 1) {
		const { message } = await recover(send([...named.values()]), wereRefused, (error) => error);
		const count = /^Successfully attached (\d+) tags to [^.;]*$/i.exec(message)?.[1];
		if (Number(count) === named.size) return { messages: [message], refused };
	}
	for (const [name, tag] of named) {
		await recover(
			send(tag).then(({ message }) => void messages.push(message)),
			wereRefused,
			(error) => void refused.push({ name, error }),
		);
	}
	return { messages, refused };
}

/** Takes off what the new tags exclude. They are on by now, so a failure is a remark. */
async function replaceOthers(
	{ misp, hint }: RunContext,
	{ uuid, tags: carried }: Tagged,
	others: CarriedTag[],
): Promise<string[]> {
	const replaced: string[] = [];
	for (const other of others) {
		const { name, ref } = other;
		await recover(
			misp.post(path`/tags/removeTagFromObject`, { uuid, tag: ref }).then(() => {
				replaced.push(name);
				carried.splice(carried.indexOf(other), 1);
			}),
			(error) => !endsRun(error),
			({ message }) => hint(`The new tag is attached, but "${name}" was not taken off: ${message}`),
		);
	}
	return replaced;
}

export const attach = operation({
	name: 'Attach',
	action: 'Attach tags (TLP and others) to an event or attribute',
	description:
		'Puts one or several tags on an event or attribute. A tag that is there already is no error; one that excludes another, as tlp:red excludes tlp:amber, is, unless it is to replace it. MISP unpublishes the event, except for local tags. Example: Target "event", Event 1234, Tags "tlp:amber".',
	access: 'contribute',
	ownRows: true,
	irreversible: ({ onExclusive: policy }) => policy === 'replace',
	endpoints: [
		'POST /tags/attachTagToObject',
		'POST /tags/removeTagFromObject',
		'POST /tags/search',
		'POST /events/index',
		'POST /attributes/restSearch',
		'GET /attributes/view/{attribute}',
	],
	fields: {
		...tagTarget,
		onExclusive,
		local: toggle(
			'Local Only',
			'Whether only your own instance sees the tag. Needs a user of the organisation that runs the instance.',
		),
	},
	check: (input) => checkTarget(input),
	run: async (context, input) => {
		const { misp } = context;
		const { target, onExclusive: policy = 'fail' } = input;
		const local = input.local === true;
		const names = [...new Set(input.tags)];
		const careful = policy !== 'keep' && names.some(mayExclude);
		const found: Tagged = careful
			? await tagged(context, input)
			: { uuid: await uuidOfTarget(misp, input), tags: [] };
		const { uuid, tags: carried } = found;
		// MISP counts local tags apart.
		const alike = carried.filter((tag) => tag.local === local);
		const isThere = (name: string) =>
			alike.some((tag) => tag.name.toLowerCase() === name.toLowerCase());
		const clashes = careful ? await clashesOf(misp, names, alike) : [];
		const others = new Map<string, CarriedTag>();
		for (const clash of clashes) {
			if (policy === 'replace' && clash.carried) others.set(clash.other, clash.carried);
			else if (!isThere(clash.name)) throw clashError(clash, target);
		}
		const named = new Map<string, string>();
		for (const name of names) named.set(name, await unmistakableTag(misp, name));
		const { messages, refused } = await attachAll(context, uuid, named, local);
		const off = new Set(refused.map(({ name }) => name));
		for (const [name, ref] of named) {
			if (!off.has(name) && !isThere(name)) carried.push({ name, local, ref });
		}
		if (refused.length > 0) throw attachError(refused, named.size);
		const replaced = await replaceOthers(context, found, [...others.values()]);
		return {
			target,
			uuid,
			tags: names,
			local,
			...(policy === 'replace' ? { replaced } : {}),
			message: messages.join(' '),
		};
	},
});

export const detach = operation({
	name: 'Detach',
	action: 'Detach tags from an event or attribute',
	description:
		'Takes one or several tags off an event or attribute. A tag that is not there is no error. MISP unpublishes the event, except for local tags.',
	access: 'contribute',
	ownRows: true,
	endpoints: [
		'POST /tags/removeTagFromObject',
		'POST /tags/search',
		'POST /events/index',
		'GET /attributes/view/{attribute}',
	],
	fields: tagTarget,
	check: (input) => checkTarget(input),
	run: async ({ misp }, input) => {
		const uuid = await uuidOfTarget(misp, input);
		const detached: string[] = [];
		const notAttached: string[] = [];
		for (const name of input.tags) {
			const tag = await unmistakableTag(misp, name);
			await recover(
				misp
					.post(path`/tags/removeTagFromObject`, { uuid, tag })
					.then(() => void detached.push(name)),
				({ message }) => /not attached to the target/i.test(message),
				() => void notAttached.push(name),
			);
		}
		return { target: input.target, uuid, detached, notAttached };
	},
});
