/**
 * The image of docker-compose.yml without Docker: its containers start programs that there are, and the folder that
 * they start them from needs nothing beside it.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { addressToEnvironment } from '@dragon/federation';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readText, ROOT } from './repository.ts';

const image = mkdtempSync(join(tmpdir(), 'dragon-image-'));
const folder = join(image, 'programs');
const [, command = ''] = /^RUN node (\S+) bundled$/m.exec(readText('Dockerfile')) ?? [];

// The bundling of all programs, which a machine with other work takes long for.
beforeAll(() => void execFileSync(process.execPath, [join(ROOT, command), image]), 60_000);
afterAll(() => rmSync(image, { recursive: true }));

test('every container starts a program of the image, and every service has one', () => {
  const started = [...readText('docker-compose.yml').matchAll(/^ {4}command: \[(\S+\.mjs)\]$/gm)].map(
    ([, name]) => name,
  );
  const [, byDefault] = /^CMD \["(.*)"\]$/m.exec(readText('Dockerfile')) ?? [];
  const services = readdirSync(join(ROOT, 'services')).map((name) => `${name}-main.mjs`);
  expect(new Set(started)).toEqual(new Set(services));
  expect(services).toContain(byDefault);
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(services));
});

test('every user may read it, as the containers start as another than the one who built it', () => {
  for (const each of ['programs', 'page', join('programs', 'dragon.mjs')])
    expect(statSync(join(image, each)).mode & 0o044).toBe(0o044);
  expect(statSync(folder).mode & 0o005).toBe(0o005);
});

test('the programs run where there is neither a source nor a package', () => {
  const run = (...words: string[]) =>
    spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8', env: { DRAGON_CPUS: 'many' } });
  const { status, stderr } = run('coordinator-main.mjs');
  expect([status, stderr]).toEqual([64, "coordinator: DRAGON_CPUS: 'many' is not a whole number from 1 to 65536\n"]);
  const { stdout } = run('dragon.mjs', 'run', 'seed-deadlock', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'deadlock', digest: '03c7f7de3f9080ae' });
});

test('the inspector finds its page there, says where it is, and ends when it is told to', async () => {
  const env = { ...addressToEnvironment(inject('natsAddress')), DRAGON_INSPECTOR_HOST: '0.0.0.0' };
  const inspector = spawn(process.execPath, ['inspector-main.mjs'], { cwd: folder, env });
  const ended = new Promise((resolve) => {
    inspector.on('close', resolve);
  });
  const address = await new Promise<string>((resolve) => {
    createInterface({ input: inspector.stdout }).once('line', resolve);
  });
  expect(await (await fetch(address)).text()).toContain('sleeping-dragon inspector');
  inspector.kill('SIGTERM');
  expect(await ended).toBe(143);
});

test('what is bundled there is copied there', () => {
  const copied = readText('.dockerignore').split('\n');
  for (const each of [
    'packages',
    'services',
    'pnpm-lock.yaml',
    'tsconfig.json',
    'tsconfig.base.json',
    'LICENSE',
    'THIRD-PARTY-NOTICES',
  ])
    expect(copied).toContain(`!${each}`);
});
