import type { Credential } from '../../scripts/lib/n8nRest';
import type { N8nServer } from '../../scripts/lib/n8nServer';
import type { PackedPackage } from '../../scripts/lib/packPackage';
import type { Sandbox } from '../sandbox/server';

/** What the checks work with. */
export interface Context {
	n8n: N8nServer;
	packed: PackedPackage;
	/** n8n's data. */
	home: string;
	sandbox: Sandbox;
	/** Another MISP, which must never get a key that is not meant for it. */
	otherSandbox: Sandbox;
	/** Key "publisher", access level Publish. */
	credential: Credential;
	/** The stored text of all executions so far. */
	executions: string[];
	/** What n8n's REST API said of failures. */
	told: string[];
	/** The only example workflow to run; undefined = all. */
	example: string | undefined;
	/** How the names of the only forms begin that are looked at, with commas between; undefined = all. */
	form: string | undefined;
}

export const NODE_TYPE = 'n8n-nodes-misp.misp';
/** The twin that n8n makes of it for AI agents. */
export const TOOL_TYPE = 'n8n-nodes-misp.mispTool';
export const TRIGGER_TYPE = 'n8n-nodes-misp.mispTrigger';
