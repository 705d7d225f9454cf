import { setTimeout as delay } from 'node:timers/promises';

import type { Misp } from '../client/client';
import {
	MispError,
	endsRun,
	list,
	longText,
	recover,
	required,
	text,
	texts,
	type InputOf,
	type RunContext,
} from '../definition';
import {
	fetchCluster,
	type ClusterElement,
	type ClusterReply,
	type ClusterRow,
} from './galaxyCluster';
import { eventDistribution, sharingBody, sharingGroupOf } from './sharing';

export const clusterName = text('Cluster Name', {
	placeholder: 'e.g. Quiet Otter',
	description: 'What people call it; MISP says "value"',
});

export const clusterSummary = longText('Description', {
	placeholder: 'e.g. Group that targets ministries with phishing',
});

export const clusterDetails = {
	authors: texts('Authors', 'Author', { placeholder: 'e.g. CERT Example' }),
	source: text('Source', {
		placeholder: 'e.g. https://www.example.com/report',
		description: 'Where the knowledge comes from',
	}),
	distribution: eventDistribution,
	sharingGroup: sharingGroupOf,
	elements: list(
		'Elements',
		'Element',
		{
			key: required(
				text('Key', {
					placeholder: 'e.g. synonyms',
					description: 'Such as synonyms, country, refs; one key may stand there several times',
				}),
			),
			value: required(text('Value', { placeholder: 'e.g. SO-1' })),
		},
		{ description: 'All that is known about it, as pairs of key and value' },
	),
};

/** MISP fails inside on a list: it wants the elements as text. */
export const elementsText = (elements: ClusterElement[]): string =>
	JSON.stringify(elements.map(({ key, value }) => ({ key, value })));

/** The details as MISP takes them; only those that are given. @throws MispError of kind `input` */
export function clusterChange(
	details: Partial<InputOf<typeof clusterDetails>>,
): Record<string, unknown> {
	const { authors, source, elements = [], ...sharing } = details;
	return {
		...(authors === undefined ? {} : { authors }),
		...(source === undefined ? {} : { source }),
		...(elements.length === 0 ? {} : { elements: elementsText(elements) }),
		...sharingBody(sharing),
	};
}

/** The cluster after a change. It is made by now: that it cannot be read fails nothing any more. */
export async function clusterAfter(
	{ misp, hint }: RunContext,
	cluster: string,
	instead: Partial<ClusterRow>,
): Promise<{ GalaxyCluster: Partial<ClusterRow> }> {
	return await recover<ClusterReply, { GalaxyCluster: Partial<ClusterRow> }>(
		fetchCluster(misp, cluster),
		(error) => !endsRun(error),
		() => {
			hint('MISP made the change, but the cluster could not be read afterwards.');
			return { GalaxyCluster: instead };
		},
	);
}

/** Waits for MISP's worker, which drops the order of a user who may not publish without a word. */
export async function untilClusterPublished(
	misp: Misp,
	cluster: string,
	timeoutSeconds: number,
): Promise<ClusterReply> {
	const end = Date.now() + timeoutSeconds * 1000;
	for (let pause = 300; ; pause = Math.min(pause * 1.5, 3000)) {
		const reply = await fetchCluster(misp, cluster);
		if (reply.GalaxyCluster.published) return reply;
		if (Date.now() + pause > end) {
			throw new MispError(
				'timeout',
				`MISP took the order to publish cluster ${cluster}, but had not published it after ${timeoutSeconds} s.`,
				{
					hint: 'The role of this key’s user may lack the right to publish, which MISP does not say here; or its background workers are stopped or busy: look at Administration > Jobs in MISP.',
					request: `POST /galaxy_clusters/publish/${cluster}`,
				},
			);
		}
		await delay(pause);
	}
}
