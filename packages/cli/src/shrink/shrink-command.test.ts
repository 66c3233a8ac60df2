/** `dragon shrink`, with real worker threads: bad usage; what is left of runs in which most does not matter. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dragonInProcess } from '../dragon-in-process.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'dragon-shrink-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string) => join(folder, name);

test.each([
  [[], 'shrink needs SCENARIO'],
  [['short-queu'], "unknown scenario 'short-queu'; did you mean short-queue?"],
  [['short-queue', '--seed', '1..3'], '--seed: this makes one run, not 3'],
  [['short-queue', '--state', 'x'], 'shrink has no --state: dragon compare, dragon chaos have it'],
])('dragon shrink %j', async (words, message) => {
  const { code, out, err } = await dragonInProcess(['shrink', ...words]);
  expect(err).toContain(`dragon: ${message}`);
  expect([code, out]).toEqual([64, '']);
});

test('there is nothing to shrink of a run that finds nothing', async () => {
  const { code, err } = await dragonInProcess(['shrink', 'other-ag', '--until', '10ms', '--json']);
  expect([code, err]).toEqual([
    1,
    'dragon: this run finds nothing (completed): dragon sweep and dragon chaos look for runs that do\n',
  ]);
});

interface Shrunk {
  readonly line: string;
  readonly digest: string;
  readonly shrunk: {
    readonly faults: readonly string[];
    readonly rules: readonly object[];
    readonly cpus: number;
    readonly set: readonly { readonly text: string; readonly key: string }[];
  };
  readonly steps: readonly { readonly text: string }[];
  readonly plan: string | null;
  readonly isSimplest: boolean;
}

const shrunk = async (words: readonly string[]): Promise<Shrunk> => {
  const { code, out, err } = await dragonInProcess(['shrink', ...words, '--json']);
  expect([code, err]).toEqual([2, '']);
  return JSON.parse(out) as Shrunk;
};

test('of what may be set only sizes become smaller: the machine stays as fast as it was', async () => {
  const one = await shrunk(['short-queue', '--set', 'inodes=300']);
  expect(one.shrunk.set.map(({ key, text }) => `${key}=${text}`)).toEqual(['inodes=270']);
});

/** As a hunt drew it; a delay of one message is what it takes. */
const PLAN = `
faults:
  - fail-nth task=allocator/0 nth=1 at=1551332399ns
  - stall-cpu cpu=1 for=560606ns at=2206363645ns
rules:
  - name: fallen-1
    fate: delay
    messages: all
    by: 20871913ns
    to: [inodegc/3]
    since: 689390679ns
  - name: priority-2
    fate: delay
    messages: [task.inodesQueued, task.workFlushed]
    by: 10435957ns
    to: [closer/0, closer/1]
`;

test('a run with four parts of which one matters comes to five steps', {
  timeout: 120_000,
}, async () => {
  writeFileSync(file('drawn.yaml'), PLAN);
  const words = ['short-queue', '--seed', '55', '--plan', file('drawn.yaml'), '-o', file('left.yaml')];
  const one = await shrunk([...words, '--jobs', '2']);
  expect(one).toMatchObject({
    line: 'inodegc > AGI > repair > shrinker_rwsem (W) > kswapd > inodegc work',
    shrunk: { faults: [], rules: [{ name: 'priority-2', messages: ['task.inodesQueued'] }], cpus: 1 },
    plan: file('left.yaml'),
    isSimplest: true,
  });
  expect(one.steps.map(({ text }) => text.split(' ').slice(0, 2).join(' '))).toEqual([
    'xfs_scrub locks',
    'kworker/0:1 queues',
    'kswapd0 takes',
    'kswapd0 queues',
    'xfs_scrub queues',
  ]);
  const written = readFileSync(file('left.yaml'), 'utf8');

  // The file says with which command it is run: that makes the same run.
  const [, , command = ''] = /^# (.*)\n# npx dragon (.*)\n/.exec(written) ?? [];
  const again = await dragonInProcess([...command.split(' '), '--json']);
  expect(again.code).toBe(2);
  expect(JSON.parse(again.out)).toMatchObject({ outcome: 'deadlock', digest: one.digest });
});
