/** Tests of the census: as of just before an instant of its grid, and nothing of what has not changed. */
import { expect, test } from 'vitest';
import type { Census } from './agent.ts';
import { CensusSampler, type CensusSample, equalCensus } from './census-sampler.ts';
import { Engine } from './engine.ts';
import { runPlan } from './run.ts';
import { chatterPlan, definitions } from './toy-agents.fixture.ts';

const PERIOD = 400;
const UNTIL = 12_000;

function sampled(seed: number, attachedAfter = 0): CensusSample[] {
  const samples: CensusSample[] = [];
  const sampler = new CensusSampler(PERIOD, (sample) => void samples.push(sample));
  const early = attachedAfter === 0 ? [sampler] : [];
  const engine = new Engine({ plan: chatterPlan(seed, 4), definitions, observers: early });
  if (attachedAfter > 0) {
    engine.run(UNTIL, attachedAfter);
    engine.observe(sampler);
  }
  engine.run(UNTIL);
  sampler.advance(UNTIL);
  return samples;
}

/** Stops at each instant of the grid and asks everybody. */
function counted(seed: number): CensusSample[] {
  const engine = new Engine({ plan: chatterPlan(seed, 4), definitions });
  const told = new Map<string, Census>();
  const samples: CensusSample[] = [];
  for (let at = 0; at <= UNTIL; at += PERIOD) {
    engine.run(at);
    for (const agent of engine.agents) {
      const definition = definitions.get(agent.slice(0, 1));
      const numbers = definition?.census?.(definition.restore(engine.inspect(agent))) ?? {};
      const before = told.get(agent);
      if (before !== undefined && equalCensus(before, numbers)) continue;
      told.set(agent, numbers);
      samples.push({ at, agent, numbers });
    }
  }
  return samples;
}

test.each([1, 2, 3])('is what everybody says at each instant of the grid (seed %i)', (seed) => {
  const samples = sampled(seed);
  expect(samples).toEqual(counted(seed));
  expect(samples.filter(({ at }) => at === 0)).toHaveLength(4);
  expect(samples.length).toBeGreaterThan(20);
});

test('begins, in mid-run, with what there is at the next instant', () => {
  const [all, late] = [sampled(1), sampled(1, 60)];
  const [first] = late;
  const at = first?.at ?? 0;
  expect(at % PERIOD).toBe(0);
  expect(late.filter((sample) => sample.at === at)).toHaveLength(4);
  expect(late.filter((sample) => sample.at > at)).toEqual(all.filter((sample) => sample.at > at));
});

test('of a run goes to its end, and changes nothing of it', () => {
  const plan = { ...chatterPlan(5, 4), until: 3_000_000 };
  const samples: CensusSample[] = [];
  const result = runPlan(plan, definitions, { finders: [], onCensus: (sample) => void samples.push(sample) });
  expect(samples.map(({ at }) => at / 1_000_000)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
  expect(result.digest).toBe(runPlan(plan, definitions, { finders: [] }).digest);
});

test('numbers are equal if names and values are', () => {
  expect(equalCensus({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
  expect(equalCensus({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(equalCensus({ a: 1 }, { b: 1 })).toBe(false);
});
