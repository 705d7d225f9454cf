import { refang, undefanged, type RunContext } from '../definition';

/** Values that were entered defanged, as MISP is to have them: the option Refang Values. */

/** Types whose values are addresses, which people defang in many ways. */
const ADDRESSES = new Set(
	`url uri link domain hostname onion-address domain|ip hostname|port ip-src ip-dst ip-src|port
	ip-dst|port email email-src email-dst email-reply-to target-email dns-soa-email
	whois-registrant-email jabber-id`.split(/\s+/),
);

/** Types whose values are texts and code of people: `[.]` means something in a pattern. */
export const FREE_TEXTS: ReadonlySet<string> = new Set(
	`text comment other email-body email-header yara sigma snort suricata bro zeek stix2-pattern
	pattern-in-file pattern-in-memory pattern-in-traffic pgp-public-key pgp-private-key cortex
	integer-list attachment malware-sample`.split(/\s+/),
);

/**
 * A value as it is meant.
 *
 * @param type of attribute; without one, as in a search, any value that looks defanged is restored
 */
export function refangedValue(value: string, type?: string): string {
	if (type === undefined || ADDRESSES.has(type)) return refang(value);
	return FREE_TEXTS.has(type) ? value : undefanged(value);
}

/** A copy of a trigger's filters with their values as they are meant. */
export function refangedFilters(filters: Record<string, unknown>): Record<string, unknown> {
	const { value, ...others } = filters;
	if (!Array.isArray(value)) return { ...filters };
	return { ...others, value: value.map((one) => refangedValue(String(one))) };
}

export interface Refanged {
	entered: string;
	value: string;
}

/** Restores the values of one item, unless its options say otherwise, and keeps which. */
export class Refanger {
	readonly changes: Refanged[] = [];

	private readonly asEntered: boolean;

	/** @param input of an operation that declares `refangs` */
	constructor(input: object) {
		const { options } = input as { options?: { refang?: 'yes' | 'no' } };
		this.asEntered = options?.refang === 'no';
	}

	value(entered: string, type?: string): string {
		const value = this.asEntered ? entered : refangedValue(entered, type);
		const isKnown = this.changes.some((change) => change.entered === entered);
		if (value !== entered && !isKnown) this.changes.push({ entered, value });
		return value;
	}

	values(entered: string[] | undefined): string[] | undefined {
		return entered?.map((value) => this.value(value));
	}

	/** A row that was made of these values, with those that were restored in `refanged`. */
	noted<T extends object>(row: T): T & { refanged?: Refanged[] } {
		return this.changes.length === 0 ? row : { ...row, refanged: this.changes };
	}

	/** Says with the output what was searched for. */
	tell({ hint }: Pick<RunContext, 'hint'>): void {
		if (this.changes.length === 0) return;
		const shown = this.changes.slice(0, 3).map(({ entered, value }) => `${entered} as ${value}`);
		const more = this.changes.length > 3 ? ` and ${this.changes.length - 3} more` : '';
		hint(
			`Defanged values were restored: ${shown.join(', ')}${more}. To send them as entered, set Refang Values in the options.`,
		);
	}
}
