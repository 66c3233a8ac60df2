/**
 * What is shipped for Kubernetes and for a cluster in Compose holds together: files, names, ports, secrets and users
 * are the same wherever they stand, and a real server takes its configuration.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';
import { addressToEnvironment, findNatsBinary, KEY_VARIABLE } from '../../packages/federation/src/index.ts';
import { ROOT } from '../e2e/dragon-process.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const KUSTOMIZATIONS = ['deploy/nats', 'deploy/kubernetes', 'deploy/kubernetes/run'];

interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator?: readonly { readonly files: readonly string[] }[];
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly key: string } };
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly Variable[];
}

interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly replicas?: number;
    readonly serviceName?: string;
    readonly template: { readonly spec: { readonly containers: readonly [Container] } };
  };
}

const workload = (path: string) => parse(read(path)) as Workload;
const containerOf = (path: string) => workload(path).spec.template.spec.containers[0];
const NATS = 'deploy/nats/statefulset.yaml';
const OURS = ['deploy/kubernetes/hosts.yaml', 'deploy/kubernetes/run/job.yaml'];
const users = [...read('deploy/nats/permissions.conf').matchAll(/^ +user: (\w+)\n +password: \$(\w+)$/gm)];

test('every file is named by a kustomization, and every file that is named is there', () => {
  const named = KUSTOMIZATIONS.flatMap((folder) => {
    const { resources, configMapGenerator = [] } = parse(read(join(folder, 'kustomization.yaml'))) as Kustomization;
    return [...resources, ...configMapGenerator.flatMap(({ files }) => files)].map((file) => join(folder, file));
  });
  const files = KUSTOMIZATIONS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'kustomization.yaml')
      .map(({ name }) => join(folder, name)),
  );
  expect(new Set(named)).toEqual(new Set([...files, 'deploy/nats']));
});

test('the servers are as many as their routes and as clients are told, and of the version of Compose', () => {
  const { metadata, spec } = workload(NATS);
  const names = Array.from(
    { length: spec.replicas ?? 1 },
    (_, index) => `${metadata.name}-${index}.${spec.serviceName}`,
  );
  const [, routes = ''] = /routes: \[(.*)\]/.exec(read('deploy/nats/server.conf')) ?? [];
  expect(routes.split(', ')).toEqual(names.map((name) => `nats://${name}:6222`));
  for (const path of OURS) {
    const url = containerOf(path).env.find(({ name }) => name === 'DRAGON_NATS_URL')?.value;
    expect(url?.split(',')).toEqual(names.map((name) => `nats://${name}:4222`));
  }
  for (const file of ['docker-compose.yml', 'docker-compose.cluster.yml'])
    expect(read(file)).toContain(`image: ${containerOf(NATS).image}\n`);
});

test('a real server takes the configuration', async () => {
  const binary = await findNatsBinary({ env: process.env, cacheFolder: inject('natsCacheFolder') });
  if (binary.kind === 'not-found') throw new Error(binary.advice);
  const given = Object.fromEntries(containerOf(NATS).env.map(({ name }) => [name, `p-${name}`]));
  const folder = mkdtempSync(join(tmpdir(), 'dragon-test-'));
  for (const name of ['server.conf', 'permissions.conf'])
    writeFileSync(join(folder, name), read(`deploy/nats/${name}`));
  const { stderr } = spawnSync(binary.path, ['-t', '-c', join(folder, 'server.conf')], {
    env: given,
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  expect(stderr).toMatch(/configuration file \S+ is valid/);
});

test('each part logs in as a user that there is, with the password of that user, and the server knows all of them', () => {
  const passwords = new Map(users.map(([, user = '', password = '']) => [user, password]));
  expect([...passwords.keys()]).toEqual(['coordinator', 'federate', 'host', 'watcher', 'alone']);
  const secrets = ({ env }: Container) =>
    env.flatMap(({ name, valueFrom }) => (valueFrom?.secretKeyRef ? [[name, valueFrom.secretKeyRef.key]] : []));
  expect(secrets(containerOf(NATS))).toEqual([...passwords.values()].map((each) => [each, each]));
  const known = [...Object.keys(addressToEnvironment({ url: 'nats://host' })), KEY_VARIABLE, 'POD_NAME'];
  for (const path of OURS) {
    const { env } = containerOf(path);
    expect(known).toEqual(expect.arrayContaining(env.map(({ name }) => name)));
    const user = env.find(({ name }) => name === 'DRAGON_NATS_USER')?.value ?? '';
    expect(Object.fromEntries(secrets(containerOf(path)))).toEqual({
      DRAGON_NATS_PASSWORD: passwords.get(user),
      [KEY_VARIABLE]: KEY_VARIABLE,
    });
  }
});

test.each(OURS)('%s runs a command that there is', async (path) => {
  const [program, command = '', ...words] = containerOf(path).args;
  expect(program).toBe('dragon.mjs');
  const { code, out } = await dragonInProcess([command, '--help']);
  expect(code).toBe(0);
  for (const option of words.filter((word) => word.startsWith('--'))) expect(out).toContain(` ${option} `);
});

test('in Compose, every part of a run knows all servers, which know each other', () => {
  const services = (file: string) =>
    (parse(read(file), { merge: true }) as { services: Record<string, { command?: string[]; environment?: object }> })
      .services;
  const [alone, clustered] = [services('docker-compose.yml'), services('docker-compose.cluster.yml')];
  const servers = Object.keys(clustered).filter((name) => name.startsWith('nats'));
  expect(servers).toEqual(['nats', 'nats-2', 'nats-3']);
  const url = servers.map((name) => `nats://${name}:4222`).join(',');
  for (const name of Object.keys(alone).filter((each) => each !== 'nats'))
    expect([name, clustered[name]?.environment]).toEqual([name, { DRAGON_NATS_URL: url }]);
  for (const name of servers)
    expect(clustered[name]?.command).toEqual(
      expect.arrayContaining([
        `--name=${name}`,
        '--cluster=nats://0.0.0.0:6222',
        `--routes=${servers.map((each) => `nats://${each}:6222`).join(',')}`,
      ]),
    );
});
