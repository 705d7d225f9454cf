/** A dozen demo events, from the names and addresses reserved for documentation. */
import { createHash } from 'node:crypto';
import type { World } from './state';

interface Demo {
	info: string;
	org: string;
	distribution: number;
	published: boolean;
	daysOld: number;
	threat: number;
	tags: string[];
	attributes: Array<[string, string, string?]>;
}

const digest = (name: 'md5' | 'sha1' | 'sha256', text: string) =>
	createHash(name).update(`sandbox ${text}`).digest('hex');

const DEMOS: Demo[] = [
	{
		info: 'Phishing wave against mail accounts',
		org: 'CERT-ALPHA',
		distribution: 1,
		published: true,
		daysOld: 2,
		threat: 2,
		tags: ['tlp:green', 'sandbox:reviewed'],
		attributes: [
			['domain', 'login-mail.example.com', 'landing page'],
			['url', 'https://login-mail.example.com/renew'],
			['email-src', 'support@login-mail.example.com'],
			['email-subject', 'Your mailbox is almost full'],
		],
	},
	{
		info: 'Loader delivered by e-mail attachment',
		org: 'CERT-ALPHA',
		distribution: 1,
		published: true,
		daysOld: 5,
		threat: 1,
		tags: ['tlp:amber', 'misp-galaxy:sandbox-malware="DuskLoader"'],
		attributes: [
			['filename|sha256', `invoice.docm|${digest('sha256', 'invoice')}`],
			['md5', digest('md5', 'loader')],
			['ip-dst', '198.51.100.23', 'download'],
			['ip-dst|port', '198.51.100.24|8443'],
		],
	},
	{
		info: 'Command and control of a remote access tool',
		org: 'LAB',
		distribution: 3,
		published: true,
		daysOld: 9,
		threat: 1,
		tags: ['tlp:clear', 'misp-galaxy:sandbox-malware="PebbleRAT"'],
		attributes: [
			['hostname', 'c2.example.net'],
			['ip-dst', '203.0.113.77'],
			['mutex', 'Global\\sandbox-pebble'],
			['user-agent', 'Mozilla/5.0 (Sandbox)'],
		],
	},
	{
		info: 'Scanning of VPN gateways',
		org: 'CERT-BETA',
		distribution: 1,
		published: true,
		daysOld: 1,
		threat: 3,
		tags: ['tlp:green'],
		attributes: [
			['ip-src', '192.0.2.14'],
			['ip-src', '192.0.2.15'],
			['AS', '64500'],
		],
	},
	{
		info: 'Incident at a member, for our eyes only',
		org: 'CERT-BETA',
		distribution: 0,
		published: false,
		daysOld: 3,
		threat: 1,
		tags: ['tlp:red'],
		attributes: [['ip-dst', '203.0.113.200', 'seen once']],
	},
	{
		info: 'Campaign of Quiet Otter',
		org: 'LAB',
		distribution: 4,
		published: true,
		daysOld: 20,
		threat: 1,
		tags: ['tlp:amber+strict', 'misp-galaxy:sandbox-actor="Quiet Otter"'],
		attributes: [
			['domain', 'otter.example.org'],
			['sha1', digest('sha1', 'otter')],
			['vulnerability', 'CVE-2024-99999'],
		],
	},
	{
		info: 'Typo domains of a shop',
		org: 'CERT-ALPHA',
		distribution: 2,
		published: false,
		daysOld: 0,
		threat: 3,
		tags: ['tlp:green', 'sandbox:needs-review'],
		attributes: [
			['domain', 'shop-example.example.net'],
			['domain', 'exampel-shop.example.net'],
		],
	},
	{
		info: 'Credential stuffing sources',
		org: 'CERT-BETA',
		distribution: 3,
		published: true,
		daysOld: 30,
		threat: 3,
		tags: ['tlp:clear', 'sandbox:source="partner"'],
		attributes: [
			['ip-src', '198.51.100.101'],
			['ip-src', '198.51.100.102'],
			['ip-src', '198.51.100.103'],
		],
	},
	{
		info: 'Malvertising on a news site',
		org: 'CERT-ALPHA',
		distribution: 1,
		published: false,
		daysOld: 12,
		threat: 2,
		tags: ['sandbox:priority="high"'],
		attributes: [
			['url', 'https://ads.example.org/banner?id=7'],
			['hostname', 'ads.example.org'],
		],
	},
	{
		info: 'Notes without indicators yet',
		org: 'CERT-ALPHA',
		distribution: 0,
		published: false,
		daysOld: 0,
		threat: 4,
		tags: [],
		attributes: [],
	},
	{
		info: 'Ransom note addresses',
		org: 'LAB',
		distribution: 1,
		published: true,
		daysOld: 45,
		threat: 1,
		tags: ['tlp:amber'],
		attributes: [
			['email', 'pay@ransom.example.com'],
			['domain|ip', 'ransom.example.com|203.0.113.9'],
		],
	},
	{
		info: 'Shared infrastructure of two cases',
		org: 'CERT-BETA',
		distribution: 1,
		published: true,
		daysOld: 7,
		threat: 2,
		tags: ['tlp:green'],
		attributes: [
			['ip-dst', '198.51.100.23', 'same host as in another case'],
			['domain', 'shared.example.com'],
		],
	},
];

export function seedEvents(world: World): void {
	for (const demo of DEMOS) {
		const timestamp = world.now() - demo.daysOld * 86_400 - 600;
		const organisation = world.organisation(demo.org);
		const creator = [...world.users.values()].find((user) => user.orgId === organisation.id);
		const event = world.addEvent({
			info: demo.info,
			orgId: organisation.id,
			orgcId: organisation.id,
			userId: creator?.id ?? 1,
			date: new Date(timestamp * 1000).toISOString().slice(0, 10),
			distribution: demo.distribution,
			sharingGroupId: demo.distribution === 4 ? 1 : 0,
			threatLevelId: demo.threat,
			analysis: demo.published ? 2 : 0,
			timestamp,
			published: demo.published,
			publishTimestamp: demo.published ? timestamp + 300 : 0,
		});
		for (const [type, value, comment] of demo.attributes) {
			world.addAttribute(event, { type, value, comment: comment ?? '', timestamp });
		}
		for (const name of demo.tags) {
			const tag = world.tag(name);
			if (tag !== undefined) world.link(event, tag);
		}
	}
}
