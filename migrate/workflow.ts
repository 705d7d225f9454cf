import * as z from 'zod/v4';

import { expressionsIn, namesNode, readsInput } from './expressions';
import {
	borrowsCredential,
	convertNode,
	isBuiltIn,
	nodeSchema,
	type Outcome,
	type WorkflowNode,
} from './node';

const connection = z.looseObject({ node: z.string() });

/** By source, kind and output: where a node hands its items on to. */
const connections = z.record(
	z.string(),
	z.record(z.string(), z.array(z.array(connection).nullable()).nullable()),
);

const workflowSchema = z.looseObject({
	name: z.string().optional(),
	nodes: z.array(nodeSchema),
	connections: connections.optional(),
	pinData: z.record(z.string(), z.unknown()).nullish(),
});

export type Workflow = z.infer<typeof workflowSchema>;

/** An expression that reads the output of a converted node. */
export interface Reader {
	node: string;
	at: string;
	text: string;
}

export type NodeReport = Outcome & {
	name: string;
	/** Who reads what is no longer at the same place. */
	readers: Reader[];
	/** The editor has test data pinned to it, in the old form. */
	pinned: boolean;
};

export interface WorkflowReport {
	name: string;
	nodes: NodeReport[];
	/** HTTP Request nodes with the credential of the built-in node. */
	borrowers: string[];
}

/** Names of the nodes that get the items of one first-hand. */
function followersOf(name: string, workflow: Workflow): Set<string> {
	const outputs = workflow.connections?.[name] ?? {};
	const lists = Object.values(outputs).flatMap((slots) => slots ?? []);
	return new Set(lists.flatMap((slot) => slot ?? []).map(({ node }) => node));
}

function readersOf(name: string, workflow: Workflow): Reader[] {
	const followers = followersOf(name, workflow);
	return workflow.nodes.flatMap((node) =>
		expressionsIn(node.parameters)
			.filter(({ text }) => namesNode(text, name) || (followers.has(node.name) && readsInput(text)))
			.map(({ at, text }) => ({ node: node.name, at, text })),
	);
}

/** A workflow with its built-in MISP nodes converted, and what became of each. */
export function migrateWorkflow(workflow: Workflow): {
	workflow: Workflow;
	report: WorkflowReport;
} {
	const outcomes = new Map<string, Outcome>();
	const nodes = workflow.nodes.map((old): WorkflowNode => {
		if (!isBuiltIn(old)) return old;
		const { node, outcome } = convertNode(old);
		outcomes.set(old.name, outcome);
		return node;
	});
	const migrated = { ...workflow, nodes };
	return {
		workflow: migrated,
		report: {
			name: workflow.name ?? 'Workflow without a name',
			nodes: [...outcomes].map(([name, outcome]) => ({
				...outcome,
				name,
				readers: outcome.converted && outcome.output !== undefined ? readersOf(name, migrated) : [],
				pinned: outcome.converted && Object.hasOwn(workflow.pinData ?? {}, name),
			})),
			borrowers: nodes.filter(borrowsCredential).map(({ name }) => name),
		},
	};
}

/**
 * An export with all of its workflows migrated.
 *
 * @param text JSON, as n8n's "Download" or `n8n export:workflow` writes it
 * @throws Error, for people, if it is none
 */
export function migrateExport(text: string): { text: string; reports: WorkflowReport[] } {
	const content: unknown = JSON.parse(text);
	const many = Array.isArray(content);
	const checked = (many ? z.array(workflowSchema) : workflowSchema).safeParse(content);
	if (!checked.success) {
		throw new Error(`is not an export of n8n:\n${z.prettifyError(checked.error)}`);
	}
	// What was read, not what the schema made of it: everything stays in its place.
	const migrated = [content as Workflow | Workflow[]].flat().map(migrateWorkflow);
	const workflows = migrated.map(({ workflow }) => workflow);
	return {
		text: `${JSON.stringify(many ? workflows : workflows[0], null, 2)}\n`,
		reports: migrated.map(({ report }) => report),
	};
}
