import { CLASS_NAMES, CLASSES, type ClassName } from './classes';
import { expectedOf } from './expected';
import { FAULTS } from './faults';
import { SEEN, VALUES, walk, type Found, type Walked } from './walk';

/** The matrix of docs/reliability.md, on real sockets and with the built node. */

// All of it is under way at once, so that the first test waits for many.
jest.setTimeout(120_000);

let walked: Map<string, Promise<Walked>>;

beforeAll(() => {
	walked = walk(FAULTS);
});

afterAll(async () => void (await Promise.allSettled(walked.values())));

const hostIn = (message: string | undefined) => message?.replace(/127\.0\.0\.1:\d+/, '{host}');

/** How many bytes of a reply are read, with what is on its way when reading ends. */
const READ_AT_MOST = 256 * 1024 * 1024;

describe.each(FAULTS.map((fault) => [fault.name, fault] as const))('%s', (name, fault) => {
	const cell = async (of: ClassName): Promise<Found> =>
		((await walked.get(name)) as Walked).found[of];

	it.each(CLASS_NAMES.map((of) => [CLASSES[of].name, of] as const))('%s', async (_name, of) => {
		const { messages, kind, arrived, made, keys, bytes } = await cell(of);
		const expected = expectedOf(fault, of);
		const message = expected.failure?.message;
		for (const one of messages.map(hostIn)) {
			// What does the explaining may follow; the credential test shows it in the same line.
			if (message === undefined) expect(one).toBeUndefined();
			else expect([one, one?.startsWith(message)]).toEqual([one, true]);
		}
		if (of !== 'test') expect(kind).toBe(expected.failure?.kind);
		expect(arrived).toBe(expected.arrives);
		expect(made).toEqual(made.map(() => (expected.made ? 1 : 0)));
		expect(keys).toEqual([]);
		expect(bytes).toBeLessThan(READ_AT_MOST);
	});

	it('the trigger loses nothing and hands on nothing twice', async () => {
		const { found, later } = (await walked.get(name)) as Walked;
		const waiting = found.poll.messages[0] === undefined ? [] : [SEEN];
		const added = expectedOf(fault, 'batch').made ? VALUES : [];
		expect(later).toEqual([...waiting, ...added].sort());
	});
});
