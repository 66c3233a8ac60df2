/** throttle=allocators: who owes a wait for a worker when it leaves the walk of the shrinkers. */
import { expect, test } from 'vitest';
import { SHRINKER_RWSEM } from '../locking/resources.ts';
import { profileNamed } from '../policy/policy.ts';
import { debtNoted, inodesQueued, type ReclaimContext, reclaimContext, walkEntered, walkLeft } from './slab-walk.ts';

const { policy } = profileNamed('v6.1');
const DIRECT: ReclaimContext = {
  ...reclaimContext({
    self: 'hog/0',
    policy: { ...policy, throttle: { kind: 'allocators' } },
    cpus: [0, 1],
    gfpFs: true,
    kswapd: false,
    reclaimState: true,
    priority: 9,
    caller: 'pageFault',
  }),
  cpu: 1,
};

type Change = (context: ReclaimContext) => Partial<ReclaimContext>;

/** Returns the CPUs whose workers the thread owes a wait when it has left a walk in which that happened. */
function owed(who: Partial<ReclaimContext>, ...changes: readonly Change[]): readonly number[] {
  const enter: Change = (context) => walkEntered(context, SHRINKER_RWSEM);
  const after = [enter, ...changes, walkLeft].reduce((context, change) => ({ ...context, ...change(context) }), {
    ...DIRECT,
    ...who,
  });
  return after.walk.debts;
}

test('direct reclaim waits for the worker of the CPU that it is on, whatever it has evicted', () => {
  expect(owed({})).toEqual([1]);
  const queue: Change = (context) => inodesQueued(context, 0);
  expect(owed({}, queue, debtNoted)).toEqual([1]);
  expect(owed({}, queue, debtNoted, () => ({ cpu: 0 }))).toEqual([1, 0]);
});

test.each([
  ['kswapd', { kswapd: true }],
  ['who may not reclaim through the file system: the worker itself is such a one', { gfpFs: false }],
  ['drop_caches, which reclaims for nobody', { reclaimState: false }],
  ['anybody under another throttle', { policy }],
])('not %s', (_who, change) => {
  expect(owed(change)).toEqual([]);
});
