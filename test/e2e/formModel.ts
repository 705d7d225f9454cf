/** What a form must show, worked out from the node's own description as n8n's editor does it. */
import {
	NodeHelpers,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyCollection,
	type INodeTypeDescription,
} from 'n8n-workflow';

const isCollection = (option: object): option is INodePropertyCollection => 'values' in option;
const isField = (option: object): option is INodeProperties => 'type' in option;

export class FormModel {
	private readonly shown: INodeProperties[];

	constructor(
		description: INodeTypeDescription,
		private readonly chosen: INodeParameters,
	) {
		const { properties } = description;
		const values =
			NodeHelpers.getNodeParameters(properties, chosen, true, false, null, description) ?? chosen;
		this.shown = properties.filter(
			(property) =>
				property.type !== 'hidden' &&
				NodeHelpers.displayParameter(values, property, null, description),
		);
	}

	/** Labels that are there before anything is added. */
	labels(): string[] {
		return this.shown.map(({ displayName }) => displayName);
	}

	/** Parameters with every optional field added. */
	everything(): INodeParameters {
		const parameters: INodeParameters = { ...this.chosen };
		for (const { name, type, options = [] } of this.shown) {
			if (type === 'collection') parameters[name] = defaultsOf(options.filter(isField));
			if (type === 'fixedCollection') {
				parameters[name] = Object.fromEntries(
					options.filter(isCollection).map((group) => [group.name, [defaultsOf(group.values)]]),
				);
			}
		}
		return parameters;
	}

	/** Labels that are there when every optional field is added. */
	allLabels(): string[] {
		const inner = this.shown.flatMap(({ options = [] }) =>
			options.flatMap((option) => {
				if (isCollection(option)) return option.values;
				return isField(option) ? [option] : [];
			}),
		);
		const always = inner.filter(({ displayOptions, type }) => !displayOptions && type !== 'hidden');
		return [...new Set([...this.labels(), ...always.map(({ displayName }) => displayName)])];
	}
}

const defaultsOf = (fields: INodeProperties[]): INodeParameters =>
	Object.fromEntries(fields.map(({ name, default: value }) => [name, value as string]));
