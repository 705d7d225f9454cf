/** Arranging steps for requests about the base event. */
import { queuedEnrichment, withFile } from './attributeExtras';
import { oneOfEach } from './analystData';
import { importAuthKeys, importSharingGroup } from './fromAccess';
import { EVENT_ACTIONS } from './eventActions';
import { proposed } from './proposals';
import { pages, reportOfBase, reportOfChildren } from './reports';
import { withKeys } from './withKeys';
import { withCollections } from './withCollections';
import { type Arrange, ATTRIBUTE, base, own, tag } from './stage';
import { withObjects } from './withObjects';
import { ownTag, tagCollection } from './withTags';

export const deletedAttribute = (id: number, deleted: boolean, eventId = 73): Arrange => {
	return ({ world }) => {
		const event = world.event(eventId) ?? own(world, eventId);
		world.addAttribute(event, { id, type: 'domain', value: 'todelete.example.com', deleted });
	};
};

export const lab = (id: number): Arrange => {
	return ({ world }) => {
		world.addEvent({ id, orgId: 1, orgcId: 1, distribution: 0, info: `event ${id}` });
	};
};

export const mine = (...ids: number[]): Arrange => {
	return ({ world }) => {
		for (const id of ids) own(world, id);
	};
};

export const sighted: Arrange = (stage) => {
	stage.world.addAttribute(base(stage), { id: 111706, type: 'domain', value: 'evil.example.com' });
};

export const attributeTagged = (name: string): Arrange => {
	return (stage) => {
		const row = stage.world.attribute(ATTRIBUTE.id);
		if (row !== undefined) tag(stage.world, row, name);
	};
};

/** With the base event: the first pattern that fits. */
export const WITH_BASE: Array<[RegExp, Arrange]> = [
	[/^(objects|objectReferences)_/, withObjects],
	[/^collection(s|Elements)_/, withCollections],
	[/^cryptographicKeys_/, withKeys],
	[
		/^attributes_add_array_one_duplicate$/,
		(stage) => {
			stage.world.addAttribute(base(stage), { type: 'domain', value: 'arr0.example.com' });
		},
	],
	[
		/^attributes_(delete_again|delete_hard|restore|deleteSelected)$/,
		deletedAttribute(112221, true),
	],
	[/^attributes_delete_soft$/, deletedAttribute(112221, false)],
	[/^attributes_(edit_deleted0_restores|restore_ok_302)$/, deletedAttribute(115431, true, 103)],
	[/^attributes_restore_(not_deleted|other_org|readonly)$/, deletedAttribute(115431, false, 103)],
	[/^attributes_restore_xhr$/, deletedAttribute(115567, true, 103)],
	[/^attributes_download_attachment$/, withFile],
	[/^attributes_enrich_/, queuedEnrichment],
	[/^attributes_removeTag_success$/, attributeTagged('kill-chain:Delivery')],
	[/^events_DELETE_rest$/, mine(86)],
	[/^events_DELETE_verb$/, mine(85)],
	[/^events_delete_multiple$/, mine(83, 84)],
	[/^events_(delete_again|view_deleted)$/, (stage) => stage.world.removeEvent(base(stage))],
	[
		/^events_addTag_body_event_wrapped$/,
		({ world }) => {
			const event = world.addEvent({ id: 134, orgId: 1, orgcId: 1, distribution: 0 });
			tag(world, event, 'tlp:amber');
		},
	],
	[/^events_addTag_(body|name_)/, lab(134)],
	[
		/^events_addTag_success$/,
		({ world }) => {
			world.addTag({ name: 'admiralty-scale:source-reliability="b"' });
		},
	],
	[
		/^events_removeTag_success$/,
		(stage) => {
			tag(stage.world, base(stage), 'admiralty-scale:source-reliability="b"');
		},
	],
	[/^events_add_success$/, (stage) => stage.world.removeEvent(base(stage))],
	[/^events_publish_not_event_owner$/, mine(136)],
	[
		/^events_view_not_visible$/,
		({ world }) => {
			own(world, 80, { distribution: 0 });
		},
	],
	[
		/^maintenance_/,
		({ world }) => {
			world.settings.live = false;
		},
	],
	[
		/^workers_stopped_publish$/,
		({ world }) => {
			own(world, 96);
			world.settings.workersRunning = false;
		},
	],
	[/^sharing_groups_view_filled$/, importSharingGroup],
	[/^sightings_add_/, sighted],
	[/^tag_collections_/, tagCollection],
	[/^tags_(delete|edit)_/, ownTag],
	[
		/^sightings_delete$/,
		({ world }) => {
			const row = world.attribute(ATTRIBUTE.id);
			if (row !== undefined) world.addSighting(row, { id: 56, orgId: 2 });
		},
	],
	[/^tags_attach_again$/, attributeTagged('tlp:green')],
	[
		/^tags_attach_galaxy_tag$/,
		(stage) => {
			tag(stage.world, base(stage), 'misp-galaxy:threat-actor="APT1"');
		},
	],
	[
		/^tags_add_duplicate$/,
		({ world }) => {
			world.addTag({ name: 'lab:added', colour: '#ff0000' });
		},
	],
	[/^tags_remove_not_attached$/, attributeTagged('tlp:green')],
	[
		/^warninglists_checkValue_custom$/,
		({ world }) => {
			world.addWarninglist({ name: 'lab list 1795503040', entries: ['203.0.113.9'] });
		},
	],
	...EVENT_ACTIONS,
	[/^auth_keys_index/, importAuthKeys],
	[/^analyst_data_/, oneOfEach],
	[/^eventReports_/, reportOfBase],
	[/^event_reports_importReportFromUrl_/, pages],
	[/^event_reports_/, reportOfChildren],
	[/^shadow_attributes_accept_again$/, proposed(true)],
	[/^shadow_attributes_/, proposed(false)],
];
