/** Finders that are saved and restored between any two instants find what they would have found. */
import { type FactsChange, LocalRun, type Plan, RunEnd, type SavedRunEnd, SECOND, type TraceHit } from '@dragon/engine';
import { kernelFinders, reportFinders } from '@dragon/report';
import { DEFINITIONS } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { planOf } from './simulate.ts';
import { planSmall, smallBigCache } from './small-worlds.ts';

/** The news of a run, to finders that are made anew from what was saved after so many instants, and again. */
function found({ plan, news }: ReturnType<typeof newsOf>, every: number) {
  let parts = reportFinders(plan);
  let end = new RunEnd(plan, parts.finders);
  let [at, instants, restored] = [0, 0, 0];
  for (const each of news) {
    if (each.at > at) {
      end.settle(each.at);
      at = each.at;
      instants += 1;
      if (instants % every === 0) {
        const saved = JSON.stringify(end.save());
        parts = reportFinders(plan);
        end = new RunEnd(plan, parts.finders);
        end.restore(JSON.parse(saved));
        // What is restored is what was saved, and nothing is shared with it.
        expect(JSON.stringify(end.save()) === saved).toBe(true);
        restored += 1;
      }
    }
    end.add(each);
  }
  end.settle(end.at);
  end.finish();
  if (every < Number.POSITIVE_INFINITY) {
    // A report may be made of what was saved when all was over.
    const over = JSON.parse(JSON.stringify(end.save())) as SavedRunEnd;
    parts = reportFinders(plan);
    for (const [index, finder] of parts.finders.entries()) finder.restore?.(over.finders[index] ?? null);
  }
  const { graph, lockdep, oom } = parts;
  const story = {
    at: end.at,
    findings: end.findings,
    deadlock: graph.deadlock,
    undone: graph.undone,
    blocked: graph.blocked(),
    behind: graph.behind(),
    splat: lockdep.splat,
    censuses: end.findings.map((finding) => oom.census(finding.at)),
  };
  return { story: JSON.parse(JSON.stringify(story)) as typeof story, restored };
}

/** The news of a run in this process, in the order of time. */
function newsOf(plan: Plan): { readonly plan: Plan; readonly news: readonly (FactsChange | TraceHit)[] } {
  const news: (FactsChange | TraceHit)[] = [];
  const { finders } = kernelFinders();
  const tell = (each: FactsChange | TraceHit) => void news.push(each);
  const run = new LocalRun(plan, DEFINITIONS, { finders, onFacts: tell, onTrace: tell });
  while (run.advance(10_000));
  return { plan, news };
}

test.each([
  { name: 'the deadlock', plan: () => planOf({ scenario: 'seed-deadlock' }), every: 1, ends: 'deadlock' },
  {
    name: 'a kill',
    plan: () => planSmall(smallBigCache, { policy: 'throttle=skip-reclaim', until: 3 * SECOND }),
    every: 97,
    ends: 'oom',
  },
])('$name, saved after every $every instants', ({ plan, every, ends }) => {
  const run = newsOf(plan());
  const whole = found(run, Number.POSITIVE_INFINITY);
  const cut = found(run, every);
  expect(cut.restored).toBeGreaterThan(20);
  expect(whole.story.findings.map(({ kind }) => kind)).toContain(ends);
  expect(cut.story).toEqual(whole.story);
});
