/** The census of a run adds up at every instant that it is taken, and says what the tracepoint of an OOM kill says. */
import { type Census, type CensusSample, runPlan } from '@dragon/engine';
import {
  type CensusByKind,
  type InodegcCensus,
  inodePopulations,
  type InodePopulations,
  kernelHit,
} from '@dragon/kernel';
import { kernelFinders } from '@dragon/report';
import { DEFINITIONS } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { planOf } from './simulate.ts';
import { planSmall, smallBigCache, smallPressure } from './small-worlds.ts';

/** What the agents of a run say at an instant. */
class Counted {
  readonly #numbers = new Map<string, Census>();
  take({ agent, numbers }: CensusSample): void {
    this.#numbers.set(agent, numbers);
  }
  of<Kind extends keyof CensusByKind>(kind: Kind): CensusByKind[Kind][] {
    const all = [...this.#numbers].filter(([agent]) => agent.split('/')[0] === kind);
    return all.map(([, numbers]) => numbers as CensusByKind[Kind]);
  }
}

const sumOf = (numbers: object): number => Object.values(numbers).reduce((sum: number, each: number) => sum + each, 0);

function expectSums(counted: Counted, managed: number): InodePopulations {
  const [cache] = counted.of('inode-cache');
  const [memory] = counted.of('memory');
  if (cache === undefined || memory === undefined) throw new Error('nobody was counted');
  const where = inodePopulations(cache, counted.of('inodegc'));
  expect(sumOf(where)).toBe(cache.slabObjects);
  expect(Math.min(...Object.values(where))).toBeGreaterThanOrEqual(0);
  const { min, low, high, available, ...pages } = memory;
  expect(sumOf(pages)).toBe(managed);
  expect([min < low, low < high, available >= 0]).toEqual([true, true, true]);
  return where;
}

const CASES = [
  ['seed-deadlock', planOf({ scenario: 'seed-deadlock', cpus: 4 })],
  ['pressure in small', planSmall(smallPressure, { seed: 2, policy: 'throttle=skip-kswapd', until: 2_000_000_000 })],
  ['a big cache in small', planSmall((cpus) => smallBigCache(cpus, 6_000, 500), { until: 2_000_000_000 })],
  ['an inline throttle', planSmall(smallPressure, { policy: 'throttle=inline', until: 1_000_000_000 })],
] as const;

test.each(CASES)('%s: every inode and every page is in one place', (_name, plan) => {
  const counted = new Counted();
  const memory = plan.agents.find(({ kind }) => kind === 'memory')?.params as { readonly managed: number };
  const [seen, priorities] = [new Set<string>(), new Set<number | undefined>()];
  let at = 0;
  const look = () => {
    const where = expectSums(counted, memory.managed);
    for (const [name, count] of Object.entries(where)) if (count > 0) seen.add(name);
    for (const { priority } of counted.of('kswapd')) priorities.add(priority);
  };
  const onCensus = (sample: CensusSample) => {
    if (sample.at > at) look();
    at = sample.at;
    counted.take(sample);
  };
  const onTrace = (hit: Parameters<typeof kernelHit>[0]) => {
    const each = kernelHit(hit);
    if (each.event === 'inode_census')
      expect(Object.keys(each.fields)).toEqual(Object.keys(counted.of('inode-cache')[0] ?? {}));
  };
  const result = runPlan(plan, DEFINITIONS, { finders: kernelFinders().finders, onCensus, onTrace });
  look();
  expect(at).toBeLessThanOrEqual(result.endedAt);
  expect(seen.size).toBeGreaterThanOrEqual(3);
  expect(priorities.has(undefined)).toBe(true);
});

test('what a worker has queued or in its batch is its backlog, which the seed deadlock keeps for ever', () => {
  const counted = new Counted();
  const plan = planOf({ scenario: 'seed-deadlock', cpus: 4 });
  runPlan(plan, DEFINITIONS, { finders: kernelFinders().finders, onCensus: (sample) => counted.take(sample) });
  const backlog = counted.of('inodegc').map(({ queued, batch }: InodegcCensus) => queued + batch);
  expect(Math.max(...backlog)).toBeGreaterThan(256);
  const [kswapd] = counted.of('kswapd');
  expect(kswapd?.priority).toBeLessThan(12);
});
