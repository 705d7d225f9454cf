import { readFileSync } from 'node:fs';
import { MIGRATION_FILE, migrationPage } from '../../../scripts/migration';
import { OUTPUT_FILE, outputPage } from '../../../scripts/output';
import { RELIABILITY_FILE, reliabilityPage } from '../../../scripts/reliability';
import { OPERATIONS_FILE, operationsPage } from '../../../scripts/docs';

it('docs/operations.md is what the catalogue says (else run: npm run docs)', () => {
	expect(readFileSync(OPERATIONS_FILE, 'utf8')).toBe(operationsPage());
});

it('docs/reliability.md is what the faults say (else run: npm run docs)', () => {
	expect(readFileSync(RELIABILITY_FILE, 'utf8')).toBe(reliabilityPage());
});

it('the table of docs/migrating.md is what the migration does (else run: npm run docs)', () => {
	const page = readFileSync(MIGRATION_FILE, 'utf8');
	expect(migrationPage(page)).toBe(page);
	expect(page).toContain('| attribute: create |');
});

it('docs/output.md is what the rows are declared as (else run: npm run docs)', () => {
	const page = readFileSync(OUTPUT_FILE, 'utf8');
	expect(page).toContain('## Event');
	expect(outputPage(page)).toBe(page);
});
