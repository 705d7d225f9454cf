import { readFileSync } from 'node:fs';
import { RELIABILITY_FILE, reliabilityPage } from '../../../scripts/reliability';
import { OPERATIONS_FILE, operationsPage } from '../../../scripts/docs';

it('docs/operations.md is what the catalogue says (else run: npm run docs)', () => {
	expect(readFileSync(OPERATIONS_FILE, 'utf8')).toBe(operationsPage());
});

it('docs/reliability.md is what the faults say (else run: npm run docs)', () => {
	expect(readFileSync(RELIABILITY_FILE, 'utf8')).toBe(reliabilityPage());
});
