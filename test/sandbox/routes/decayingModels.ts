/** /decayingModel: made-up models, and what their curves say of an attribute. */
import { answer, refuse, type Call, type Json } from '../http';
import { visibleAttribute } from '../rights';
import type { Controller } from '../router';

interface Model extends Json {
	id: string;
	parameters: { lifetime: number; decay_speed: number; threshold: number; [more: string]: unknown };
}

const model = (id: string, name: string, more: Json): Model => ({
	id,
	uuid: `0c2b9a5e-5d0f-4f0e-9b55-3d1d3f7a1c0${id}`,
	name,
	attribute_types: ['ip-src', 'ip-dst', 'domain'],
	description: `${name}, made up`,
	org_id: '1',
	enabled: true,
	all_orgs: true,
	ref: [],
	formula: 'Polynomial',
	version: '1',
	default: false,
	...more,
	parameters: {
		lifetime: 30,
		decay_speed: 2,
		threshold: 30,
		default_base_score: 80,
		base_score_config: [],
	},
});

const MODELS = [
	model('1', 'Sandbox model', {}),
	model('2', 'Voice model', { attribute_types: ['phone-number'], enabled: false }),
];

function required({ args: [id] }: Call): Model {
	const found = MODELS.find((one) => one.id === id);
	if (found) return found;
	throw refuse.notFound('No Decaying Model with the provided ID exists');
}

const view = (call: Call) =>
	answer({ DecayingModel: { ...required(call), isEditable: false }, DecayingModelMapping: [] });

const HOUR = 3600;
const timeOf = (epoch: number) =>
	new Date(epoch * 1000).toISOString().slice(0, 19).replace('T', ' ');

function simulate(call: Call) {
	const { world, viewer, args, headers } = call;
	if (headers['x-requested-with'] !== 'XMLHttpRequest') {
		throw refuse.notAllowed('This method is only accessible via AJAX.');
	}
	const chosen = required(call);
	const found = /^\d+$/.test(args[1] ?? '')
		? visibleAttribute(world, viewer, args[1] ?? '')
		: undefined;
	if (found === undefined) throw refuse.notFound('Attribute not found');
	const { lifetime, decay_speed: speed } = chosen.parameters;
	const { attribute, event } = found;
	const sightings = world
		.sightingsOf(event.id)
		.filter((one) => one.attributeId === attribute.id && one.type === 0)
		.map(({ date }) => ({
			Sighting: { date_sighting: String(date), rounded_timestamp: date - (date % HOUR) },
		}));
	const last = sightings.at(-1) ?? {
		Sighting: {
			date_sighting: String(attribute.timestamp),
			rounded_timestamp: attribute.timestamp - (attribute.timestamp % HOUR),
		},
	};
	const start = last.Sighting.rounded_timestamp;
	const scoreAt = (epoch: number) =>
		Math.max(0, 80 * (1 - (Math.max(0, epoch - start) / (lifetime * 24 * HOUR)) ** (1 / speed)));
	const hours = Array.from({ length: lifetime * 24 + 1 }, (_, hour) => start + hour * HOUR);
	return answer({
		csv: ['date,value', ...hours.map((at) => `${timeOf(at)},${scoreAt(at)}`)].join('\n'),
		sightings,
		base_score_config: {
			base_score: 80,
			overridden: [],
			tags: [],
			taxonomy_effective_ratios: [],
			default_base_score: 80,
		},
		last_sighting: last,
		current_score: scoreAt(world.now()),
		Model: { ...chosen, isEditable: false },
	});
}

export const decayingModels: Controller = {
	index: {
		run: () => answer(MODELS.map((one) => ({ DecayingModel: one, DecayingModelMapping: [] }))),
	},
	view: { run: view },
	decayingToolComputeSimulation: { run: simulate },
};
