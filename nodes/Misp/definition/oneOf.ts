import { inputError } from '../client/errors';
import { required, when, type Field } from './field';
import { choice } from './inputs';

type Kinds = Record<string, Field<string>>;

/**
 * One of several ways to say what is meant, such as an event or an attribute: a choice, and for
 * each way a field that is only shown with it.
 *
 * @param name of the choice; the fields are called as the ways are
 * @returns `fields` to spread into an operation, and `of`, which tells what was chosen
 */
export function oneOf<Name extends string, K extends Kinds>(
	name: Name,
	displayName: string,
	description: string,
	kinds: K,
) {
	type Kind = keyof K & string;
	const ways = Object.keys(kinds) as Kind[];
	const select = choice(
		displayName,
		ways.map((kind) => ({ value: kind, name: kinds[kind]?.property.displayName ?? kind })),
		ways[0] as Kind,
		{ description },
	);
	const shown = Object.entries(kinds).map(([kind, one]) => [kind, when({ [name]: [kind] }, one)]);
	return {
		fields: {
			[name]: {
				...required(select),
				// With an expression here, n8n would show all the fields and require every one of them.
				property: { ...select.property, noDataExpression: true },
			},
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
