/** Arranging steps for what can be done with an attribute besides reading and changing it. */
import { isRow } from '../import';
import { base, EXACT, own, type Arrange } from './stage';

/** One attribute of each type that the reply counts. */
export const importTypes: Arrange = ({ world, shown }) => {
	const event = own(world, 73);
	for (const type of Object.keys(isRow(shown) ? shown : {})) {
		world.addAttribute(event, { type, value: 'one|two' });
	}
	return EXACT;
};

export const withFile: Arrange = (stage) => {
	stage.world.addAttribute(base(stage), {
		id: 112_220,
		type: 'attachment',
		value: 'note.txt',
		data: Buffer.from('hello world').toString('base64'),
	});
};

/** The attribute that was asked for, and the number of the job before. */
export const queuedEnrichment: Arrange = (stage) => {
	const { world, one, shown } = stage;
	const asked = one.request.line.split('/').at(-1) ?? '';
	world.addAttribute(base(stage), {
		...(/^\d+$/.test(asked) ? { id: Number(asked) } : { uuid: asked }),
		type: 'domain',
		value: 'enrich.example.com',
	});
	const job = /job ID: (\d+)/.exec(JSON.stringify(shown))?.[1];
	if (job !== undefined) world.nextId('job', Number(job) - 1);
};
