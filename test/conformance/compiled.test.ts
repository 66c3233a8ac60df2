/**
 * Every scenario with its statecharts compiled and with XState stepping them: one digest. What a short run does not
 * reach is for the random charts (packages/statechart) and the random messages (xstate-differential).
 */
import { combineDigests, Engine } from '@dragon/engine';
import { DEFINITIONS, INTERPRETED_DEFINITIONS, notCompiled, SCENARIOS } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { planOf } from '../simulation/simulate.ts';

/** Events of a run that are compared. */
const EVENTS = 3_000;

test('every statechart there is can be compiled', () => {
  expect([...DEFINITIONS.keys()].filter((kind) => notCompiled(kind) !== undefined)).toEqual([]);
  for (const [kind, definition] of DEFINITIONS) expect(INTERPRETED_DEFINITIONS.get(kind)).not.toBe(definition);
});

test.each(SCENARIOS.map(({ name }) => name))('%s: the same digest by tables and by XState', (scenario) => {
  const plan = planOf({ scenario });
  const [compiled, interpreted] = [DEFINITIONS, INTERPRETED_DEFINITIONS].map((definitions) => {
    const engine = new Engine({ plan, definitions });
    const events = engine.run(plan.until, EVENTS);
    return { events, digest: combineDigests(engine.digests()) };
  });
  expect(compiled).toEqual(interpreted);
});
