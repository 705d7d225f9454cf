import { byId, deletedOutput, GONE, limitsOf, type Conversion } from './conversion';
import { CannotConvert, type Parameters } from '../builtIn';
import { searchOf } from './search';
import { sharingOf } from './sharing';

const ON_ITS_OWN = { inherits: false };

const event = (old: { required(name: string): unknown }) => byId(old.required('eventId'));

const assessmentOf = ({ threat_level_id: threatLevel, analysis }: Parameters): Parameters => ({
	...(threatLevel === undefined ? {} : { threatLevel }),
	...(analysis === undefined ? {} : { analysis }),
});

/** A choice that is left to MISP: the form cannot be empty, an expression can. */
const UP_TO_MISP = '={{ null }}';

const ROW_OF_INDEX = 'Instead of a message it is the event, without its contents.';

export const eventOperations: Record<string, Conversion> = {
	create: {
		to: ['event', 'create'],
		access: 'contribute',
		parameters: (old) => {
			const more = old.collection('additionalFields');
			old.value('org_id');
			const open = { distribution: 'Distribution', threat_level_id: 'Threat Level' };
			for (const [name, title] of Object.entries(open)) {
				if (more[name] !== undefined) continue;
				old.remark(
					`${title} was not set, so that MISP's own default counts. The expression {{ null }} keeps it so; choose a value where you can.`,
				);
			}
			return {
				info: old.required('information'),
				distribution: UP_TO_MISP,
				threatLevel: UP_TO_MISP,
				...sharingOf(old, more, ON_ITS_OWN),
				...assessmentOf(more),
			};
		},
		differs: [
			'"Organization" is gone: MISP gives a new event to the organisation of the key, whatever is sent.',
		],
	},
	delete: {
		to: ['event', 'delete'],
		access: 'contribute',
		parameters: (old) => ({ event: event(old) }),
		output: deletedOutput('event'),
		differs: [GONE],
	},
	get: {
		to: ['event', 'get'],
		access: 'read',
		parameters: (old) => ({ event: event(old) }),
		output:
			'It has the attributes of the event under "Attribute" too; the built-in node left them out.',
	},
	getAll: {
		to: ['event', 'getAll'],
		access: 'read',
		parameters: limitsOf,
		differs: ['The newest events come first, by their ID.'],
	},
	publish: {
		to: ['event', 'publish'],
		access: 'publish',
		parameters: (old) => ({ event: event(old), wait: false }),
		output: ROW_OF_INDEX,
		differs: [
			'As before, it does not wait until MISP has published. "Wait Until Published" would.',
		],
	},
	search: searchOf('events'),
	unpublish: {
		to: ['event', 'unpublish'],
		access: 'contribute',
		parameters: (old) => ({ event: event(old) }),
		output: ROW_OF_INDEX,
	},
	update: {
		to: ['event', 'update'],
		access: 'contribute',
		parameters: (old) => {
			const { information, ...more } = old.collection('updateFields');
			if (information !== undefined) {
				old.remark(
					'"Information" changes the title now. The built-in node sends it under a name that MISP ignores.',
				);
			}
			const updateFields = {
				...(information === undefined ? {} : { info: information }),
				...sharingOf(old, more, ON_ITS_OWN),
				...assessmentOf(more),
			};
			if (Object.keys(updateFields).length === 0) {
				throw new CannotConvert('It has no field to update.');
			}
			return { event: event(old), published: 'unpublish', updateFields };
		},
		output:
			'It has the attributes of the event under "Attribute" too; the built-in node left them out.',
		differs: [
			'As before, the edit unpublishes the event. "Published State" set to "Keep" would publish it again at once.',
		],
	},
};
