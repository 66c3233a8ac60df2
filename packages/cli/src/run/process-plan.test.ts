/** Every agent of every scenario has a process that can be started. */
import { existsSync } from 'node:fs';
import { readRun, requestRun, SCENARIOS } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { hostProcesses, oneProcessAnAgent } from './process-plan.ts';

test.each(SCENARIOS.map(({ name }) => name))('%s: a process of its own for each agent', (scenario) => {
  const plan = requestRun(readRun({ scenario })).plan();
  const { commands, placement } = oneProcessAnAgent(plan);
  const names = commands.map(({ name }) => name);
  expect(new Set(names).size).toBe(plan.agents.length);
  expect(placement?.(plan.agents, [])).toEqual(names);
  expect(commands.map(({ kinds }) => kinds)).toEqual(plan.agents.map(({ kind }) => [kind]));
  expect(commands.filter(({ entry }) => !existsSync(entry))).toEqual([]);
});

test('processes for whatever they are dealt', () => {
  const { commands, placement } = hostProcesses(3);
  expect(commands.map(({ name }) => name)).toEqual(['host-1', 'host-2', 'host-3']);
  expect(placement).toBeUndefined();
  expect(commands.every(({ entry }) => existsSync(entry))).toBe(true);
});
