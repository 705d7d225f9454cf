import { readFileSync } from 'node:fs';
import { OPERATIONS_FILE, operationsPage } from '../../../scripts/docs';

it('docs/operations.md is what the catalogue says (else run: npm run docs)', () => {
	expect(readFileSync(OPERATIONS_FILE, 'utf8')).toBe(operationsPage());
});
