import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { ROOT } from './pages';

/** What of the compose file a machine without Docker can check. */

const textOf = (file: string) => readFileSync(join(ROOT, 'examples', 'docker', file), 'utf8');

interface Compose {
	services: Record<
		string,
		{
			image: string;
			ports?: string[];
			environment?: Record<string, string>;
			volumes?: string[];
			depends_on?: Record<string, { condition: string }>;
			healthcheck?: unknown;
		}
	>;
	volumes: Record<string, unknown>;
}

const text = textOf('docker-compose.yml');
const { services, volumes } = parse(text) as Compose;

const example = new Map(
	textOf('.env.example')
		.split('\n')
		.filter((line) => /^\w+=/.test(line))
		.map((line) => line.split('=', 2) as [string, string]),
);

/** `${NAME}` and `${NAME:?…}`, but not `$$NAME`, which is of the container. */
const used = [...text.matchAll(/(?<!\$)\$\{(\w+)(:[^}]*)?\}/g)].map(([, name = '', rule = '']) => ({
	name,
	rule,
}));

it('takes every variable from .env, and .env.example names no other', () => {
	expect([...new Set(used.map(({ name }) => name))].sort()).toEqual([...example.keys()].sort());
});

it('has no default for any of them: each must be given, once said so', () => {
	expect(used.filter(({ rule }) => rule.startsWith(':-'))).toEqual([]);
	const demanded = new Set(
		used.filter(({ rule }) => rule.startsWith(':?')).map(({ name }) => name),
	);
	expect([...example.keys()].filter((name) => !demanded.has(name))).toEqual([]);
});

it('has no secret, neither itself nor in the example', () => {
	const isSecret = (name: string) => /PASSWORD|PASSPHRASE|KEY/.test(name);
	for (const [name, value] of example)
		if (isSecret(name)) expect([name, value]).toEqual([name, 'change-me']);
	for (const { environment = {} } of Object.values(services)) {
		for (const [name, value] of Object.entries(environment)) {
			if (isSecret(name) && name !== 'AUTOGEN_ADMIN_KEY')
				expect(value).toMatch(/^\$\{\w+(:\?[^}]+)?\}$/);
		}
	}
});

it('opens ports on 127.0.0.1 alone', () => {
	const ports = Object.values(services).flatMap((service) => service.ports ?? []);
	expect(ports).toHaveLength(2);
	for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
});

it('names images with a version, volumes that are declared and services that are healthy at some time', () => {
	for (const { image, volumes: mounted = [], depends_on: needs = {} } of Object.values(services)) {
		expect(image).toMatch(/:(\$\{\w+_TAG:\?[^}]+\}|\d[\w.]*)$/);
		for (const mount of mounted) {
			const [source = ''] = mount.split(':');
			if (!source.startsWith('.')) expect(Object.keys(volumes)).toContain(source);
		}
		for (const [name, { condition }] of Object.entries(needs)) {
			expect([name, condition, services[name]?.healthcheck !== undefined]).toEqual([
				name,
				'service_healthy',
				true,
			]);
		}
	}
	expect([...example].filter(([name, value]) => /_TAG$/.test(name) && value === 'latest')).toEqual(
		[],
	);
});

it.each(['bug.yml', 'feature.yml', 'config.yml'])(
	'the issue form %s is YAML with a purpose',
	(file) => {
		const form = parse(readFileSync(join(ROOT, '.github', 'ISSUE_TEMPLATE', file), 'utf8')) as {
			body?: Array<{ type: string; id?: string; attributes: { label?: string; value?: string } }>;
			contact_links?: Array<{ name: string; url: string; about: string }>;
		};
		for (const { type, id, attributes } of form.body ?? []) {
			expect(type === 'markdown' ? attributes.value : id && attributes.label).toBeTruthy();
		}
		for (const { name, url, about } of form.contact_links ?? []) {
			expect([name !== '', /^https:/.test(url), about !== '']).toEqual([true, true, true]);
		}
		expect((form.body ?? form.contact_links ?? []).length).toBeGreaterThan(0);
	},
);
