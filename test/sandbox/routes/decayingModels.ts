/** /decayingModel: the list alone, with one made-up model. Scores are not computed here. */
import { answer } from '../http';
import type { Controller } from '../router';

const MODEL = {
	id: '1',
	uuid: '0c2b9a5e-5d0f-4f0e-9b55-3d1d3f7a1c01',
	name: 'Sandbox model',
	parameters: { lifetime: 30, decay_speed: 2, threshold: 30, default_base_score: 80 },
	attribute_types: ['ip-src', 'ip-dst', 'domain'],
	description: 'Network indicators of the sandbox',
	org_id: '1',
	enabled: true,
	all_orgs: true,
	ref: [],
	formula: 'polynomial',
	version: '1',
	default: false,
	isEditable: false,
};

export const decayingModels: Controller = {
	index: { run: () => answer([{ DecayingModel: MODEL }]) },
};
