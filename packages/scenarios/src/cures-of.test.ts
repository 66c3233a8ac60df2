/** Tests of what one may try: nothing that the run had or that is known to fail, and the run's own changes stay. */
import { expect, test } from 'vitest';
import { curesOf } from './cures-of.ts';
import { readRun, requestRun, type RunTexts } from './run-request.ts';

const remedies = (texts: RunTexts, kind: Parameters<typeof curesOf>[1]) => curesOf(requestRun(readRun(texts)), kind);

test('against the deadlock the cures of the table, known to be such', () => {
  const known = remedies({ scenario: 'seed-deadlock' }, 'deadlock');
  expect(known.map(({ change }) => change)).toEqual([
    'throttle=skip-kswapd',
    'throttle=skip-reclaim',
    'throttle=timed(10ms)',
    'throttle=outside-rwsem',
    'throttle=allocators',
    'repair=unregister-after-commit',
    'shrinkers=refcount',
  ]);
  expect(known.every(({ isKnown }) => isKnown)).toBe(true);
  expect(known[0]).toEqual({
    policy: 'throttle=skip-kswapd',
    change: 'throttle=skip-kswapd',
    about: 'kswapd never waits',
    isKnown: true,
  });
});

test('at another entrance none that is known to fail there, and none that is known to help', () => {
  const tried = remedies({ scenario: 'seed-direct-reclaim' }, 'deadlock');
  expect(tried.map(({ change }) => change)).not.toContain('throttle=skip-kswapd');
  expect(tried.map(({ change }) => change)).toContain('throttle=skip-reclaim');
  expect(tried.some(({ isKnown }) => isKnown)).toBe(false);
});

test('the changes of the run stay, and the worker that waits for itself may have another context', () => {
  const tried = remedies({ scenario: 'seed-deadlock', policy: 'shrinkers=srcu', profile: 'v6.1.0' }, 'deadlock');
  expect(tried.map(({ policy }) => policy)).toContain('throttle=skip-kswapd,shrinkers=srcu');
  expect(tried.at(-1)).toMatchObject({ change: 'worker-context=nofs', policy: 'shrinkers=srcu,worker-context=nofs' });
});

test('against a kill whoever reclaims waits, or pins go, or the allocator looks; against a stuck disk there is nothing', () => {
  expect(remedies({ scenario: 'big-cache-50k', policy: 'throttle=skip-kswapd' }, 'oom')).toEqual([
    expect.objectContaining({ change: 'throttle=always', policy: '' }),
    expect.objectContaining({ change: 'throttle=allocators', policy: 'throttle=allocators' }),
    expect.objectContaining({ change: 'reclaim=forces-log', policy: 'throttle=skip-kswapd,reclaim=forces-log' }),
    {
      policy: 'throttle=skip-kswapd,accounting=queued-counted-and-oom-aware',
      change: 'accounting=queued-counted-and-oom-aware',
      about:
        'whether the superblock shrinker counts inodes queued for inactivation: yes, and the allocator does not give up while the workers get on',
      isKnown: false,
    },
  ]);
  expect(remedies({ scenario: 'stuck-disk' }, 'stall')).toEqual([]);
});
