import { byId, GONE, limitsOf, type Conversion } from './conversion';
import { isExpression, type BuiltIn, type Parameters } from '../builtIn';
import { requestOf } from './apiRequest';
import { request, scriptOf } from '../expressions';

/** The built-in node puts a missing # in front. */
const colourOf = (colour: unknown): unknown =>
	isExpression(colour)
		? `={{ String(${scriptOf(colour)} ?? "").replace(/^#?(?=.)/, "#") }}`
		: String(colour).replace(/^#?(?=.)/, '#');

const coloured = ({ colour }: Parameters): Parameters =>
	colour === undefined ? {} : { colour: colourOf(colour) };

function tagIdOf(old: BuiltIn): unknown {
	old.remark(
		'The tag is named by its number, which is another one on another MISP. Tag > Attach and Tag > Detach take names.',
	);
	return old.required('tagId');
}

/** By number, as the built-in node does; Tag > Attach takes names, which a workflow does not tell. */
export const eventTag: Record<string, Conversion> = {
	add: requestOf('POST', 'contribute', {
		path: () => '/events/addTag',
		body: (old) => ({ event: old.required('eventId'), tag: tagIdOf(old) }),
		differs: [
			'A tag that is attached already, or that MISP does not attach, is an error now; before, it looked like a success. For Tag > Attach, one that is attached already is none.',
		],
	}),
	remove: requestOf('POST', 'contribute', {
		path: (old) => request`/events/removeTag/${old.required('eventId')}/${tagIdOf(old)}`,
		differs: [
			'A tag that is not there, or that MISP does not take off, is an error now; before, it looked like a success. For Tag > Detach, one that is not there is none.',
		],
	}),
};

export const tag: Record<string, Conversion> = {
	create: {
		to: ['tag', 'create'],
		access: 'contribute',
		parameters: (old) => ({
			tagName: old.required('name'),
			...coloured(old.collection('additionalFields')),
		}),
	},
	delete: {
		to: ['tag', 'delete'],
		access: 'administer',
		parameters: (old) => ({ tag: byId(old.required('tagId')) }),
		output: 'Instead of a message alone it is id, deleted and message.',
		differs: [GONE],
	},
	getAll: {
		to: ['tag', 'getAll'],
		access: 'read',
		parameters: (old) => ({ ...limitsOf(old), galaxies: true }),
		output:
			'Each tag is an item of its own. With Return All, the built-in node gave one item with all of them under "Tag".',
	},
	update: {
		to: ['tag', 'update'],
		access: 'administer',
		parameters: (old) => {
			const fields = old.collection('updateFields');
			return {
				tag: byId(old.required('tagId')),
				updateFields: {
					...(fields.name === undefined ? {} : { tagName: fields.name }),
					...coloured(fields),
				},
			};
		},
	},
};
