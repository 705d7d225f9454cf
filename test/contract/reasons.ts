/** Which recordings of MISP 2.5.1 exist, and why some of them are not replayed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordings } from './recordings';

interface Names {
	/** All recordings by name. */
	recordings: string[];
	/** Those of them that carry texts of taxonomies, galaxies, templates, logs or settings. */
	withheld: string[];
}

export const NAMES = JSON.parse(
	readFileSync(join(__dirname, '..', 'fixtures', 'recording-names.json'), 'utf8'),
) as Names;

const WITHHELD = 'carries texts of others, kept out of the repository';

const PARTIAL: Record<string, string> = {
	attributes_download_malware: 'an encrypted archive: its bytes are never the same twice',
	attributes_restSearch_decayScore: 'shows decay scores: decaying models are not offered yet',
	events_view_with_key: 'shows a signing key: cryptographic keys are not offered yet',
	poll_seq_08_16_view_note_added: 'shows a note inside an event, which the sandbox leaves out',
	poll_seq_08_18_view_protected: 'shows a note inside an event, which the sandbox leaves out',
	poll_seq_08_20_view_unprotected: 'shows a note inside an event, which the sandbox leaves out',
	users_statistics_galaxyMatrix: 'carries texts of a galaxy',
	users_statistics_orgs: 'lists the organisations of the recorded instance',
	users_statistics_sightings: 'lists the sources of the recorded instance',
	users_statistics_tags: 'lists the tags of the recorded instance',
};

/** By the beginning of the name. */
const NOT_OFFERED: Array<[RegExp, string]> = [
	[/^admin_organisations/, 'administering organisations'],
	[/^admin_roles|^roles_/, 'administering roles'],
	[/^(admin_users|users)_/, 'administering users'],
	[/^auth_keys_/, 'administering keys'],
	[/^collectionElements_addElementToCollection/, 'putting into a collection by another action'],
	[/^correlation/, 'correlations'],
	[/^cryptographicKeys_view/, 'a page of MISP, not data'],
	[/^(eventBlocklists|event_blocklists|orgBlocklists)/, 'blocklists'],
	[/publishSightings/, 'publishing sightings'],
	[/^feeds_/, 'feeds'],
	[/^news_/, 'news'],
	[/^poll_seq_(10|12)_\d+_(audit|admin)_logs|_logs_/, 'logs'],
	[/^servers_|^workers_/, 'administering servers'],
	[/^sharing_groups_/, 'administering sharing groups'],
	[/^sightingdb_/, 'sighting databases'],
	[/^user_settings_/, 'user settings'],
	[/^warninglists_/, 'administering warninglists'],
	[/^(galax|galaxies)/, 'galaxies'],
	[/^jobs_/, 'jobs'],
	[/^poll_seq_/, 'other steps of sequences'],
];

/** Reason by name for every recording that is not replayed. */
export function notReplayed(): Map<string, string> {
	const replayed = new Set(recordings().map((one) => one.name));
	const withheld = new Set(NAMES.withheld);
	const reasons = new Map<string, string>();
	for (const name of NAMES.recordings) {
		if (replayed.has(name)) continue;
		const kind = NOT_OFFERED.find(([pattern]) => pattern.test(name))?.[1];
		const reason =
			PARTIAL[name] ??
			(withheld.has(name) ? WITHHELD : kind && `operation not offered yet: ${kind}`);
		if (reason === undefined) throw new Error(`No reason why ${name} is not replayed`);
		reasons.set(name, reason);
	}
	return reasons;
}
