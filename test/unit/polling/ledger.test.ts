import { RowLedger, VersionLedger } from '../../../nodes/Misp/polling/ledger';

const row = (id: number, at: number, version = at) => ({ id, at, version, data: undefined });
const again = (ledger: VersionLedger): VersionLedger => VersionLedger.parse(ledger.toString());

describe('each id once per version', () => {
	it('knows the versions that it was given, also after it was written and read', () => {
		const ledger = VersionLedger.from(1000, 5);
		ledger.add(row(7, 1010));
		ledger.add(row(8, 1010));
		ledger.add(row(7, 1200, 1100));
		const read = again(ledger);
		expect(read.toString()).toBe(ledger.toString());
		expect(read.newestId).toBe(5);
		expect(
			[row(7, 1010), row(8, 1010), row(7, 1300, 1100)].map((each) => read.knows(each)),
		).toEqual([true, true, true]);
		expect([row(9, 1010), row(7, 1011), row(8, 1100)].some((each) => read.knows(each))).toBe(false);
	});

	it('knows an older version wherever it shows up again, and another one not', () => {
		const ledger = VersionLedger.from(1000, 5);
		ledger.add(row(7, 1010, 400));
		const read = again(ledger);
		expect(read.forgot(row(7, 1010, 400))).toBe(true);
		expect(read.knows(row(7, 1010, 400))).toBe(true);
		expect(read.knows(row(7, 1500, 400))).toBe(true);
		expect(read.knows(row(7, 1500, 401))).toBe(false);
		expect(read.knows(row(7, 1010))).toBe(false);
	});

	it('forgets older versions a generation after they were handed on', () => {
		const ledger = VersionLedger.from(1000, 5);
		ledger.raise(1000, 1300);
		ledger.add(row(7, 1310, 400));
		ledger.raise(1301, 1601);
		expect(again(ledger).knows(row(7, 1600, 400))).toBe(true);
		ledger.raise(1602, 1902);
		expect(again(ledger).knows(row(7, 1900, 400))).toBe(false);
	});

	it('forgets what is old, and keeps the greatest id of it', () => {
		const ledger = VersionLedger.from(1000, 5);
		for (const each of [row(9, 1010), row(7, 1020)]) ledger.add(each);
		ledger.raise(1015, 1015);
		expect(ledger.forgot(row(9, 1010))).toBe(true);
		expect(ledger.knows(row(7, 1020))).toBe(true);
		expect(again(ledger).newestId).toBe(9);
	});

	it('remembers a version that is about to be forgotten by where it was seen', () => {
		const ledger = VersionLedger.from(1000, 5);
		ledger.add(row(7, 1010));
		ledger.see(row(7, 1300, 1010), 1100);
		ledger.raise(1100, 1100);
		expect(ledger.knows(row(7, 1300, 1010))).toBe(true);
	});

	it('never forgets what is younger than now, such as a stamp from the future', () => {
		const ledger = VersionLedger.from(1000, 5);
		for (const each of [row(1, 1010), row(2, 1020), row(3, 9_000_000)]) ledger.add(each);
		for (let times = 0; times < 10; times += 1) ledger.shrink(2000);
		expect(ledger.floorOf('versions')).toBe(1020);
	});
});

it('each id once, the lowest counting as handed on when there is no room', () => {
	const ledger = new RowLedger();
	for (let id = 2; id <= 80; id += 2) ledger.add(row(id, 1));
	ledger.shrink();
	const read = RowLedger.parse(ledger.toString());
	expect(read.ids.runs).toBe(30);
	expect([3, 20, 22, 80].map((id) => read.knows(row(id, 1)))).toEqual([true, true, true, true]);
	expect([23, 79, 81].some((id) => read.knows(row(id, 1)))).toBe(false);
});
