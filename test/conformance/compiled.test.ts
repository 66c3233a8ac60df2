/**
 * Every scenario with its statecharts compiled and with XState stepping them: one digest. What a short run does not
 * reach is for the random charts (packages/statechart) and the random messages (xstate-differential).
 */
import { combineDigests, Engine } from '@dragon/engine';
import { DEFINITIONS, INTERPRETED_DEFINITIONS, notCompiled, SCENARIOS } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { EVERY_FAULT } from '../simulation/every-fault.ts';
import { planOf, type SimulationOptions } from '../simulation/simulate.ts';

/** Events of a run that are compared. */
const EVENTS = 3_000;

test('every statechart there is can be compiled', () => {
  expect([...DEFINITIONS.keys()].filter((kind) => notCompiled(kind) !== undefined)).toEqual([]);
  for (const [kind, definition] of DEFINITIONS) expect(INTERPRETED_DEFINITIONS.get(kind)).not.toBe(definition);
});

test.each<[string, Partial<SimulationOptions>, number]>([
  ...SCENARIOS.map(({ name }): [string, object, number] => [name, {}, EVENTS]),
  ['seed-deadlock', { cpus: 3, faults: EVERY_FAULT, until: 1_500_000_000 }, Number.POSITIVE_INFINITY],
])('%s %j: the same digest by tables and by XState', (scenario, options, most) => {
  const plan = planOf({ scenario, ...options });
  const [compiled, interpreted] = [DEFINITIONS, INTERPRETED_DEFINITIONS].map((definitions) => {
    const engine = new Engine({ plan, definitions });
    const events = engine.run(plan.until, most);
    return { events, digest: combineDigests(engine.digests()) };
  });
  expect(compiled).toEqual(interpreted);
});
