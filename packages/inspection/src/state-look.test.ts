/** The look of a state that no chart has: an agent that crashed. */
import { CRASHED, stateNameReader } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { threadLook } from './state-look.ts';

test('a thread that crashed is gone, and not one that wants a CPU', () => {
  const chart = DEFINITIONS.get('kswapd')?.chart;
  if (chart === undefined) throw new Error('kswapd has no chart');
  const named = stateNameReader(chart)(CRASHED);
  expect([named.leaves, named.others]).toEqual([[], [CRASHED]]);
  expect(threadLook(named, new Set())).toBe('exit');
});
