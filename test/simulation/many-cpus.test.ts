/** Scenarios on many CPUs: each starts and goes on, or is refused with the number that it can have. */
import { Engine } from '@dragon/engine';
import { DEFINITIONS, maxCpusOf, ScenarioError, SCENARIOS } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { planOf } from './simulate.ts';

describe.each(SCENARIOS.map((scenario) => ({ name: scenario.name, maxCpus: maxCpusOf(scenario) })))('$name', (each) => {
  const { name, maxCpus } = each;
  test.each([64, 65, 1024])('%i CPUs', { timeout: 60_000 }, (cpus) => {
    if (cpus > maxCpus) {
      expect(() => planOf({ scenario: name, cpus })).toThrow(ScenarioError);
      expect(() => planOf({ scenario: name, cpus })).toThrow(`at most ${maxCpus} CPUs, not ${cpus}`);
      return;
    }
    const engine = new Engine({ plan: planOf({ scenario: name, cpus }), definitions: DEFINITIONS });
    expect(engine.run(300_000_000_000, 3_000)).toBeGreaterThan(1_000);
  });
});

const LIMITED = SCENARIOS.flatMap(({ name, limit }) => (limit === undefined ? [] : [[name, limit.maxCpus] as const]));

test.each(LIMITED)('%s on as many as it can have: %i', { timeout: 60_000 }, (scenario, cpus) => {
  const engine = new Engine({ plan: planOf({ scenario, cpus }), definitions: DEFINITIONS });
  expect(engine.run(300_000_000_000, 3_000)).toBeGreaterThan(1_000);
});
