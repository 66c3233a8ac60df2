/** Every `--json` output, made for real, against its schema; and what `dragon schema` says of the schemas. */
import { join } from 'node:path';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { dragonInProcess } from '../dragon-in-process.fixture.ts';
import { PROGRAM } from '../program-version.ts';
import { SCHEMA_NAMES } from '../schema-command.ts';
import { faultPlanSchema } from './fault-plan-schema.ts';
import { JSON_VERSIONS, type JsonName } from './json-output.ts';
import { JSON_NAMES, jsonSchema } from './json-schemas.ts';

const EXCERPT = fileURLToPath(new URL('../../../ftrace/src/excerpt.fixture.txt', import.meta.url));
const LOGS = fileURLToPath(new URL('../../../../test/kernel-logs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'dragon-json-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PLAN = {
  faults: ['stall-cpu cpu=0 at=100ms', { fault: 'take-pages', pages: 10, at: '200ms' }],
  rules: [
    { name: 'late', fate: 'delay', timers: 'jiffy', of: 'inodegc', by: '1ms..20ms', probability: '50%' },
    { name: 'lost', fate: 'drop', messages: ['kswapd.wake'], to: 'kswapd/0', since: '10ms', until: '20ms' },
    { name: 'held', fate: 'hold', messages: 'all', release: '30ms', probability: 0.01 },
  ],
};
const CONSOLES = fileURLToPath(new URL('../../../../test/boots/consoles', import.meta.url));
/** One boot, of a hog that gets what it wants at once. */
const boots = join(folder, 'boots.csv');
writeFileSync(boots, 'group,cpus,policy,workload,free_mib,mem_total_kb\ndrop,1,always,beyond=1 DROP=2,100,300000\n');
/** JSON is YAML. */
const planFile = join(folder, 'plan.yaml');
writeFileSync(planFile, JSON.stringify(PLAN));

/** A comparison keeps its runs, of one scenario. */
const keptIn = (name: string) => ['--state', join(folder, name)];

/** At least one command an output; where an output has several shapes, one for each. */
const COMMANDS: Readonly<Record<JsonName, readonly (readonly string[])[]>> = {
  calibrate: [['calibrate', EXCERPT]],
  compare: [
    ['compare', 'other-ag', '--seeds', '1..2', '--until', '100ms', ...keptIn('other')],
    [
      'compare',
      'seed-deadlock',
      '--seeds',
      '1',
      '--sensitivity',
      '--sensitivity-seeds',
      '1',
      '--edge-runs',
      '4',
      '--until',
      '10ms',
      ...keptIn('seed'),
    ],
  ],
  'compare-against': [['compare', 'idle-fs', '--against', boots, '--seeds', '1', '--jobs', '1', '--set', 'inodes=500']],
  'compare-sample': [
    [
      'compare',
      'other-ag',
      '--sample',
      '2',
      '--range',
      'inodes=1k..2k',
      '--seeds',
      '1',
      '--until',
      '100ms',
      ...keptIn('map'),
    ],
  ],
  chaos: [['chaos', 'seed-deadlock', '--seeds', '1', '--until', '3s', ...keptIn('hunt.jsonl')]],
  'chaos-list': [['chaos', 'list']],
  conform: [['conform', EXCERPT]],
  'conform-simulate': [['conform', EXCERPT, '--simulate']],
  'import-boots': [['import', 'boots', CONSOLES]],
  'import-dmesg': [
    ['import', 'dmesg', join(LOGS, 'mail-deadlock.txt')],
    ['import', 'dmesg', join(LOGS, 'public', 'lockdep-fs-reclaim.txt')],
    ['import', 'dmesg', join(LOGS, 'locks-held-abba.txt')],
  ],
  'import-ftrace': [['import', 'ftrace', EXCERPT]],
  list: [['list']],
  run: [
    ['run', 'seed-deadlock'],
    ['run', 'other-ag', '--until', '1s', '--stats', '--set', 'inodes=300'],
    ['run', 'other-ag', '--until', '300ms', '--plan', planFile],
  ],
  selftest: [['selftest', '--cases', '1', '--only', 'fuzz/latency', '--seed', '1']],
  shrink: [['shrink', 'seed-deadlock', '--fault', 'drop-caches at=1s', '--jobs', '1']],
  sweep: [
    ['sweep', 'seed-deadlock', '--seeds', '1..3', '--set', 'tasks=1'],
    ['sweep', 'other-ag', '--until', '300ms', '--seeds', '1..2', '--plan', planFile],
  ],
};

const outputs = Object.entries(COMMANDS).flatMap(([name, commands]) =>
  commands.map((words) => [name as JsonName, words] as const),
);

/** What many runs say every ten seconds, should a machine be so slow, and how long they took. */
const PROGRESS = [
  /^dragon: \d+ runs? to find edges took .* of CPU time here\n/gm,
  /^\d+ of \d+ runs(?: {3}[\d.e+-]+ runs\/s {3}about [\w. ]+ left)?\n/gm,
  /^\d+ runs?, \d+ findings? {3}\d+ transitions, \d+ states(?: {3}[\d.e+-]+\/s {3}[\w. ]+ left)?\n/gm,
];
const withoutProgress = (err: string) => PROGRESS.reduce((rest, line) => rest.replaceAll(line, ''), err);

test.each(outputs)('%s: %j', async (name, words) => {
  const { out, err } = await dragonInProcess([...words, '--json']);
  expect(withoutProgress(err)).toBe('');
  const content = JSON.parse(out) as object;
  expect(Object.entries(content).slice(0, 3)).toEqual([
    ['schema', `dragon/${name}`],
    ['schemaVersion', JSON_VERSIONS[name]],
    ['program', PROGRAM],
  ]);
  jsonSchema(name).parse(content);
});

describe('dragon schema', () => {
  test('lists the outputs, with the command of each', async () => {
    const { code, out } = await dragonInProcess(['schema']);
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.split(' ')[0])).toEqual([...SCHEMA_NAMES, '']);
  });

  test.each(JSON_NAMES)('%s is a JSON Schema of one closed object', async (name) => {
    const schema = JSON.parse((await dragonInProcess(['schema', name])).out) as Record<string, unknown>;
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      additionalProperties: false,
      properties: { schema: { const: `dragon/${name}` } },
    });
    expect(schema).toEqual(z.toJSONSchema(jsonSchema(name)));
  });

  test('takes a name as the outputs have it, and refuses others', async () => {
    expect((await dragonInProcess(['schema', 'dragon/run'])).out).toBe((await dragonInProcess(['schema', 'run'])).out);
    const { code, err } = await dragonInProcess(['schema', 'runs']);
    expect([code, err.split(' (')[0]]).toEqual([64, "dragon: unknown schema 'runs'; did you mean run?"]);
  });
});

test('a schema knows every field: one too many and one too few are refused', () => {
  const parts = { scenarios: [], profiles: [], policy: [] };
  const list = { schema: 'dragon/list', schemaVersion: 1, program: PROGRAM, ...parts };
  const { policy: _, ...less } = list;
  expect([list, { ...list, more: 1 }, less].map((each) => jsonSchema('list').safeParse(each).success)).toEqual([
    true,
    false,
    false,
  ]);
});

test('the schema of fault plans fits what --plan reads, and nothing that it refuses', async () => {
  expect(JSON.parse((await dragonInProcess(['schema', 'fault-plan'])).out)).toEqual(z.toJSONSchema(faultPlanSchema));
  const fits = (plan: object) => faultPlanSchema.safeParse(plan).success;
  expect(faultPlanSchema.parse(PLAN)).toEqual(PLAN);
  expect(fits({ rules: [{ fate: 'drop', messages: 'ag.lock' }] })).toBe(false);
  expect(fits({ rules: [{ fate: 'delay', messages: 'ag.lock' }] })).toBe(false);
  expect(fits({ faults: [{ fault: 'freeze' }] })).toBe(false);
  expect(fits({ other: [] })).toBe(false);
});
