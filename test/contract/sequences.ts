/** Recorded sequences: one action after another on one event, showing which of them moves which clock. */
import type { Sandbox, World } from '../sandbox/server';
import { clearEvents, setClock } from './arrange/stage';
import type { Mode } from './compare';
import { entries, importEvent, isRow, type Row } from './import';
import { recording, recordings, type Recording, type Reply } from './recordings';

export interface Sequence {
	name: string;
	steps: Recording[];
	begin(world: World): void;
}

const steps = (...numbers: string[]) =>
	recordings().filter((one) =>
		numbers.some((number) => one.name.startsWith(`poll_seq_${number}_`)),
	);

function shownEvent(name: string): Row {
	const { response } = recording(name);
	if (!isRow(response) || !isRow(response.Event)) throw new Error(`No event in ${name}`);
	return response.Event;
}

/** The state before the first step, from the first view after it. */
function before(name: string, change: (event: Row) => Row) {
	return (world: World) => {
		importEvent(world, change(shownEvent(name)));
	};
}

const unpublished = (event: Row): Row => ({ ...event, published: false, publish_timestamp: '1' });

export function sequences(): Sequence[] {
	return [
		{
			name: 'writing and tagging an event',
			steps: steps('01', '02'),
			begin: (world) => {
				world.nextId('event', 131);
				world.nextId('attribute', 115_556);
				// Without a host organisation nobody sets local tags.
				world.settings.hostOrgId = null;
			},
		},
		{
			name: 'sightings',
			// Two of the searches show all sightings of the recorded instance.
			steps: steps('04').filter((one) => !/_04_0[79]_/.test(one.name)),
			begin: (world) => {
				before('poll_seq_04_02_view_sighting', (event) => ({
					...event,
					Attribute: entries(event.Attribute).map((row) => ({ ...row, Sighting: [] })),
				}))(world);
				world.nextId('sighting', 64);
			},
		},
		{
			name: 'proposals',
			// One of the lists shows all proposals of the recorded instance.
			steps: steps('05').filter((one) => !one.name.includes('_05_09_')),
			begin: (world) => {
				before('poll_seq_05_02_view_proposal_added', (event) => ({
					...event,
					ShadowAttribute: [],
					proposal_email_lock: false,
				}))(world);
				world.nextId('proposal', 7);
			},
		},
		{
			name: 'deleting attributes',
			steps: steps('06'),
			begin: before('poll_seq_06_02_view_published', unpublished),
		},
		{
			name: 'publishing again after changes',
			steps: steps('08'),
			begin: (world) => {
				before('poll_seq_08_02_view_published', unpublished)(world);
				world.nextId('report', 7);
			},
		},
		{
			name: 'local tags, clusters and edits',
			steps: steps('12'),
			begin: (world) => {
				world.nextId('event', 132);
				world.nextId('attribute', 115_561);
				importCluster(world);
			},
		},
	];
}

/** The cluster that is attached in the course of the last sequence. */
function importCluster(world: World): void {
	const { Galaxy, Tag } = shownEvent('poll_seq_12_34_view_cluster_attached');
	const carrier = importEvent(world, { id: '1', uuid: '', Galaxy, Tag });
	world.removeEvent(carrier);
}

export function prepare(sequence: Sequence, sandbox: Sandbox): void {
	clearEvents(sandbox.world);
	setClock(sandbox.world, sequence.steps[0]?.sent_epoch ?? 0);
	sequence.begin(sandbox.world);
}

export function beforeStep(one: Recording, { world }: Sandbox): void {
	setClock(world, one.sent_epoch ?? 0);
}

/** Later steps speak of new rows by the uuids that MISP made up: the sandbox takes them over. */
export function afterStep(one: Recording, got: Reply, { world }: Sandbox): void {
	if (!/_add(2|_by_host_org)?$/.test(one.name) || got.status !== 200) return;
	// A report is spoken of by its number.
	if (!isRow(one.response) || 'EventReport' in one.response) return;
	const made = one.response.Event ?? one.response.Attribute;
	if (!isRow(made)) return;
	if ('event_id' in made) adopt(world, made);
	else {
		const event = world.event(made.id);
		if (event !== undefined) world.adoptUuid(event, String(made.uuid));
		for (const row of entries(made.Attribute)) adopt(world, row);
	}
}

function adopt(world: World, row: Row): void {
	const attribute = world.attribute(row.id);
	if (attribute !== undefined) world.adoptUuid(attribute, String(row.uuid));
}

export const SEQUENCE_MODE: Mode = { volatile: 'clock' };
