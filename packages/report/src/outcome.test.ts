/** Findings of each kind, and the word that a run ends with. */
import { type Finding, RunEnd, type TraceHit } from '@dragon/engine';
import { expect, test } from 'vitest';
import { kernelFinders, outcomeOf } from './outcome.ts';
import { oomKills } from './oom-finder.ts';
import { PropertyFinder } from './property-finder.ts';

const PLAN = { until: 500_000_000_000, grace: 100, stopOnFinding: true };
const hit = (at: number, event: string, fields: TraceHit['fields']): TraceHit => ({
  at,
  agent: 'memory/0',
  event,
  fields,
});
const victim = (at: number, pid: number, comm: string) =>
  hit(at, 'mark_victim', { task: `hog/${pid}`, pid, comm, pages: 100 });

test('the OOM killer is a finding of each kill, and the run goes on', () => {
  const { finders } = kernelFinders();
  const end = new RunEnd(PLAN, finders);
  for (const news of [victim(5, 412, 'hog'), hit(6, 'flush_begin', { cpu: 0 }), victim(9, 9, 'a (b)')]) end.add(news);
  end.finish();
  expect(oomKills(end.findings)).toEqual([
    { atNs: 5, pid: 412, comm: 'hog' },
    { atNs: 9, pid: 9, comm: 'a (b)' },
  ]);
  expect([end.at, end.foundAt, outcomeOf(end)]).toEqual([PLAN.until, undefined, 'oom']);
});

test('a task that is blocked for longer than khungtaskd waits is a stall at the end; one that is killable is not', () => {
  const { finders } = kernelFinders();
  const end = new RunEnd({ ...PLAN, until: 200_000_000_000 }, finders);
  const asleep = (mode: 'uninterruptible' | 'killable', at: number) => ({
    at,
    agent: `rm/${mode}`,
    facts: { task: { waitsFor: { resource: 'AGI 0', mode, lock: '' as const, stack: [] }, holds: [] } },
  });
  end.add(asleep('uninterruptible', 10_000_000_000));
  end.add(asleep('killable', 10_000_000_000));
  end.add({ ...asleep('uninterruptible', 100_000_000_000), agent: 'late' });
  end.finish();
  expect(end.findings).toMatchObject([
    { kind: 'stall', at: 130_000_000_000, evidence: { agent: 'rm/uninterruptible' } },
  ]);
  expect(outcomeOf(end)).toBe('stalled');
});

test('a broken property ends the run the grace later, unless it is said not to', () => {
  const property = {
    name: 'no more than two items are queued',
    tracepoint: 'xfs_inodegc_worker',
    broken: ({ items }: { readonly items: number }) => (items > 2 ? { items } : undefined),
  } as const;
  const run = (ends: boolean) => {
    const end = new RunEnd(PLAN, [new PropertyFinder({ ...property, ends })]);
    for (const [at, items] of [
      [10, 1],
      [20, 3],
      [30, 4],
    ] as const)
      end.add(hit(at, 'xfs_inodegc_worker', { cpu: 0, shrinkerHits: 0, items }));
    end.finish();
    return end;
  };
  expect([run(true).at, run(false).at]).toEqual([120, PLAN.until]);
  expect(run(true).findings[0]).toEqual({
    kind: 'property',
    at: 20,
    evidence: { property: property.name, agent: 'memory/0', evidence: { items: 3 } },
  });
  expect(outcomeOf(run(true))).toBe('violated');
});

test('of several findings the worst gives the word', () => {
  const found = (...kinds: readonly Finding['kind'][]) =>
    outcomeOf({ findings: kinds.map((kind) => ({ kind, at: 0, evidence: null })) });
  expect(found()).toBe('completed');
  expect(found('stall', 'oom')).toBe('oom');
  expect(found('oom', 'property', 'deadlock')).toBe('deadlock');
});
