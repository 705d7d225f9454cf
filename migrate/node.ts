import * as z from 'zod/v4';

import type { AccessLevel } from '../nodes/Misp/client/access';
import { BuiltIn, CannotConvert } from './builtIn';
import { TABLE, type Conversion } from './table';

/** One node of a workflow. What is not named here goes along as it is: position, notes, retries … */
export const nodeSchema = z.looseObject({
	name: z.string(),
	type: z.string(),
	parameters: z.record(z.string(), z.unknown()).optional(),
	credentials: z.record(z.string(), z.unknown()).optional(),
});

export type WorkflowNode = z.infer<typeof nodeSchema>;

const OLD_CREDENTIAL = 'mispApi';

const NEW_CREDENTIAL = 'mispScopedApi';

/** The built-in node, alone and as a tool of an AI agent, and what stands for it here. */
const NEW_TYPES: Record<string, string> = {
	'n8n-nodes-base.misp': 'n8n-nodes-misp.misp',
	'n8n-nodes-base.mispTool': 'n8n-nodes-misp.mispTool',
};

export const isBuiltIn = ({ type }: WorkflowNode): boolean => Object.hasOwn(NEW_TYPES, type);

/** Whether an HTTP Request node logs in with the credential of the built-in node. */
export const borrowsCredential = ({ type, parameters }: WorkflowNode): boolean =>
	type.startsWith('n8n-nodes-base.httpRequest') &&
	parameters?.nodeCredentialType === OLD_CREDENTIAL;

/** What became of a built-in node. */
export type Outcome =
	| {
			converted: true;
			from: string;
			to: string;
			access: AccessLevel;
			remarks: string[];
			output: string | undefined;
	  }
	| { converted: false; reason: string };

function conversionOf({ resource, operation }: BuiltIn): Conversion {
	const operations = Object.hasOwn(TABLE, resource) ? TABLE[resource] : undefined;
	const found =
		operations && Object.hasOwn(operations, operation) ? operations[operation] : undefined;
	if (found) return found;
	throw new CannotConvert(`The built-in node has no operation "${resource}: ${operation}".`);
}

/**
 * n8n finds a credential without an id by its name. The new one has other fields, so that only a
 * person can fill it in.
 */
function placeholder({ credentials }: WorkflowNode): Record<string, unknown> {
	const { [OLD_CREDENTIAL]: old, ...others } = credentials ?? {};
	const named = z.looseObject({ name: z.string() }).safeParse(old);
	return {
		...others,
		[NEW_CREDENTIAL]: { id: null, name: named.success ? named.data.name : 'MISP Scoped API' },
	};
}

/** A built-in node as one of this package, or as it was when it cannot be converted. */
export function convertNode(node: WorkflowNode): { node: WorkflowNode; outcome: Outcome } {
	try {
		const old = new BuiltIn(node.parameters ?? {});
		const { to, access, parameters: convert, output, differs = [] } = conversionOf(old);
		const [resource, operation] = to;
		const parameters = { resource, operation, ...convert(old), ...old.ofTool() };
		for (const name of old.unread()) {
			old.remark(`The parameter "${name}" has no counterpart and was left out.`);
		}
		const type = NEW_TYPES[node.type] ?? node.type;
		return {
			node: { ...node, parameters, type, typeVersion: 1, credentials: placeholder(node) },
			outcome: {
				converted: true,
				from: `${old.resource}: ${old.operation}`,
				to: to.join(': '),
				access,
				remarks: [...old.remarks, ...differs],
				output,
			},
		};
	} catch (error) {
		if (!(error instanceof CannotConvert)) throw error;
		return { node, outcome: { converted: false, reason: error.message } };
	}
}
