/**
 * The package that people install: packed by `npm pack`, installed without a registry into a folder with a space in its
 * name, and tried there with nothing but Node in PATH.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findNatsBinary } from '@dragon/federation';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { started, type Ended } from './started.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = realpathSync(mkdtempSync(join(tmpdir(), 'dragon package ')));
const at = (...names: string[]) => join(FOLDER, ...names);
const DIGEST = '03c7f7de3f9080ae';
const TIMEOUT = 120_000;

/** What `npm pack --json` says of a tarball. */
interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

interface Manifest {
  readonly version: string;
  readonly [key: string]: unknown;
}

let packed: Packed;
let installed: readonly string[] = [];

const npmEnv = { PATH: process.env['PATH'], HOME: at('home'), npm_config_cache: at('npm') };
const npm = (cwd: string, ...words: string[]) =>
  execFileSync('npm', [...words, '--offline', '--no-audit', '--no-fund', '--no-update-notifier'], {
    cwd,
    env: npmEnv,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Runs the installed command in a folder of its user's, where there is nothing of ours. */
const dragon = (words: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  started([at('bin', 'node'), at('installed here', 'node_modules', '.bin', 'dragon'), ...words.split(' ')], {
    cwd: at('anywhere'),
    env: { HOME: at('home'), XDG_CACHE_HOME: at('cache'), PATH: at('bin'), TMPDIR: at('tmp'), ...env },
  });

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Manifest;

/** Every file below a folder, with when it was written. */
const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => `${name} ${statSync(join(folder, name)).mtimeMs}`)
    .sort();

/** The project, as links to its sources: packing changes package.json for a moment, and others look at that one. */
function linkedProject(): string {
  for (const name of ['project', 'installed here', 'anywhere', 'bin', 'tmp', 'home']) mkdirSync(at(name));
  for (const name of ['packages', 'services', 'node_modules']) symlinkSync(join(ROOT, name), at('project', name));
  for (const name of readdirSync(ROOT).filter((each) => /^(?:scripts|docs|man|examples|[A-Z].*|.*\.json)$/.test(each)))
    cpSync(join(ROOT, name), at('project', name), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
  return at('project');
}

beforeAll(() => {
  const project = linkedProject();
  const said = npm(project, 'pack', '--json', '--pack-destination', FOLDER);
  [packed] = JSON.parse(said.slice(said.indexOf('[\n'))) as [Packed];
  symlinkSync(process.execPath, at('bin', 'node'));
  npm(at('installed here'), 'install', at(packed.filename));
  installed = filesBelow(at('installed here'));
}, TIMEOUT);

afterAll(() => rmSync(FOLDER, { recursive: true }));

test('it is one tarball under 3 MB, with no test, no link into the workspace and no dependency', () => {
  const { version } = readJson(join(ROOT, 'package.json'));
  expect(packed.filename).toBe(`sleeping-dragon-${version}.tgz`);
  expect(packed.size).toBeLessThan(3_000_000);
  const paths = packed.files.map(({ path }) => path);
  expect(paths.filter((path) => /\btest\b|fixture|golden|node_modules/.test(path))).toEqual([]);
  expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'THIRD-PARTY-NOTICES', 'CHANGELOG.md', 'README.md']));
  expect(paths).toEqual(
    expect.arrayContaining(['docs/extending.md', 'man/dragon.1', 'examples/own-agent/src/main.ts']),
  );
  expect(readdirSync(at('installed here', 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    'sleeping-dragon',
  ]);
  const manifest = readFileSync(at('installed here/node_modules/sleeping-dragon/package.json'), 'utf8');
  expect(manifest).not.toMatch(/workspace:|catalog:|"dependencies"|"scripts"/);
});

test('packing leaves the manifest of the workspace as it was', () => {
  expect(readFileSync(at('project', 'package.json'), 'utf8')).toBe(readFileSync(join(ROOT, 'package.json'), 'utf8'));
});

test('each part of the bundle that others wrote has its notice', () => {
  const programs = at('installed here/node_modules/sleeping-dragon/dist/programs');
  const textOf = (end: string) =>
    readdirSync(programs)
      .filter((name) => name.endsWith(end))
      .map((name) => readFileSync(join(programs, name), 'utf8'))
      .join('');
  const text = textOf('.mjs');
  const sources = textOf('.map').replaceAll('"', '\n');
  const parts = [...sources.matchAll(/^.*\.pnpm\/(@?[^/@]+)@([\d.]+(?:-[a-z\d.]+)?)[^/]*\/node_modules\//gm)];
  const named = new Set(parts.map(([, name = '', version]) => `${name.replace('+', '/')} ${version}, `));
  const notices = readFileSync(at('installed here/node_modules/sleeping-dragon/THIRD-PARTY-NOTICES'), 'utf8').split(
    '\n',
  );
  expect(named.size).toBeGreaterThan(8);
  expect([...named].filter((part) => !notices.some((line) => line.startsWith(part)))).toEqual([]);
  // Whoever installed it has `dragon` in PATH, and no project to say npx in.
  const lines = text.split('\n').filter((line) => line.includes('npx dragon'));
  expect(lines.filter((line) => !line.includes('IS_INSTALLED'))).toEqual([]);
});

test(
  'the command runs, records, repeats and compares, and keeps its cache where the platform does',
  async () => {
    const binary = await findNatsBinary({ env: process.env, cacheFolder: inject('natsCacheFolder') });
    const env = { NATS_SERVER_BIN: binary.kind === 'found' ? binary.path : '' };
    const [version, list, run, recorded, kept, alone] = await Promise.all([
      dragon('--version'),
      dragon('list'),
      dragon('run seed-deadlock'),
      dragon('run seed-deadlock --processes 3 --trace run.trace', env),
      dragon('compare short-queue --seeds 1..1 --until 100ms'),
      dragon('run seed-deadlock --processes 2'),
    ]);
    expect(version).toEqual({
      code: 0,
      out: `sleeping-dragon ${readJson(join(ROOT, 'package.json')).version}\n`,
      err: '',
    });
    expect([list.code, list.err]).toEqual([0, '']);
    expect([run.code, run.err]).toEqual([2, '']);
    expect(run.out).toContain(`digest ${DIGEST}`);
    expect(run.out).toMatch(/: dragon run seed-deadlock --seed 1\n$/);
    expect([recorded.code, recorded.err]).toEqual([2, '']);
    expect(recorded.out).toContain(`digest ${DIGEST}`);
    expect([kept.code, readdirSync(at('cache', 'sleeping-dragon', 'compare'))]).toEqual([
      0,
      [expect.stringMatching(/\.jsonl$/)],
    ]);
    // With neither a server nor apt-get in PATH; where there is one in the usual places, it is found.
    if (alone.code === 2) expect(alone.out).toContain(`digest ${DIGEST}`);
    else expect([alone.code, alone.err]).toEqual([1, expect.stringMatching(/nats-server.*: install nats-server \(/)]);
    const replay = await dragon('replay run.trace');
    expect([replay.code, replay.out]).toEqual([0, expect.stringContaining(`digest ${DIGEST}`)]);
    expect(filesBelow(at('installed here'))).toEqual(installed);
  },
  TIMEOUT,
);

test('the page is opened from any folder', async () => {
  const words = [at('installed here', 'node_modules', '.bin', 'dragon'), 'inspect', 'seed-deadlock', '--no-open'];
  const inspecting = spawn(at('bin', 'node'), words, {
    cwd: at('anywhere'),
    env: { HOME: at('home'), PATH: at('bin'), TMPDIR: at('tmp') },
  });
  const ended = new Promise((resolve) => {
    inspecting.on('close', resolve);
  });
  const address = await new Promise<string>((resolve) => {
    createInterface({ input: inspecting.stdout }).on('line', (line) => {
      const [, text] = /^Inspector: (\S+)$/.exec(line) ?? [];
      if (text !== undefined) resolve(text);
    });
  });
  const page = await (await fetch(address)).text();
  const loaded = [...page.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(([, name = '']) =>
    fetch(new URL(name, address)),
  );
  expect((await Promise.all(loaded)).map(({ status }) => status)).toEqual([200, 200]);
  // It reports first, and stays then.
  createInterface({ input: inspecting.stderr }).once('line', () => inspecting.kill('SIGINT'));
  expect(await ended).toBe(2);
});

test(
  "agents of one's own, outside the workspace, are compiled, run and reported on",
  async () => {
    const example = at('example', 'examples', 'own-agent');
    cpSync(join(ROOT, 'examples', 'own-agent'), example, { recursive: true });
    const manifest = readJson(join(example, 'package.json'));
    expect(manifest['dependencies']).toEqual({
      'sleeping-dragon': `file:../../${packed.filename}`,
      xstate: readJson(join(ROOT, 'packages/statechart/node_modules/xstate/package.json')).version,
    });
    cpSync(at(packed.filename), at('example', packed.filename));
    const said = npm(
      ROOT,
      'pack',
      '--json',
      '--pack-destination',
      at('example'),
      'packages/statechart/node_modules/xstate',
    );
    const [xstate] = JSON.parse(said) as [Packed];
    // No registry is asked: XState comes from where we have it, and the compiler is ours.
    const dependencies = { ...(manifest['dependencies'] as object), xstate: `file:../../${xstate.filename}` };
    writeFileSync(join(example, 'package.json'), JSON.stringify({ ...manifest, dependencies, devDependencies: {} }));
    npm(example, 'install');
    mkdirSync(join(example, 'node_modules', '@types'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules/@types/node'), join(example, 'node_modules/@types/node'));
    const node = (...words: string[]) => started([process.execPath, ...words], { cwd: example, env: {} });
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const compiled = await Promise.all([
      node(compiler),
      node(compiler, '--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler'),
      // XState's own declarations do not stand up to exactOptionalPropertyTypes; ours are looked at here.
      node(compiler, '--noEmit', '--skipLibCheck', 'false', '--exactOptionalPropertyTypes', 'false'),
    ]);
    expect(compiled).toEqual(compiled.map(() => ({ code: 0, out: '', err: '' })));
    const { code, out, err } = await node(join('build', 'main.js'));
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('bob takes mutex/a first: completed, 3612 events, digest 03f218321026f3f2\n');
    expect(out).toContain('bob takes mutex/b first: deadlock, 280 events, digest 64201365dbcba36d\n');
    expect(out.replaceAll(/\s+/g, ' ')).toContain('alice waits for mutex b, held by bob');
    const asked =
      "for (const name of ['mutex', 'thread']) console.log((await import(`./build/${name}.js`))[name].notCompiled())";
    expect(await node('--input-type=module', '-e', asked)).toEqual({ code: 0, out: 'undefined\nundefined\n', err: '' });
  },
  TIMEOUT,
);
