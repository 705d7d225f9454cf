/** Brings a fresh sandbox into the state in which a recorded request was made. */
import { type Sandbox } from '../../sandbox/server';
import { type Mode } from '../compare';
import { parseCut } from '../cut';
import { type Recording } from '../recordings';
import { earlierSearches } from './fromAccess';
import { FROM_REPLY } from './fromReply';
import { baseEvents, clearEvents, RECORDED_AT, setClock, SHAPE, type Stage } from './stage';
import { WITH_BASE } from './withBase';

/** Arranges the state and says how the reply is to be compared. */
export async function arrange(one: Recording, sandbox: Sandbox): Promise<Mode> {
	const { world } = sandbox;
	clearEvents(world);
	setClock(world, one.sent_epoch ?? RECORDED_AT);
	const shown =
		one.response ??
		(one.response_text?.startsWith('{') || one.response_text?.startsWith('[')
			? parseCut(one.response_text)
			: null);
	const stage: Stage = { sandbox, world, one, shown };
	if (/^rate_limited_\d$/.test(one.name)) return await earlierSearches(stage);
	const succeeded = one.status === 200 || one.status === 304;
	const fromReply = succeeded ? FROM_REPLY.find(([pattern]) => pattern.test(one.name)) : undefined;
	if (fromReply !== undefined) return (await fromReply[1](stage)) ?? SHAPE;
	baseEvents(world);
	const withBase = WITH_BASE.find(([pattern]) => pattern.test(one.name));
	return (await withBase?.[1](stage)) ?? SHAPE;
}
