import * as z from 'zod/v4';

import { number, optional, text, toggle, type FieldTexts, type InputOf } from '../definition';
import { organisationOrAny } from './organisation';
import type { TagRow } from './tags';

const colourText = () =>
	z
		.string('must be a colour like #FFC000')
		.trim()
		.regex(/^#[0-9a-f]{6}$/i, 'must be a colour like #FFC000');

const colourInput = (displayName: string, texts: FieldTexts) => {
	const inner = text(displayName, { placeholder: 'e.g. #FFC000', ...texts });
	return {
		...inner,
		property: { ...inner.property, type: 'color' as const },
		schema: optional(colourText),
	};
};

export const tagName = text('Name', {
	placeholder: 'e.g. ir:case-2026-17',
	description: 'The full name; what stands before the colon groups tags',
});

export const tagColour = colourInput('Colour', {
	description: 'How the tag looks in MISP. Left empty for a new tag, MISP chooses one.',
});

/** What a tag has beside its name and colour. */
export const tagDetails = {
	exportable: toggle(
		'Exportable',
		'Whether the tag goes along when events are sent to other instances',
		true,
	),
	hideTag: toggle('Hide', 'Whether to leave the tag out where people choose tags'),
	localOnly: toggle('Local Only', 'Whether the tag can be attached as a local tag alone'),
	numericalValue: number('Numerical Value', {
		placeholder: 'e.g. 75',
		description: 'What the tag counts in scores of decaying models',
	}),
	organisation: organisationOrAny('Restricted to Organisation', {
		description: 'The only organisation whose users may attach the tag',
	}),
	user: number('Restricted to User (ID)', {
		placeholder: 'e.g. 4',
		min: 0,
		description: 'The only user who may attach the tag; 0 for everybody',
	}),
};

type Details = Partial<InputOf<typeof tagDetails>> & {
	name?: string | undefined;
	colour?: string | undefined;
};

/** A tag by MISP's names, with what is filled in alone. */
export function tagBody(details: Details): Record<string, unknown> {
	const body = {
		name: details.name?.trim(),
		colour: details.colour,
		exportable: details.exportable,
		hide_tag: details.hideTag,
		local_only: details.localOnly,
		numerical_value: details.numericalValue,
		org_id: details.organisation,
		user_id: details.user,
	};
	return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/** What of a tag is stored otherwise than it was sent. */
export const differences = (sent: Record<string, unknown>, stored: TagRow): string[] =>
	Object.entries(sent)
		.filter(([key, value]) => String(stored[key]).toLowerCase() !== String(value).toLowerCase())
		.map(([key]) => `${key} ${String(stored[key])}`);
