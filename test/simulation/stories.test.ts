/**
 * The words of a finding: what a page shows of it, its headline and its sentence, stands in the command's report once,
 * word for word; and the tour of the deadlock finds its stops whatever the seed.
 */
import { type FactsChange, type Plan, runPlan, type RunResult } from '@dragon/engine';
import {
  findingsReport,
  findingStories,
  gravestStory,
  howItCameAbout,
  kernelFinders,
  type KernelFinders,
  plainText,
  reportNames,
  runStories,
  tourStops,
} from '@dragon/report';
import { DEFINITIONS } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { planOf } from './simulate.ts';
import { planSmall, smallBigCache } from './small-worlds.ts';

interface Told extends KernelFinders {
  readonly plan: Plan;
  readonly result: RunResult;
  readonly changes: readonly FactsChange[];
}

function told(plan: Plan): Told {
  const kernel = kernelFinders();
  const changes: FactsChange[] = [];
  const facts = { ends: false, facts: (change: FactsChange) => void changes.push(change) };
  const result = runPlan(plan, DEFINITIONS, { finders: [facts, ...kernel.finders] });
  return { ...kernel, plan, result, changes };
}

const stories = (run: Told) => runStories(run, reportNames(run.plan));

const RUNS: readonly (readonly [what: string, plan: () => Plan, headline: RegExp])[] = [
  [
    'three wait',
    () => planOf({ scenario: 'seed-deadlock', seed: 3 }),
    /^kswapd0, kworker\/0:1 and xfs_scrub wait for each other, for ever\.$/,
  ],
  [
    'two wait',
    () => planOf({ scenario: 'seed-deadlock', policy: 'throttle=inline' }),
    /^kswapd0 and xfs_scrub wait for each other, for ever\.$/,
  ],
  [
    'a worker waits for itself, until another kworker runs the barrier',
    () => planSmall((cpus) => smallBigCache(cpus, 8_000), { cpus: 1, policy: 'worker-context=gfp-kernel' }),
    /^kworker\/0:1 waited for itself, until the cycle came undone\.$/,
  ],
  [
    'a disk',
    () => planOf({ scenario: 'stuck-disk' }),
    /^xfs_scrub has waited over 120 s for disk sda, and \d+ tasks behind it\.$/,
  ],
  [
    'a kill',
    () => planSmall(smallBigCache, { cpus: 4, policy: 'throttle=skip-reclaim', until: 1_000_000_000 }),
    /^hog:\d+ was killed while [\d,]+ freeable inodes were in no count\.$/,
  ],
];

describe.each(RUNS)('%s', (_what, planned, headline) => {
  const run = told(planned());
  const found = stories(run);

  test('the headline is one line that a stranger understands', () => {
    const gravest = gravestStory(found);
    expect(plainText(gravest?.headline ?? [])).toMatch(headline);
    expect(gravest?.parties).not.toEqual([]);
  });

  test('the report has headline and sentence of each story once, word for word', () => {
    const report = findingsReport({ ...run, release: '6.1', colour: false, width: 80 }).replaceAll(/\s+/g, ' ');
    for (const { tag, headline: line, sentence } of found)
      expect(report.split(`${tag}: ${plainText(line)} ${plainText(sentence)}`)).toHaveLength(2);
    expect(new Set(findingStories(run, reportNames(run.plan)).map((story) => story?.kind))).toEqual(
      new Set(run.result.findings.map(({ kind }) => kind)),
    );
  });
});

const CURE = { change: 'throttle=skip-kswapd', about: 'kswapd never waits' };

describe.each([4, 8])('the tour of the deadlock on %i CPUs', (cpus) => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20])('seed %i', (seed) => {
    const run = told(planOf({ scenario: 'seed-deadlock', cpus, seed }));
    const { deadlock } = run.graph;
    if (deadlock === undefined) throw new Error('there is no deadlock');
    const names = reportNames(run.plan);
    const stops = tourStops(deadlock, run.changes, names, CURE);
    expect(stops.map(({ sentence }) => plainText(sentence))).toEqual([
      'xfs_scrub locks the AGI of AG 0, and keeps it from now on.',
      'kworker/0:1 queues for the AGI of AG 0, held by xfs_scrub, and sleeps.',
      'kswapd0 takes shrinker_rwsem for reading, and keeps it from now on.',
      'kswapd0 flushes the inodegc work of CPU 0, which kworker/0:1 must finish, and sleeps.',
      'xfs_scrub queues for shrinker_rwsem for writing, held by kswapd0. The ring is closed: each waits for the next, and nobody is left to release anything.',
      'The same run with throttle=skip-kswapd: kswapd never waits.',
    ]);
    const instants = stops.map(({ at }) => at);
    expect(instants).toEqual(instants.toSorted((a, b) => a - b));
    expect(instants.at(-1)).toBe(deadlock.at);
    expect(stops.map(({ stage }) => stage)).toEqual(['waits', 'waits', 'waits', 'waits', 'waits', 'compare']);
    const steps = howItCameAbout(deadlock, run.result.history, run.plan, names);
    expect(steps.at(-1)?.at).toBeLessThanOrEqual(deadlock.at);
  });
});
