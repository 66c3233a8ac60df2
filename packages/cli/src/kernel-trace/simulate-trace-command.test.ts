/** `dragon conform --simulate`: what is inferred of a trace, written, changed, read again, refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Workload } from '@dragon/scenarios';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dragonInProcess as dragon } from '../dragon-in-process.fixture.ts';

const STORM = fileURLToPath(new URL('../../../../test/kernel-traces/storm-on-4-cpus.txt', import.meta.url));
const NOTHING = fileURLToPath(new URL('../../../../test/kernel-traces/perf-script.txt', import.meta.url));

let folder: string;
const file = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dragon-simulate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Output {
  readonly workload: Workload;
  readonly rows: readonly { readonly name: string; readonly real?: number; readonly simulated?: number }[];
}
const simulated = async (...words: string[]): Promise<Output> =>
  JSON.parse((await dragon(['conform', '--simulate', '--json', ...words])).out) as Output;

test('the workload is told, and the same inodes are queued', async () => {
  const { code, out, err } = await dragon(['conform', STORM, '--simulate']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/\nWorkload: 4 CPUs, 4 allocation groups, /);
  expect(out).toMatch(/ CPU 1 {2}rm +unlinks 60 files\n/);
  expect(out).toMatch(/ CPU 3 {2}slowrm +unlinks 64 files, sleeps 156\.0 us after each, then\s+statfs\n/);
  expect(out).toMatch(/\ninodes queued +124 +124 +1\.00\n/);
  expect(out).toMatch(/\nNot in the trace:\n {2}whether a task sleeps [^]*sched:sched_switch would tell/);
});

test('of a trace that breaks off what is left is compared, and that is said', async () => {
  const whole = gzipSync(readFileSync(STORM));
  writeFileSync(file('cut.gz'), whole.subarray(0, Math.floor(whole.length / 2)));
  for (const words of [
    ['conform', file('cut.gz'), '--simulate'],
    ['calibrate', file('cut.gz')],
  ]) {
    const { code, err } = await dragon(words);
    expect([code, err]).toEqual([
      0,
      `dragon: ${file('cut.gz')}: its compressed data break off; what is left was read\n`,
    ]);
  }
});

test('a workload that was written is read again, as it is or changed', async () => {
  const first = await simulated(STORM, '--write-workload', file('workload.json'));
  expect(JSON.parse(readFileSync(file('workload.json'), 'utf8'))).toEqual(first.workload);
  expect((await simulated(STORM, '--workload', file('workload.json'))).rows).toEqual(first.rows);
  const tasks = first.workload.tasks.slice(0, 1);
  writeFileSync(file('changed.json'), JSON.stringify({ ...first.workload, tasks }));
  const { rows } = await simulated(STORM, '--workload', file('changed.json'));
  expect(rows.find(({ name }) => name === 'inodes queued')).toMatchObject({ real: 124, simulated: 60 });
});

test.each<readonly [name: string, text: string, why: string]>([
  ['no JSON', 'tasks: []', 'it is not JSON: Unexpected token \'a\', "tasks: []" is not valid JSON'],
  ['of another form', '{}', 'format: Invalid input'],
])('what is no workload is refused: %s', async (_name, text, why) => {
  writeFileSync(file('wrong.json'), text);
  const { code, err } = await dragon(['conform', STORM, '--simulate', '--workload', file('wrong.json')]);
  expect(code).toBe(1);
  expect(err).toContain(`dragon: ${file('wrong.json')} is no workload: ${why}`);
  expect(err.trimEnd()).not.toContain('\n');
});

test('so is one whose parts do not fit together, with the place', async () => {
  const { workload } = await simulated(STORM);
  const [task] = workload.tasks;
  for (const [tasks, where] of [
    [[{ ...task, ag: 9 }], 'tasks: one has an ag that is not below ags'],
    [[{ ...task, cpu: 1_000 }], 'tasks: one has a cpu that is not below cpus'],
    [[{ ...task, files: 0 }], 'tasks[0].files: '],
    [[{ ...task, kind: 'sync' }], 'tasks[0].kind: '],
    [
      [
        {
          ...task,
          pauseMs: [
            [0.5, 1],
            [1, 2],
          ],
        },
      ],
      'tasks[0].pauseMs: not probabilities from 0 to 1 with times that rise',
    ],
  ] as const) {
    writeFileSync(file('wrong.json'), JSON.stringify({ ...workload, tasks }));
    const { code, err } = await dragon(['conform', STORM, '--simulate', '--workload', file('wrong.json')]);
    expect([code, err]).toEqual([1, expect.stringContaining(where) as string]);
  }
});

test('so is one that its memory has no room for, or that there are not enough inode numbers for', async () => {
  const { workload } = await simulated(STORM);
  const memory = { managedPages: 2_000, freePages: 1_500, pageCachePages: 0, cachedInodes: 0 };
  const full = { ...memory, cachedInodes: 50_000, needInactivationPercent: 0 };
  const many = workload.tasks.flatMap((task) => Array.from({ length: 400 }, () => ({ ...task, files: 4_000_000 })));
  for (const [parts, why] of [
    [{ memory: full }, '8000KiB of memory cannot hold 6000KiB free, 0 page cache, '],
    [{ tasks: many }, 'its workload cannot be run: '],
  ] as const) {
    writeFileSync(file('full.json'), JSON.stringify({ ...workload, ...parts }));
    const { code, err } = await dragon(['conform', STORM, '--simulate', '--workload', file('full.json')]);
    expect([code, err]).toEqual([1, expect.stringContaining(why) as string]);
    expect(err).toContain(`dragon: ${file('full.json')}: `);
  }
});

test('a trace of no workload needs one; and a workload or a seed needs --simulate', async () => {
  const { code, err } = await dragon(['conform', NOTHING, '--simulate']);
  expect([code, err]).toEqual([1, expect.stringMatching(/tell of no workload.*--workload FILE\n$/) as string]);
  expect((await dragon(['conform', STORM, '--workload', 'x.json'])).code).toBe(64);
  expect((await dragon(['conform', STORM, '--seed', '2'])).code).toBe(64);
});

test('the kernel that is simulated may be another one, and is named', async () => {
  const json = await simulated(STORM, '--profile', 'v5.13');
  expect(json).toMatchObject({ profile: 'v5.13' });
  // It inactivates where it evicts: nothing is queued.
  const queued = (rows: typeof json.rows) => rows.find(({ name }) => name === 'worker runs')?.simulated;
  expect(queued(json.rows)).toBe(0);
  expect(queued((await simulated(STORM)).rows)).toBeGreaterThan(0);
  expect((await dragon(['conform', STORM, '--simulate'])).out).toContain('profile v6.1');
  for (const wrong of [
    ['--simulate', '--profile', 'v9'],
    ['--profile', 'v5.13'],
    ['--simulate', '--kernel', '5.10'],
  ])
    expect((await dragon(['conform', STORM, ...wrong])).code).toBe(64);
});
