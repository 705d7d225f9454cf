import type { Misp } from './client';
import type { Connection } from './connection';
import { connectionId } from './connectionId';
import { askKeyFacts } from './keyFacts';
import { expiredError, findingOf, type KeyFinding } from './keyFinding';
import { inKnownForm } from './knownForm';

/** How long a finding holds: three requests in ten minutes, however many workflows run. */
const GOOD_MS = 10 * 60_000;

/** A refusal or an incomplete check is looked at again soon, since somebody may be mending it. */
const BAD_MS = 60_000;

const MAX_ENTRIES = 200;

interface Entry {
	/** The last finding, kept when it is too old, to judge what comes after it. */
	finding?: KeyFinding;
	goodUntil: number;
	/** The check that is under way, which concurrent runs share. */
	running?: Promise<KeyFinding> | undefined;
}

/** Findings by what was checked; a changed key, address or level is checked anew. */
const entries = new Map<string, Entry>();

function entryOf(connection: Connection): Entry {
	const id = connectionId(connection, connection.access, connection.acceptsBroaderKey === true);
	const entry = entries.get(id) ?? { goodUntil: 0 };
	const oldest = entries.size >= MAX_ENTRIES ? entries.keys().next().value : undefined;
	if (oldest !== undefined && !entries.has(id)) entries.delete(oldest);
	entries.delete(id);
	entries.set(id, entry);
	return entry;
}

/**
 * What the key of a connection may really do, and whether its credential allows that. A finding
 * holds for ten minutes; concurrent callers share one check.
 *
 * @param misp a client that no execution can cancel, since others may wait for the same answer
 * @param fresh asks MISP in any case, and for this caller alone
 * @throws MispError when MISP does not answer, or not to this key. A key that is too broad is no
 *   exception but `refusal`.
 */
export async function checkKey(misp: Misp, { fresh = false } = {}): Promise<KeyFinding> {
	const entry = entryOf(misp.connection);
	if (fresh) return await renewed(misp, entry);
	if (entry.finding && Date.now() < entry.goodUntil) return entry.finding;
	if (entry.running) return await entry.running;
	const running = renewed(misp, entry).finally(() => {
		if (entry.running === running) entry.running = undefined;
	});
	entry.running = running;
	return await running;
}

async function renewed(misp: Misp, entry: Entry): Promise<KeyFinding> {
	const before = entry.finding;
	const facts = await inKnownForm(() => askKeyFacts(misp), false).catch((error: unknown) => {
		throw expiredError(before?.facts, error);
	});
	const found = findingOf(facts, misp.connection);
	// A key that was too broad stays so until MISP says otherwise.
	const undecided = !facts.complete && found.refusal === undefined;
	const finding = undecided ? { ...found, refusal: before?.refusal } : found;
	const bad = finding.refusal !== undefined || facts.unknown.length > 0;
	entry.finding = finding;
	entry.goodUntil = Math.min(
		Date.now() + (bad ? BAD_MS : GOOD_MS),
		(facts.expires ?? Infinity) * 1000,
	);
	return finding;
}
