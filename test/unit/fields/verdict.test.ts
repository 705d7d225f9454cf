import { judgeWithHost, type Verdict } from '../../../nodes/Misp/fields/verdict';

/** The verdict on a URL whose host is judged, too. */

const judged = (own: Verdict, host: Verdict, ifBoth?: 'malicious' | 'known_good') =>
	judgeWithHost(
		{ verdict: own, verdict_reasons: ['own'] },
		{ verdict: host, verdict_reasons: ['reason'] },
		{ maliciousIf: [], knownGoodIf: [], verdictRules: ifBoth ? { ifBoth } : {} },
	);

it.each<[own: Verdict, host: Verdict, both: Verdict]>([
	['unknown', 'malicious', 'malicious'],
	['unknown', 'suspicious', 'suspicious'],
	['unknown', 'held_back', 'held_back'],
	['suspicious', 'malicious', 'malicious'],
	['suspicious', 'held_back', 'suspicious'],
	['held_back', 'suspicious', 'suspicious'],
	['malicious', 'suspicious', 'malicious'],
	['known_good', 'malicious', 'suspicious'],
	['known_good', 'held_back', 'held_back'],
])('%s, of a host that is %s, is %s', (own, host, both) => {
	expect(judged(own, host)).toEqual({ verdict: both, verdict_reasons: ['own', 'host: reason'] });
});

it.each<[own: Verdict, host: Verdict]>([
	['unknown', 'known_good'],
	['malicious', 'known_good'],
	['suspicious', 'unknown'],
	['known_good', 'suspicious'],
])('%s stays so, of a host that is %s', (own, host) => {
	expect(judged(own, host)).toEqual({ verdict: own, verdict_reasons: ['own'] });
});

it('follows the rule for what is both', () => {
	expect(judged('known_good', 'malicious', 'malicious').verdict).toBe('malicious');
	expect(judged('known_good', 'malicious', 'known_good').verdict).toBe('known_good');
});
