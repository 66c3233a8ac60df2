/** Chains of waits, in roles, and cycles that differ only in who it was. */
import type { Facts, Plan } from '@dragon/engine';
import { expect, test } from 'vitest';
import { Roles } from './roles.ts';
import { WaitChains } from './wait-chains.ts';

const resource = (id: string, what: string): Plan['resources'][number] => ({
  id,
  noun: id,
  label: { what },
  holds: 'holds',
  took: 'took',
  holder: ['held by ', ''],
});
const roles = new Roles({ resources: [resource('AGI 0', 'AGI'), resource('gc[3].work', 'work')] });

const waiting = (lock: string, holds: readonly string[]): Facts['task'] => ({
  waitsFor: { resource: lock, mode: 'uninterruptible', lock: '', stack: [] },
  holds: holds.map((each) => ({ resource: each, mode: '' as const })),
});
const held = (lock: string, holder: string, waiter: string) => [
  { resource: lock, holders: [[holder]], waiters: [[{ task: waiter }]] },
];

test('who waits for what, what it holds, and for what its holder waits', () => {
  const chains = new WaitChains(roles);
  chains.facts({
    at: 1,
    agent: 'repair/0',
    facts: { task: { waitsFor: null, holds: [{ resource: 'AGI 0', mode: '' }] } },
  });
  chains.facts({ at: 1, agent: 'ag/0', facts: { resources: held('AGI 0', 'repair/0', 'inodegc/3') } });
  chains.facts({ at: 1, agent: 'inodegc/3', facts: { task: waiting('AGI 0', ['gc[3].work']) } });
  chains.check(1);
  chains.facts({ at: 5, agent: 'gc', facts: { resources: held('gc[3].work', 'inodegc/3', 'kswapd/0') } });
  chains.facts({ at: 5, agent: 'kswapd/0', facts: { task: waiting('gc[3].work', []) } });
  chains.check(5);
  expect(chains.seen).toEqual([
    { chain: 'inodegc[work] > AGI > repair[AGI]', at: 1 },
    { chain: 'kswapd[] > work > inodegc[work] > AGI > repair[AGI]', at: 5 },
  ]);
});

test('a cycle is the same wherever it begins, and whoever it was', () => {
  const party = (agent: string, blockedOn: string, lock: string) => ({
    agent,
    blockedOn,
    waitsFor: { resource: lock, mode: 'uninterruptible' as const, lock: '' as const, stack: [] },
    waitingSince: 0,
    holds: [],
  });
  const one = [party('inodegc/3', 'repair/0', 'AGI 0'), party('repair/0', 'inodegc/3', 'gc[3].work')];
  const other = [party('repair/1', 'inodegc/0', 'gc[0].work'), party('inodegc/0', 'repair/1', 'AGI 7')];
  expect(roles.cycle({ cycle: one })).toBe('inodegc > AGI > repair > work');
  expect(new Roles({ resources: [] }).cycle({ cycle: one })).toBe(new Roles({ resources: [] }).cycle({ cycle: other }));
});
