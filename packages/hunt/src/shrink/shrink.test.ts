/** Shrinking: what does not matter goes, what matters stays, in whatever order runs end. */
import { describe, expect, test } from 'vitest';
import type { Rule } from '@dragon/engine';
import type { FailingRun } from './failing-run.ts';
import { Shrink } from './shrink.ts';

const rule = (name: string, more: Partial<Rule> = {}): Rule => ({
  name,
  about: 'messages',
  probability: 1,
  names: ['task.bufferLocked', 'task.inodesQueued', 'task.workFlushed'],
  fate: { kind: 'delay', min: 3_000_017, max: 9_000_023 },
  ...more,
});

const START: FailingRun = {
  seed: 977,
  cpus: 12,
  until: 300_000_000_000,
  set: { inodes: 5_000 },
  faults: [
    { at: 123_456_789, kind: 'stall-cpu', params: { cpu: 0, for: 47_123_456 } },
    { at: 223_456_789, kind: 'slow-disk', params: { factor: 17, for: 1_000_000_007 } },
    { at: 423_456_789, kind: 'drop-caches', params: {} },
  ],
  rules: [rule('a'), rule('b', { probability: 0.3 }), rule('c')],
};

/** Tasks are as many as CPUs unless they are set, and no other count is of interest. */
const BOUNDS = {
  leastCpus: 2,
  sizes: (cpus: number) => [
    { key: 'inodes', least: 0, usual: 100 },
    { key: 'tasks', least: 1, usual: cpus },
  ],
};

/** Needs the second fault to last 2 ms within a window, a rule about one message, 3 CPUs, 258 inodes and 2 tasks. */
function fails({ faults, rules, cpus, seed, set: { inodes = 100, tasks = cpus } }: FailingRun): boolean {
  const slow = faults.find(({ kind }) => kind === 'slow-disk');
  const late = rules.find(({ names }) => names?.includes('task.inodesQueued') ?? true);
  return (
    cpus >= 3 &&
    inodes >= 258 &&
    tasks >= 2 &&
    seed !== 2 &&
    slow !== undefined &&
    Number(slow.params['for']) >= 2_000_000 &&
    slow.at >= 210_000_000 &&
    slow.at <= 230_000_000 &&
    late !== undefined &&
    'max' in late.fate &&
    late.fate.max >= 50_000 &&
    (late.since ?? 0) <= 240_000_000 &&
    (late.until ?? 1e12) > 240_000_000
  );
}

/** `jobs`: runs under way at a time; `turn` chooses which of them ends. */
function shrunk(jobs: number, turn: (length: number) => number): Shrink {
  const shrink = new Shrink({ run: START, at: 500_000_000 }, BOUNDS);
  const underWay: FailingRun[] = [];
  while (!shrink.isOver) {
    while (shrink.isReady && underWay.length < jobs) underWay.push(shrink.next());
    const [run] = underWay.splice(turn(underWay.length), 1);
    if (run === undefined) throw new Error('stuck');
    // A plan has no instant 0: what begins with the run says nothing of it.
    if (run.rules.some(({ since }) => since === 0)) throw new Error('a rule begins at 0');
    shrink.add(run, fails(run) ? 500_000_000 : null);
    if (!fails(shrink.smallest.run)) throw new Error('it does not fail any more');
  }
  return shrink;
}

describe('a run with six parts of which two matter', () => {
  const { smallest, runs } = shrunk(1, () => 0);

  test('shrinks to these two, with round numbers', () => {
    expect(smallest.run).toEqual({
      seed: 1,
      cpus: 3,
      until: 600_000_000,
      set: { inodes: 270, tasks: 2 },
      faults: [{ at: 220_000_000, kind: 'slow-disk', params: { factor: 10, for: 2_000_000 } }],
      rules: [expect.objectContaining({ names: ['task.inodesQueued'], probability: 1 })],
    });
    const [left] = smallest.run.rules;
    expect(left?.fate).toEqual({ kind: 'delay', min: 70_000, max: 70_000 });
    const { since = 0, until = 1e12 } = left ?? {};
    expect(until - since).toBeLessThanOrEqual(100_000_000);
    expect(runs).toBeLessThan(300);
  });

  test.each([1, 2, 3, 8])('comes to the same with %d runs at a time, in other orders', (jobs) => {
    for (let seed = 1; seed <= 10; seed += 1) {
      let state = seed;
      const turn = (length: number) => {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        return state % Math.max(1, length);
      };
      expect(shrunk(jobs, turn).smallest).toEqual(smallest);
    }
  });
});

test('a run that fails by itself loses all that was put into it', () => {
  const shrink = new Shrink({ run: START, at: 7 }, { ...BOUNDS, leastCpus: 1 });
  while (!shrink.isOver) shrink.add(shrink.next(), 7);
  expect(shrink.smallest.run).toEqual({ seed: 1, cpus: 1, until: 8, set: { inodes: 0 }, faults: [], rules: [] });
});

test('a run of which everything matters stays as it is', () => {
  const shrink = new Shrink({ run: START, at: 7 }, BOUNDS);
  while (!shrink.isOver) shrink.add(shrink.next(), null);
  expect(shrink.smallest.run).toEqual(START);
});
