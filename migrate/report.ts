import { ACCESS_NAMES, higher, type AccessLevel } from '../nodes/Misp/client/access';
import type { NodeReport, Reader, WorkflowReport } from './workflow';

/** The report of a migration as lines for a terminal. */

const oneLine = (text: string): string => {
	const short = text.replace(/\s+/g, ' ').trim();
	return short.length > 100 ? `${short.slice(0, 97)}…` : short;
};

const reader = ({ node, at, text }: Reader): string => `      "${node}", ${at}: ${oneLine(text)}`;

function nodeLines(node: NodeReport): string[] {
	if (!node.converted) return [`  LEFT AS IT IS  "${node.name}": ${node.reason}`];
	const { name, from, to, remarks, output, readers, pinned } = node;
	return [
		`  converted      "${name}": ${from} -> ${to}`,
		...remarks.map((text) => `    - ${text}`),
		...(output === undefined ? [] : [`    - Output: ${output}`]),
		...(readers.length === 0 ? [] : ['    - These read its output, so look at them:']),
		...readers.map(reader),
		...(pinned ? ['    - Its pinned data is in the old form: pin it anew.'] : []),
	];
}

const builtInNodes = (reports: WorkflowReport[]): NodeReport[] =>
	reports.flatMap(({ nodes }) => nodes);

/** Whether a built-in node was left. */
export const isIncomplete = (reports: WorkflowReport[]): boolean =>
	builtInNodes(reports).some(({ converted }) => !converted);

export const isAboutNothing = (reports: WorkflowReport[]): boolean =>
	builtInNodes(reports).length === 0;

function accessOf(reports: WorkflowReport[]): AccessLevel {
	const levels = builtInNodes(reports).map(
		(node): AccessLevel => (node.converted ? node.access : 'read'),
	);
	return levels.reduce(higher, 'read');
}

export function reportText(reports: WorkflowReport[]): string {
	const all = builtInNodes(reports);
	const done = all.filter(({ converted }) => converted).length;
	return [
		...reports
			.filter(({ nodes, borrowers }) => nodes.length + borrowers.length > 0)
			.flatMap(({ name, nodes, borrowers }) => [
				`${name}`,
				...nodes.flatMap(nodeLines),
				...borrowers.map(
					(borrower) =>
						`  look at        "${borrower}": an HTTP Request node with the credential "MISP API". Choose "MISP Scoped API" there.`,
				),
				'',
			]),
		`${done} of ${all.length} built-in MISP nodes converted.`,
		...(done === 0
			? []
			: [
					`Next: import the file into n8n, and choose a credential "MISP Scoped API" in the nodes. The access level that they need together is ${ACCESS_NAMES[accessOf(reports)]}.`,
				]),
	].join('\n');
}
