/** Tests of waits at any instant: wherever one comes from, they are those of the changes applied one after another. */
import { type FactsChange, LocalRun } from '@dragon/engine';
import { FactsDecoder, FactsEncoder, WaitFacts } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { Execution } from './execution.ts';
import { WaitLog } from './wait-log.ts';

const EVENTS = 60_000;
const SCENARIOS = ['seed-deadlock', 'many-cpus', 'seed-drop-caches'];

function changesOf(scenario: string) {
  const plan = requestRun(readRun({ scenario, until: '300ms' })).plan();
  const direct: FactsChange[] = [];
  // An agent's facts may be a view of more than it says.
  const [encoder, decoder] = [new FactsEncoder(), new FactsDecoder()];
  const take = (change: FactsChange): void => {
    const delta = encoder.take(change);
    if (delta !== undefined) direct.push(decoder.take(delta));
  };
  new LocalRun(plan, DEFINITIONS, { finders: [], onFacts: take }).advance(EVENTS);
  const log = new WaitLog(plan.agents);
  log.append(new Execution(plan, '').advance(EVENTS).facts);
  return { direct, log };
}

/** Everything that is said of them, in one order. */
function said(facts: WaitFacts) {
  const tasks = [...facts.tasks].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const resources = [...facts.resources].filter(([, { teller }]) => teller !== null);
  return {
    tasks: tasks.map(([agent, task]) => ({ agent, ...task, behind: facts.waitersOn(agent).toSorted() })),
    blockers: tasks.map(([agent]) => facts.blockers(agent).toSorted()),
    resources: resources
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([resource, { teller, holders, waiters }]) => ({
        resource,
        teller,
        holders: new Map(holders),
        waiters: new Map(waiters),
        queue: facts.queue(resource),
      })),
  };
}

test.each(SCENARIOS)('waits of %s at any instant are those of all changes up to it', (scenario) => {
  const { direct: all, log } = changesOf(scenario);
  expect(all.length).toBeGreaterThan(50);
  const end = (all.at(-1)?.at ?? 0) + 1;
  for (const share of [1, 0.02, 0.7, 0.3, 0.31, 0.305, 0.9, 0, 0.5, 0.500_01]) {
    const t = end * share;
    const applied = new WaitFacts(() => undefined);
    for (const change of all) if (change.at <= t) applied.apply(change);
    expect(said(log.at(t)), `${t}`).toEqual(said(applied));
  }
});
