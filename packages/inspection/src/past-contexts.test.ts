/** Tests of contexts of the past: the same in whatever order they are asked for, with few checkpoints. */
import { Engine, type Json } from '@dragon/engine';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { PastContexts } from './past-contexts.ts';
import { savedContext } from './saved-context.ts';

test('contexts after any event, asked for in any order, are those of the run made straight on', () => {
  const plan = requestRun(readRun({ scenario: 'pressure', cpus: '1', until: '400ms' })).plan();
  const straight = new Engine({ plan, definitions: DEFINITIONS });
  const ids = plan.agents.map(({ id }) => id);
  const asked = new Map<number, readonly Json[]>();
  let events = 0;
  for (let step = 1; events < 30_000; step = (step * 7) % 4_999) {
    const count = straight.run(Number.POSITIVE_INFINITY, step);
    events += count;
    if (count < step) break;
    asked.set(
      events,
      ids.map((id) => straight.inspect(id)),
    );
  }
  expect(events).toBeGreaterThan(3_000);
  const past = new PastContexts(plan, DEFINITIONS);
  // Each once, far from in order.
  const order = [...asked.keys()].toSorted((a, b) => ((a * 7_919) % 10_007) - ((b * 7_919) % 10_007));
  for (const each of order) {
    while (!past.approach(each, 512));
    expect(ids.map((id) => past.saved(id))).toEqual(asked.get(each));
  }
  expect(past.checkpoints).toBeLessThanOrEqual(24);
});

test('what the agent is for is found in what is saved of it', () => {
  const plan = requestRun(readRun({ scenario: 'seed-deadlock' })).plan();
  const past = new PastContexts(plan, DEFINITIONS);
  expect(past.approach(0, 1)).toBe(true);
  const { value, context } = savedContext(past.saved('kswapd/0'));
  expect(value).toBeDefined();
  expect(Object.keys(context ?? {}).length).toBeGreaterThan(3);
});
