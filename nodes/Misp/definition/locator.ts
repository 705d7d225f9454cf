import type { INodeProperties } from 'n8n-workflow';
import * as z from 'zod/v4';

import { asStored, isNumericId, isUuid } from '../client/path';
import {
	field,
	late,
	type Field,
	type FieldTexts,
	type ListEntry,
	type LoadContext,
} from './field';

interface LocatorOptions extends FieldTexts {
	/** Unique among all lists. */
	loader: string;
	load(context: LoadContext): Promise<ListEntry[]>;
	/** The page of MISP that shows such a thing: `events/view`. */
	page: string;
	/**
	 * Where there are pages for several kinds, what follows in the address: `Note`. What comes of an
	 * address is then `Note/5`, so that nobody takes it for 5 of another kind.
	 */
	kinds?: readonly string[];
	/** An id to show as example. */
	example?: string;
	/** The list needs something to search for; n8n says so in its place. */
	searchFirst?: boolean;
	/** MISP takes the number alone, or gives such a thing no UUID. */
	numeric?: boolean;
}

interface NamedOptions extends LocatorOptions {
	/** What a name is called, and one as example. */
	byName: { displayName: string; placeholder: string };
}

/** A thing by its id (or UUID, where it has one), or by its name. */
export type Reference = { id: string } | { name: string };

const bareOf = (value: unknown): unknown =>
	value !== null && typeof value === 'object' && 'value' in value ? value.value : value;

const isAddress = (written: string): boolean => /^https?:\/\//i.test(written);

/** What was entered as text; undefined for nothing, and for what is neither text nor number. */
function writtenIn(value: unknown): string | undefined {
	const bare = bareOf(value);
	const text = typeof bare === 'string' || typeof bare === 'number' ? String(bare).trim() : '';
	// "#1234" is how people, and summaries, write of an event.
	return text === '' ? undefined : text.replace(/^#(?=\d+$)/, '');
}

/** MISP takes `event_reports` for `eventReports`, and its own links have either. */
const inAnySpelling = (page: string): string =>
	page.replace(/([a-z])(?=[A-Z])/g, '$1_').replaceAll('_', '_?');

/** Modes, wording and reading of ids, for both kinds of locators. */
function partsOf(options: LocatorOptions) {
	const { loader, page, kinds = [], example = '1234', numeric = false } = options;
	const kind = kinds.length === 0 ? '' : `(?:${kinds.join('|')})/`;
	const id = `(${kind}(?:[0-9]+|[0-9a-f-]{36}))`;
	const inUrl = new RegExp(`/${inAnySpelling(page)}/${id}(?:[/?#.].*)?$`, 'i');
	const ofKind = new RegExp(`^${kind}`, 'i');
	const bareId = (text: string) => text.replace(ofKind, '');
	// None has n8n's `validation`: it is a pattern with a time limit, which a busy worker exceeds.
	const modes = [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select…',
			typeOptions: {
				searchListMethod: loader,
				searchable: true,
				...(options.searchFirst === true ? { searchFilterRequired: true } : {}),
			},
		},
		{
			displayName: numeric ? 'By ID' : 'By ID or UUID',
			name: 'id',
			type: 'string',
			placeholder: numeric
				? `e.g. ${example}`
				: `e.g. ${example} or 5e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b`,
		},
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: `e.g. https://misp.example.org/${[page, ...kinds.slice(0, 1), example].join('/')}`,
		},
	] satisfies INodeProperties['modes'];
	return {
		modes,
		wanted: numeric ? 'must be an id (a number)' : 'must be an id (a number) or a UUID',
		isId: (text: string) => isNumericId(bareId(text)) || (!numeric && isUuid(bareId(text))),
		/** What was entered, or the id in the address that was entered. */
		idIn: (written: string) =>
			asStored(isAddress(written) ? (inUrl.exec(written)?.[1] ?? written) : written),
		addressIn: (value: unknown): string | undefined => {
			const written = writtenIn(value) ?? '';
			const found = isAddress(written) ? inUrl.exec(written)?.[1] : undefined;
			return isNumericId(bareId(found ?? '')) ? written : undefined;
		},
	};
}

/**
 * A thing of the instance, from a searchable list, by its id or UUID, or by the address of its
 * page in MISP. Handed on as id or UUID.
 */
export function locator(displayName: string, options: LocatorOptions): Field<string | undefined> {
	const { loader, load, description, hint } = options;
	const { modes, wanted, isId, idIn, addressIn } = partsOf(options);
	const read = (value: unknown): unknown => {
		const written = writtenIn(value);
		if (written !== undefined) return idIn(written);
		const bare = bareOf(value);
		return bare === null || typeof bare === 'string' ? undefined : bare;
	};
	return {
		...field({
			displayName,
			type: 'resourceLocator',
			default: { mode: 'list', value: '' } as never,
			...(description === undefined ? {} : { description }),
			...(hint === undefined ? {} : { hint }),
			more: { modes },
			loaders: [{ kind: 'search', name: loader, load }],
			schema: () =>
				z.preprocess(read, z.string(wanted).refine(isId, wanted).optional()) as z.ZodType<
					string | undefined
				>,
		}),
		addressIn,
	};
}

/**
 * A locator for things that people know by name. A name means the same on every instance, so
 * that a workflow can move; whoever uses it looks the id up.
 */
export function namedLocator(
	displayName: string,
	options: NamedOptions,
): Field<Reference | undefined> {
	const { byName } = options;
	const { modes, wanted, isId, idIn, addressIn } = partsOf(options);
	const inner = locator(displayName, options);
	const read = (value: unknown, context: z.RefinementCtx): Reference | undefined => {
		const written = writtenIn(value);
		const refuse = (message: string) => {
			context.issues.push({ code: 'custom', message, input: value });
			return z.NEVER;
		};
		if (written === undefined) {
			const bare = bareOf(value);
			const nothing = bare === undefined || bare === null || typeof bare === 'string';
			return nothing ? undefined : refuse(`${wanted} or a name`);
		}
		const mode = value !== null && typeof value === 'object' && 'mode' in value ? value.mode : '';
		const id = idIn(written);
		if (mode !== 'name' && isId(id)) return { id };
		// An expression for the whole field says no mode.
		if (mode === 'name' || (mode === '' && !isAddress(written))) {
			return written.length > 255 || written.includes('\u0000')
				? refuse('is not a name: it is longer than 255 characters, or contains NUL')
				: { name: written };
		}
		return refuse(wanted);
	};
	const name = {
		displayName: byName.displayName,
		name: 'name',
		type: 'string' as const,
		placeholder: byName.placeholder,
	};
	return {
		...inner,
		property: { ...inner.property, modes: [...modes, name] },
		schema: late(() => z.unknown().transform(read)),
		addressIn: (value) =>
			value !== null && typeof value === 'object' && 'mode' in value && value.mode === 'name'
				? undefined
				: addressIn(value),
	};
}
