/**
 * Messages go from one peer to another, or the engine says so: the first of every scenario but the largest, under three
 * profiles.
 */
import { LocalRun, peersOf, SECOND } from '@dragon/engine';
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
  expect(peersOf(plan.agents)).toBeDefined();
  new LocalRun(plan, DEFINITIONS, { finders: [] }).advance(MOST);
});
