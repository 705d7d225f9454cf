import { inputError } from '../client/errors';
import { required, when, type Field } from './field';
import { choice } from './choices';

type Kinds = Record<string, Field<string>>;

/**
 * One of several ways to say what is meant, such as an event or an attribute: a choice, and for
 * each way a field that is only shown with it.
 *
 * @param name of the choice; the fields are called as the ways are
 * @param names of ways that the choice does not call as their field is labelled
 * @returns `fields` to spread into an operation, and `of`, which tells what was chosen
 */
export function oneOf<Name extends string, K extends Kinds>(
	name: Name,
	displayName: string,
	description: string,
	kinds: K,
	names: Partial<Record<keyof K, string>> = {},
) {
	type Kind = keyof K & string;
	const ways = Object.keys(kinds) as Kind[];
	const select = choice(
		displayName,
		ways.map((kind) => ({
			value: kind,
			name: names[kind] ?? kinds[kind]?.property.displayName ?? kind,
		})),
		ways[0] as Kind,
		{ description },
	);
	// With an expression as the choice n8n shows all of them, and would want every one: `of` asks for
	// the one that is chosen.
	const shown = Object.entries(kinds).map(([kind, one]) => {
		const lifted = { ...one, property: { ...one.property, required: false } };
		return [kind, when({ [name]: [kind] }, lifted)];
	});
	return {
		fields: {
			[name]: required(select),
			...Object.fromEntries(shown),
		} as Record<Name, Field<Kind>> & { [Key in Kind]: Field<string | undefined> },

		/** @throws MispError of kind `input` when the chosen field is empty */
		of(input: Record<Name, Kind> & Partial<Record<Kind, string | undefined>>): {
			kind: Kind;
			value: string;
		} {
			const kind = input[name];
			const value = (input as Partial<Record<string, string>>)[kind];
			if (value !== undefined) return { kind, value };
			throw inputError(`"${kinds[kind]?.property.displayName ?? kind}" is required.`);
		},
	};
}
