/** The inodegc queue: thresholds, who is exempt, and that a batch does what its inodes do one by one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countInodes, type InodeFate, type InodeRun, takeInodes } from './inode.ts';
import { allInodes, appendInodes, EMPTY_INODE_LIST } from './inode-list.ts';
import { EMPTY_QUEUE, type InodegcQueue, queueInodes } from './inodegc-queue.ts';
import { KERNEL_GEOMETRY } from '../geometry.ts';
import type { QueueCaller } from '../messages.ts';
import { type Policy, profileNamed } from '../policy/policy.ts';
import type { Throttle } from '../policy/policy-values.ts';

const V6_1 = profileNamed('v6.1').policy;
const USER: QueueCaller = {
  journalInfo: false,
  nofs: false,
  kswapd: false,
  reclaimState: false,
  disarmed: false,
  nearQuota: false,
};
const KSWAPD: QueueCaller = { ...USER, kswapd: true, reclaimState: true };
const DIRECT: QueueCaller = { ...USER, reclaimState: true };

const run = (ino: number, count: number, fate: InodeFate = 'postEof'): InodeRun => ({ ino, count, fate });

describe('thresholds', () => {
  test('the work is delayed up to the 33rd inode, and immediate from the 34th', () => {
    expect(queueInodes(EMPTY_QUEUE, [run(0, 33)], USER, V6_1)).toMatchObject({ count: 33, immediate: false });
    expect(queueInodes(EMPTY_QUEUE, [run(0, 34)], USER, V6_1)).toMatchObject({ count: 34, immediate: true });
    const at33 = queueInodes(EMPTY_QUEUE, [run(0, 33)], USER, V6_1).queue;
    expect(queueInodes(at33, [run(33, 1)], USER, V6_1)).toMatchObject({ immediate: true });
  });

  test('the 258th inode makes its caller wait, and no more are queued', () => {
    expect(queueInodes(EMPTY_QUEUE, [run(0, 257)], USER, V6_1)).toMatchObject({ count: 257, throttle: false });
    const throttled = queueInodes(EMPTY_QUEUE, [run(0, 200), run(1_000, 100)], USER, V6_1);
    expect(throttled).toMatchObject({ count: 258, throttle: true, immediate: true });
    expect(throttled.queue).toEqual({
      ...EMPTY_QUEUE,
      list: appendInodes(EMPTY_INODE_LIST, [run(0, 200), run(1_000, 58)]),
      items: 258,
    });
    expect(throttled.taken).toEqual([run(0, 200), run(1_000, 58)]);
  });

  test('both are smaller where a plan makes the kernel smaller', () => {
    const small = { ...KERNEL_GEOMETRY, inodegcMaxBacklog: 2, inodesPerCluster: 1 };
    expect(queueInodes(EMPTY_QUEUE, [run(0, 2)], USER, V6_1, small)).toMatchObject({ count: 2, immediate: false });
    expect(queueInodes(EMPTY_QUEUE, [run(0, 3)], USER, V6_1, small)).toMatchObject({
      immediate: true,
      throttle: false,
    });
    expect(queueInodes(EMPTY_QUEUE, [run(0, 9)], USER, V6_1, small)).toMatchObject({ count: 4, throttle: true });
  });

  test('beyond it every inode makes its caller wait', () => {
    const { queue } = queueInodes(EMPTY_QUEUE, [run(0, 300)], USER, V6_1);
    for (const items of [258, 259, 5_000])
      expect(queueInodes({ ...queue, items }, [run(0, 10)], USER, V6_1)).toMatchObject({ count: 1, throttle: true });
  });

  test('after a kick by the shrinker the first inode does, at any depth', () => {
    const kicked: InodegcQueue = {
      ...EMPTY_QUEUE,
      list: appendInodes(EMPTY_INODE_LIST, [run(0, 1)]),
      items: 1,
      shrinkerHits: 1,
    };
    expect(queueInodes(kicked, [run(1, 10)], USER, V6_1)).toMatchObject({ count: 1, throttle: true, immediate: false });
    expect(queueInodes(kicked, [run(1, 10)], USER, V6_1).queue.shrinkerHits).toBe(1);
  });

  test('the high watermark takes the place of 256', () => {
    const policy: Policy = { ...V6_1, throttle: { kind: 'watermarks', high: 10, low: 4 } };
    expect(queueInodes(EMPTY_QUEUE, [run(0, 11)], USER, policy)).toMatchObject({ count: 11, throttle: false });
    expect(queueInodes(EMPTY_QUEUE, [run(0, 99)], USER, policy)).toMatchObject({ count: 12, throttle: true });
  });

  test('nothing to queue changes nothing', () => {
    const queue: InodegcQueue = {
      ...EMPTY_QUEUE,
      list: appendInodes(EMPTY_INODE_LIST, [run(0, 2)]),
      items: 2,
      shrinkerHits: 1,
    };
    expect(queueInodes(queue, [], USER, V6_1)).toMatchObject({ queue, count: 0, throttle: false });
  });
});

describe('file system and quota', () => {
  const LOW: InodegcQueue = { ...EMPTY_QUEUE, lowSpace: true };
  const FROZEN: InodegcQueue = { ...EMPTY_QUEUE, enabled: false };

  test('with little space left the work is never put off, and the throttle stays where it was', () => {
    expect(queueInodes(LOW, [run(0, 1)], USER, V6_1)).toMatchObject({ count: 1, immediate: true, throttle: false });
    expect(queueInodes(LOW, [run(0, 300)], USER, V6_1)).toMatchObject({ count: 258, immediate: true, throttle: true });
  });

  test('nor is it for the inode of an owner near a limit', () => {
    const near = { ...USER, nearQuota: true };
    expect(queueInodes(EMPTY_QUEUE, [run(0, 1)], near, V6_1)).toMatchObject({ immediate: true, throttle: false });
    expect(queueInodes(EMPTY_QUEUE, [run(0, 300)], near, V6_1)).toMatchObject({ count: 258, throttle: true });
  });

  test('while inactivation is disabled the list grows without bound and nobody waits, whatever the shrinker said', () => {
    for (const queue of [FROZEN, { ...FROZEN, shrinkerHits: 3 }]) {
      const frozen = queueInodes(queue, [run(0, 1_000)], USER, V6_1);
      expect(frozen).toMatchObject({ count: 1_000, throttle: false });
      expect(queueInodes(frozen.queue, [run(1_000, 1_000)], USER, V6_1)).toMatchObject({
        count: 1_000,
        throttle: false,
      });
      // Once it is enabled again, the next one finds all of them.
      const thawed = { ...frozen.queue, enabled: true };
      expect(queueInodes(thawed, [run(1_000, 9)], USER, V6_1)).toMatchObject({
        count: 1,
        throttle: true,
        immediate: true,
      });
    }
  });

  test('what is remembered of them stays in the queue', () => {
    expect(queueInodes({ ...LOW, enabled: false }, [run(0, 2)], USER, V6_1).queue).toEqual({
      ...LOW,
      enabled: false,
      list: appendInodes(EMPTY_INODE_LIST, [run(0, 2)]),
      items: 2,
    });
  });
});

describe('exemptions', () => {
  const callers: readonly (readonly [string, QueueCaller])[] = [
    ['user', USER],
    ['kswapd', KSWAPD],
    ['direct', DIRECT],
    ['transaction', { ...USER, journalInfo: true }],
    ['nofs', { ...DIRECT, nofs: true }],
    ['disarmed', { ...KSWAPD, disarmed: true }],
  ];
  const exempt = (change: Partial<Policy>): string[] =>
    callers
      .filter(([, caller]) => !queueInodes(EMPTY_QUEUE, [run(0, 1_000)], caller, { ...V6_1, ...change }).throttle)
      .map(([name]) => name);

  const EVERYBODY: readonly Throttle[] = [
    { kind: 'always' },
    { kind: 'timed', ns: 1 },
    { kind: 'watermarks', high: 256, low: 64 },
    { kind: 'outside-rwsem' },
    { kind: 'inline' },
  ];
  test.each(EVERYBODY)('of throttle=$kind', (throttle) => {
    expect(exempt({ throttle })).toEqual(['transaction', 'disarmed']);
  });

  test.each(['skip-kswapd', 'allocators'] as const)('of throttle=%s', (kind) => {
    expect(exempt({ throttle: { kind } })).toEqual(['kswapd', 'transaction', 'disarmed']);
  });

  test('of throttle=skip-reclaim', () => {
    expect(exempt({ throttle: { kind: 'skip-reclaim' } })).toEqual([
      'kswapd',
      'direct',
      'transaction',
      'nofs',
      'disarmed',
    ]);
  });

  test('of exempt=nofs: the test of 6.9 takes the place of journal_info', () => {
    expect(exempt({ exempt: 'nofs' })).toEqual(['nofs', 'disarmed']);
  });

  test('hold for shrinker hits too, and everything is queued', () => {
    const kicked: InodegcQueue = {
      ...EMPTY_QUEUE,
      list: appendInodes(EMPTY_INODE_LIST, [run(0, 1)]),
      items: 1,
      shrinkerHits: 3,
    };
    const policy: Policy = { ...V6_1, throttle: { kind: 'skip-kswapd' } };
    expect(queueInodes(kicked, [run(1, 1_000)], KSWAPD, policy)).toMatchObject({ count: 1_000, throttle: false });
    expect(queueInodes(kicked, [run(1, 1_000)], DIRECT, policy)).toMatchObject({ count: 1, throttle: true });
  });
});

/** Queues piece after piece until one throttles. */
function queueAll(queue: InodegcQueue, pieces: readonly (readonly InodeRun[])[], caller: QueueCaller, policy: Policy) {
  let now = queue;
  let count = 0;
  let last = { immediate: false, throttle: false };
  for (const piece of pieces) {
    const { queue: next, count: more, immediate, throttle } = queueInodes(now, piece, caller, policy);
    [now, count, last] = [next, count + more, { immediate, throttle }];
    if (throttle) break;
  }
  const list = allInodes(now.list).flatMap(({ ino, count: many, fate }) =>
    Array.from({ length: many }, (_, i) => `${ino + i} ${fate}`),
  );
  return { ...last, count, list, items: now.items, shrinkerHits: now.shrinkerHits };
}

test('inodes one by one do what they do in a batch, however it is split', () => {
  const fates = fc.constantFrom<InodeFate>('clean', 'postEof', 'unlinked', 'unlinkedEmpty');
  const runs = fc.array(fc.record({ ino: fc.nat(10_000), count: fc.integer({ min: 1, max: 150 }), fate: fates }), {
    minLength: 1,
    maxLength: 5,
  });
  const queue = fc.record({
    list: runs.map((each) => appendInodes(EMPTY_INODE_LIST, each)),
    enabled: fc.constantFrom(true, true, false),
    lowSpace: fc.constantFrom(false, false, true),
    items: fc.nat(300),
    shrinkerHits: fc.constantFrom(0, 0, 0, 1),
  });
  const caller = fc.constantFrom(USER, USER, KSWAPD, { ...USER, journalInfo: true }, { ...USER, nearQuota: true });
  const policy = fc
    .constantFrom<Throttle>({ kind: 'always' }, { kind: 'skip-kswapd' }, { kind: 'watermarks', high: 100, low: 4 })
    .map((throttle): Policy => ({ ...V6_1, throttle }));
  fc.assert(
    fc.property(
      queue,
      runs,
      fc.array(fc.integer({ min: 1, max: 99 })),
      caller,
      policy,
      (before, inodes, cuts, who, how) => {
        const singles = Array.from(
          { length: countInodes(inodes) },
          (_, i) => takeInodes(takeInodes(inodes, i)[1], 1)[0],
        );
        const split: InodeRun[][] = [];
        let rest: readonly InodeRun[] = inodes;
        for (const cut of [...cuts, countInodes(inodes)]) {
          const [piece, more] = takeInodes(rest, cut);
          if (piece.length > 0) split.push(piece);
          rest = more;
        }
        const batch = queueAll(before, [inodes], who, how);
        expect(queueAll(before, singles, who, how)).toEqual(batch);
        expect(queueAll(before, split, who, how)).toEqual(batch);
      },
    ),
  );
});
