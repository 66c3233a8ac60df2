/** Messages go from one peer to another: the first of every scenario but the largest, under three profiles. */
import { LocalRun, type Observer, peersOf, SECOND } from '@dragon/engine';
import { expect, test } from 'vitest';
import { DEFINITIONS } from './definitions.ts';
import { readRun, requestRun } from './run-request.ts';
import { SCENARIOS } from './scenarios.ts';

/** Events of each run that are looked at. */
const MOST = 20_000;
const RUNS = SCENARIOS.filter(({ name }) => name !== 'big-cache').flatMap(({ name }) =>
  ['v5.13', 'v6.1', 'v6.7'].map((profile) => [name, profile] as const),
);

test.each(RUNS)('%s, %s', (scenario, profile) => {
  const plan = requestRun({ ...readRun({ scenario, profile }), until: 30 * SECOND, keepGoing: true }).plan();
  const peers = peersOf(plan.agents);
  const strangers = new Set<string>();
  const observer: Observer = {
    see({ agent, effects }) {
      for (const effect of effects)
        if (effect.kind === 'send' && effect.to !== agent && !peers?.get(agent)?.has(effect.to))
          strangers.add(`${agent} sent ${effect.message.type} to ${effect.to}`);
    },
  };
  new LocalRun(plan, DEFINITIONS, { finders: [], observers: [observer] }).advance(MOST);
  expect(peers).toBeDefined();
  expect([...strangers]).toEqual([]);
});
