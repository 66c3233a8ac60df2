/** Every agent of every scenario has a process that can be started. */
import { readRun, requestRun, SCENARIOS } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { programsOf } from '../bundle/programs.mjs';
import { ROOT } from '../project-paths.ts';
import { hostProcesses, oneProcessAnAgent } from './process-plan.ts';

const PROGRAMS = Object.keys(programsOf(ROOT));

test.each(SCENARIOS.map(({ name }) => name))('%s: a process of its own for each agent', (scenario) => {
  const plan = requestRun(readRun({ scenario })).plan();
  const { commands, hosts } = oneProcessAnAgent(plan);
  const names = commands.map(({ name }) => name);
  expect(new Set(names).size).toBe(plan.agents.length);
  expect(hosts).toEqual(names);
  expect(commands.map(({ kinds }) => kinds)).toEqual(plan.agents.map(({ kind }) => [kind]));
  expect(commands.filter(({ program }) => !PROGRAMS.includes(program))).toEqual([]);
});

test('processes for whatever they are dealt', () => {
  const { commands, hosts } = hostProcesses(3);
  expect(commands.map(({ name }) => name)).toEqual(['host-1', 'host-2', 'host-3']);
  expect(hosts).toBeUndefined();
  expect(commands.every(({ program }) => PROGRAMS.includes(program))).toBe(true);
});
