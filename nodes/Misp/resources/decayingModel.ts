import {
	besideEnvelope,
	called,
	collection,
	filter,
	isNumericId,
	limits,
	operation,
	path,
	resource,
	shape,
	toggle,
} from '../definition';
import { attributeLocator, attributeType, fetchAttribute } from '../fields/attribute';
import { curveOf } from '../fields/curve';
import { decayingModelLocator, fetchDecayingModels } from '../fields/decayingModel';

const modelRow = shape({
	kind: 'Decaying Model',
	flat: besideEnvelope('DecayingModel'),
	columns: {
		id: 'Number in this MISP',
		name: 'Name',
		description: 'What it is for',
		enabled: 'Whether it is enabled',
		formula: 'How scores fall',
		version: 'Version',
	},
});

const get = operation({
	name: 'Get',
	action: 'Get a decaying model',
	description:
		'Returns one decaying model: its parameters, such as lifetime and threshold, and the attribute types it is for. Example: Decaying Model 3.',
	access: 'read',
	endpoints: ['GET /decayingModel/view/{model}'],
	row: modelRow,
	fields: { model: decayingModelLocator },
	run: async ({ misp }, { model }) =>
		await misp.get(path`/decayingModel/view/${model}`, { expect: 'DecayingModel' }),
});

const getAll = operation({
	name: 'Get Many',
	action: 'Get many decaying models',
	description:
		'Lists the decaying models of the instance with their parameters. Example: Enabled Only, Attribute Type "ip-dst".',
	access: 'read',
	endpoints: ['GET /decayingModel/index'],
	row: modelRow,
	fields: {
		enabledOnly: toggle('Enabled Only', 'Whether to leave out models that are not in use'),
		...limits,
		filters: collection(
			'Filters',
			{
				attributeType: filter(called('Attribute Type', attributeType)),
			},
			{ placeholder: 'Add Filter' },
		),
	},
	run: async ({ misp }, { enabledOnly, filters: { attributeType } }) => {
		const models = await fetchDecayingModels(misp);
		return models.filter(
			({ DecayingModel: { enabled, attribute_types: types } }) =>
				(enabledOnly !== true || enabled) &&
				(attributeType === undefined || types?.includes(attributeType.trim()) === true),
		);
	},
});

interface Simulation {
	csv: string;
	current_score: number;
	sightings?: unknown;
	last_sighting?: unknown;
	Model?: { parameters?: { threshold?: number } };
	[more: string]: unknown;
}

/** MISP wraps a sighting in its name; of one that was never seen it makes up one or sends none. */
const bare = (sighting: unknown): unknown =>
	(sighting as { Sighting?: unknown } | null | undefined)?.Sighting ?? sighting;

const simulate = operation({
	name: 'Simulate',
	action: 'Simulate the decay of an attribute',
	description:
		'Computes the score of an attribute by a decaying model: now (current_score, and whether it has decayed), and hour by hour from its last sighting until the end of its life (curve, in the time zone of the MISP). Changes nothing. Example: Decaying Model 3, Attribute 5432.',
	access: 'read',
	endpoints: [
		'GET /decayingModel/decayingToolComputeSimulation/{model}/{attribute}',
		'GET /attributes/view/{attribute}',
	],
	row: ({ csv, sightings, last_sighting: last, ...simulated }: Simulation) => {
		const threshold = simulated.Model?.parameters?.threshold;
		return {
			...simulated,
			...(threshold === undefined ? {} : { decayed: simulated.current_score < threshold }),
			last_sighting: bare(last),
			sightings: Array.isArray(sightings) ? sightings.map(bare) : sightings,
			curve: curveOf(csv, 'score'),
		};
	},
	fields: { model: decayingModelLocator, attribute: attributeLocator },
	run: async ({ misp, ceiling }, { model, attribute }) => {
		// MISP takes the number alone here, and does not show how the attribute is marked.
		const id =
			isNumericId(attribute) && !ceiling ? attribute : (await fetchAttribute(misp, attribute)).id;
		return await misp.get(path`/decayingModel/decayingToolComputeSimulation/${model}/${id}`, {
			xhr: true,
			expect: 'current_score',
		});
	},
});

export const decayingModel = resource({
	name: 'Decaying Model',
	description: 'A rule by which indicators lose their value over time',
	operations: { get, getAll, simulate },
});
