import type { Misp } from '../client/client';
import { search, type Row } from '../client/paging';
import { SCOPES } from '../client/searchScopes';
import { refuseVerdict } from './exportByMisp';
import { CSV_COLUMNS, csvLine, isObjectColumn } from './exportCsv';

/** Rows of each kind that are compared with what MISP writes of them. */
const SAMPLE = 25;

/** Rows that MISP is asked to write at once, at a thousandth of a second each. */
const CHUNK = 2000;

/** Objects that are remembered, since attributes of one event come one after the other. */
const MAX_OBJECTS = 50_000;

interface Shape {
	headerless?: unknown;
	requested_attributes?: unknown;
	order: unknown;
}

const isInObject = ({ object_id: id }: Row): boolean => id !== undefined && String(id) !== '0';

/**
 * The lines of MISP's CSV, written here where they are proven to be the same.
 *
 * Versions of MISP differ in what they write of an object. So the first rows of each kind (in an
 * object or not) are also asked for as MISP writes them; if these are not the same, byte for byte,
 * MISP writes all of that kind.
 */
export class CsvLines {
	readonly columns: readonly string[];

	readonly isHeaderless: boolean;

	private readonly proven = new Map<boolean, boolean>();

	private readonly objects = new Map<string, Row>();

	constructor(
		private readonly misp: Misp,
		private readonly shape: Shape,
		private readonly hint: (text: string) => void,
	) {
		this.columns = (shape.requested_attributes ?? CSV_COLUMNS) as string[];
		this.isHeaderless = Boolean(shape.headerless);
	}

	/** The lines of some rows, in their order. */
	async of(rows: Row[]): Promise<string> {
		const kindOf = this.columns.some(isObjectColumn) ? isInObject : () => false;
		await this.readObjects(rows.filter(kindOf));
		const isKnown = (row: Row) => !kindOf(row) || this.objectOf(row) !== undefined;
		for (const kind of [false, true]) {
			const sample = rows.filter((row) => kindOf(row) === kind && isKnown(row)).slice(0, SAMPLE);
			if (sample.length > 0 && !this.proven.has(kind)) await this.prove(kind, sample);
		}
		const isProven = (row: Row) => isKnown(row) && this.proven.get(kindOf(row)) === true;
		return rows.every(isProven) ? this.written(rows) : await this.byMisp(rows);
	}

	private written(rows: Row[]): string {
		return rows.map((row) => csvLine(this.columns, row, this.objectOf(row))).join('');
	}

	private objectOf(row: Row): Row | undefined {
		return this.objects.get(String(row.object_id));
	}

	private async prove(kind: boolean, sample: Row[]): Promise<void> {
		const isSame = this.written(sample) === (await this.byMisp(sample));
		this.proven.set(kind, isSame);
		if (isSame) return;
		this.hint(
			`This MISP writes the lines of attributes ${kind ? 'in objects ' : ''}in a way that this node does not know, so MISP wrote those pages of the CSV itself. That takes longer.`,
		);
	}

	private async readObjects(rows: Row[]): Promise<void> {
		const unknown = rows.filter((row) => this.objectOf(row) === undefined);
		if (unknown.length === 0) return;
		if (this.objects.size > MAX_OBJECTS) this.objects.clear();
		const events = [...new Set(unknown.map(({ event_id: event }) => event))];
		const filters = { eventid: events, metadata: 1 };
		for await (const { Object: object } of search(this.misp, 'objects', filters)) {
			const { id, uuid, name, 'meta-category': metaCategory } = object as Row;
			this.objects.set(String(id), { uuid, name, 'meta-category': metaCategory });
		}
	}

	private async byMisp(rows: Row[]): Promise<string> {
		const { path } = SCOPES.attributes;
		let lines = '';
		for (let start = 0; start < rows.length; start += CHUNK) {
			const uuid = rows.slice(start, start + CHUNK).map((row) => row.uuid);
			const text = await this.misp.post<string>(
				path,
				{ ...this.shape, uuid, headerless: 1, returnFormat: 'csv' },
				{ read: true, text: true, judged: true }, // the rows were
			);
			refuseVerdict(text, `POST ${path}`);
			lines += text.replace(/\n$/, '');
		}
		return lines;
	}
}
