/** Tests of the groups of agents, by the plan of the deadlock. */
import { expect, test } from 'vitest';
import { agentGroups, stackName } from './agent-groups.ts';
import { SEED_PLAN } from './seed-deadlock.fixture.ts';
import { TaskNames } from './task-names.ts';

test('threads go by their command, parts of the machine by what they are, the rest is together', () => {
  const cpu = { id: 'cpu/0', kind: 'cpu', params: null };
  expect(agentGroups([cpu, ...SEED_PLAN.agents]).map(({ name, agents }) => [name, agents.length])).toEqual([
    ['kswapd', 1],
    ['kworker', 1],
    ['xfs_scrub', 1],
    ['rm', 12],
    ['CPU', 1],
    ['AG', 1],
    ['other', 1],
  ]);
});

test('a stack counts, and one alone has its own name', () => {
  const tasks = new TaskNames(SEED_PLAN);
  const rms = Array.from({ length: 12 }, (_, i) => `workload/${i}`);
  expect([stackName(rms, 'rm', tasks), stackName(rms.slice(0, 1), 'rm', tasks)]).toEqual(['12 × rm', 'rm:900']);
});
