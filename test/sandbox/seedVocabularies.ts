/** Taxonomies, a collection of tags and a noticelist, all made up. */
import type { World } from './state';

function seedTaxonomies(world: World): void {
	const entry = (namespace: string) => (value: string) => ({
		tag: `${namespace}:${value}`,
		expanded: `${namespace} ${value}`,
	});
	world.addTaxonomy({
		id: 1,
		namespace: 'tlp',
		description: 'Taxonomy tlp of the sandbox',
		exclusive: true,
		entries: ['red', 'amber', 'amber+strict', 'green', 'clear'].map(entry('tlp')),
	});
	world.addTaxonomy({
		id: 2,
		namespace: 'sandbox',
		description: 'States of the work on an event',
		entries: ['reviewed', 'needs-review', 'source="partner"', 'unused'].map(entry('sandbox')),
	});
	world.addTaxonomy({
		id: 3,
		namespace: 'sandbox-mood',
		description: 'A taxonomy that nobody has enabled',
		enabled: false,
		entries: ['good', 'bad'].map(entry('sandbox-mood')),
	});
}

export function seedVocabularies(world: World): void {
	seedTaxonomies(world);
	const collection = world.addTagCollection({
		id: 5,
		name: 'Phishing report',
		description: 'What every report of a phishing mail carries',
		userId: 2,
		orgId: 2,
		allOrgs: true,
	});
	for (const name of ['tlp:amber', 'sandbox:needs-review']) {
		const tag = world.tag(name);
		if (tag !== undefined) world.collect(collection, tag);
	}
	world.addNoticelist({
		id: 1,
		name: 'sandbox-privacy',
		expandedName: 'Privacy of people in the sandbox',
		ref: ['https://privacy.example.com'],
		geographicalArea: ['EU'],
		entries: [
			{
				scope: ['attribute'],
				field: ['category'],
				value: ['Person'],
				message: 'This may be about a person.',
			},
		],
	});
	world.addNoticelist({ id: 2, name: 'sandbox-secrets', enabled: false });
}
