/** A walk of the shrinkers as its thread sees it: what it holds, what it asks for, what it gives back. */
import { describe, expect, test } from 'vitest';
import { SHRINKER_RWSEM, SHRINKERS_SRCU } from '../locking/resources.ts';
import type { ShrinkerInfo } from './do-shrink-slab.ts';
import type { InodeRun } from '../xfs/inode.ts';
import { profileNamed } from '../policy/policy.ts';
import {
  debtNoted,
  debtPaid,
  debtTaken,
  deferredCount,
  evictionBegun,
  flushAbandoned,
  inlineInodeTaken,
  inodesQueued,
  inodesReclaimed,
  objectsCounted,
  objectsLookedAt,
  objectsScanned,
  objectsToScan,
  queueCaller,
  rcuCredited,
  type ReclaimContext,
  reclaimContext,
  scanDone,
  scanEndHits,
  scanStartHits,
  shrinkerChosen,
  walkEntered,
  walkLeft,
} from './slab-walk.ts';
import { NEW_WALK, type SlabWalk } from './walk-state.ts';
import { asleep, holding } from '../sched/task.ts';

const SUPERBLOCK: ShrinkerInfo = { id: 'sb', owner: 'inode-cache', seeks: 2, batch: 1024 };
const run = (ino: number, count: number, fate: InodeRun['fate'] = 'clean'): InodeRun => ({ ino, count, fate });

const NEW: ReclaimContext = {
  ...reclaimContext({
    self: 'kswapd/0',
    policy: profileNamed('v6.1').policy,
    cpus: [0, 1],
    gfpFs: true,
    kswapd: true,
    reclaimState: true,
    priority: 9,
    caller: 'kswapd',
  }),
  cpu: 1,
};

type Change = (context: ReclaimContext) => Partial<ReclaimContext>;
const after = (...changes: readonly Change[]): ReclaimContext =>
  changes.reduce((context, change) => ({ ...context, ...change(context) }), NEW);
const holds = (context: ReclaimContext): string[] =>
  context.task.holds.map(({ resource, mode }) => `${resource} ${mode}`);
const withWalk =
  (walk: Partial<SlabWalk>): Change =>
  (context) => ({ walk: { ...context.walk, ...walk } });

const enter: Change = (context) => walkEntered(context, SHRINKER_RWSEM);
const choose: Change = (context) => shrinkerChosen(context, SUPERBLOCK, 300, null);
const count: Change = (context) => objectsCounted(context, 500_000);
const answer = (more: Partial<Parameters<typeof objectsScanned>[1]> = {}): Change => {
  return (context) =>
    objectsScanned(context, {
      freed: 7,
      stop: false,
      dispose: [run(1, 40)],
      umountHeld: true,
      dentries: 0,
      fsShare: 0,
      credit: 0,
      ...more,
    });
};

describe('locks', () => {
  test('a walk holds the list for reading until it leaves', () => {
    expect(holds(after(enter))).toEqual(['shrinker_rwsem R']);
    expect(holds(after(enter, walkLeft))).toEqual([]);
    expect(holds(after((context) => walkEntered(context, SHRINKERS_SRCU), walkLeft))).toEqual([]);
    expect(holds(after((context) => walkEntered(context, null)))).toEqual([]);
  });

  test('what the thread holds besides stays', () => {
    const outer: Change = ({ task }) => ({ task: holding(task, 'ILOCK', 'W') });
    expect(holds(after(outer, enter, walkLeft))).toEqual(['ILOCK W']);
  });

  test('with reference counts it holds one shrinker at a time', () => {
    const reference =
      (id: string): Change =>
      (context) =>
        shrinkerChosen(context, { ...SUPERBLOCK, id }, 0, `shrinker ${id} refs`);
    const one = after((context) => walkEntered(context, null), reference('a'));
    expect(holds(one)).toEqual(['shrinker a refs R']);
    expect(holds({ ...one, ...reference('b')(one) })).toEqual(['shrinker b refs R']);
    expect(holds({ ...one, ...shrinkerChosen(one, null, 0, null) })).toEqual([]);
    expect(holds({ ...one, ...walkLeft(one) })).toEqual([]);
  });

  test('s_umount is held from the scan until its disposal is done', () => {
    const scanning = after(enter, choose, count, answer());
    expect(holds(scanning)).toEqual(['shrinker_rwsem R', 's_umount R']);
    expect(holds({ ...scanning, ...scanDone(scanning) })).toEqual(['shrinker_rwsem R']);
    expect(holds(after(enter, choose, count, answer({ umountHeld: false, stop: true }), scanDone))).toEqual([
      'shrinker_rwsem R',
    ]);
  });

  test('a new walk remembers nothing of the last', () => {
    const before = after(withWalk({ freed: 9, debts: [1], disarmed: true, nrDeferred: 5 }));
    expect({ ...before, ...enter(before) }.walk).toEqual({ ...NEW_WALK, lock: SHRINKER_RWSEM });
  });
});

describe('counts', () => {
  test('the shrinker is asked for a batch as long as one is due', () => {
    expect(objectsToScan(after(enter))).toBe(0);
    expect(objectsToScan(after(enter, choose))).toBe(0);
    expect(objectsToScan(after(enter, choose, count))).toBe(1024);
    expect(objectsToScan(after(enter, choose, count, answer(), scanDone))).toBe(0);
  });

  test('what was not scanned is given back as deferred', () => {
    expect(deferredCount(after(enter, choose))).toBe(300);
    expect(deferredCount(after(enter, choose, (context) => objectsCounted(context, 0)))).toBe(300);
    expect(deferredCount(after(enter, choose, count))).toBe(300 + 1952);
    expect(deferredCount(after(enter, choose, count, answer(), scanDone))).toBe(300 + 1952 - 1024);
  });

  test('what was freed is summed up over the walk', () => {
    const once = after(enter, choose, count, answer(), scanDone);
    expect(once.walk.freed).toBe(7);
    const next = [choose, count, answer({ freed: 5 }), scanDone].reduce(
      (context, change) => ({ ...context, ...change(context) }),
      once,
    );
    expect(next.walk.freed).toBe(12);
  });

  test('SHRINK_STOP ends the scan of this shrinker: nothing counts as scanned or freed', () => {
    const stopped = after(enter, choose, count, answer({ stop: true, freed: 9 }), scanDone);
    expect([objectsToScan(stopped), deferredCount(stopped), stopped.walk.freed]).toEqual([0, 300 + 1952, 0]);
  });

  test('a shrinker without objects is not scanned', () => {
    expect(after(enter, choose, (context) => objectsCounted(context, 0)).walk.scan).toBeNull();
    expect(objectsCounted(after(enter), 5)).toEqual({});
    expect(scanDone(after(enter, choose))).toEqual({});
  });
});

describe('credit', () => {
  test('is what the scans gave back in this context, over the whole walk, and not what they freed', () => {
    const once = after(
      enter,
      choose,
      count,
      answer({ credit: 12 }),
      (context) => inodesReclaimed(context, { type: 'task.inodesReclaimed', looked: 64, freed: 0, credit: 3 }),
      scanDone,
    );
    expect([once.walk.credit, once.walk.freed]).toEqual([15, 7]);
    const twice = [choose, count, answer({ credit: 4, freed: 0 }), scanDone].reduce(
      (context, change) => ({ ...context, ...change(context) }),
      once,
    );
    expect(twice.walk.credit).toBe(19);
  });
  test('of RCU is what came free in an interrupt, and joins the walk that is under way or comes next', () => {
    const freed: Change = (context) => rcuCredited(context, { type: 'task.rcuFreed', cpu: 1, turn: 1, pages: 4 });
    expect(after(freed, enter, freed, choose, count, answer({ credit: 12 }), scanDone).walk.credit).toBe(20);
  });
});

describe('tracepoints', () => {
  test('a scan says what it was given, what it did and what it gives back', () => {
    const begun = after(enter, choose, count);
    expect(scanStartHits(begun)).toEqual([
      {
        kind: 'trace',
        event: 'mm_shrink_slab_start',
        fields: {
          shrink: 'super_cache_scan',
          nid: 0,
          nrObjectsToShrink: 300,
          gfpFlags: 'GFP_KERNEL',
          cacheItems: 500_000,
          delta: 1952,
          totalScan: 1952,
          priority: 9,
        },
      },
    ]);
    expect(scanEndHits(after(enter, choose, count, answer(), scanDone))).toEqual([
      {
        kind: 'trace',
        event: 'mm_shrink_slab_end',
        fields: {
          shrink: 'super_cache_scan',
          nid: 0,
          unusedScan: 300,
          newScan: 300 + 1952 - 1024,
          retval: 7,
          totalScan: 1952 - 1024,
        },
      },
    ]);
  });

  test('a scan that was stopped leaves its total as it was', () => {
    const [stopped] = scanEndHits(after(enter, choose, count, answer({ stop: true }), scanDone));
    expect(stopped?.fields).toMatchObject({ retval: 0, totalScan: 1952 });
  });

  test('nothing to count, nothing to say', () => {
    const empty = after(enter, choose, (context) => objectsCounted(context, 0));
    expect([...scanStartHits(empty), ...scanEndHits(empty)]).toEqual([]);
  });

  test('the time of a scan is that of the objects that its LRU walks looked at', () => {
    expect(objectsLookedAt(after(enter, choose, count, answer({ fsShare: 100 })))).toBe(924);
  });
});

describe('disposal', () => {
  test('takes 32 at most, all of which need inactivation, or none', () => {
    const dispose = [run(1, 40), run(90, 5, 'postEof'), run(200, 3, 'unlinked'), run(7, 1)];
    const disposing = after(withWalk({ dispose }), evictionBegun);
    expect(disposing.walk).toMatchObject({ evicted: [run(1, 32)], dispose: [run(33, 8), ...dispose.slice(1)] });
    const next = { ...disposing, ...evictionBegun(disposing) };
    expect(next.walk).toMatchObject({ evicted: [run(33, 8)], dispose: dispose.slice(1) });
    expect(evictionBegun(next).walk).toMatchObject({ evicted: dispose.slice(1, 3), dispose: [run(7, 1)] });
    expect(after(evictionBegun).walk).toMatchObject({ evicted: [], dispose: [] });
    const many = withWalk({ dispose: Array.from({ length: 60 }, (_, i) => run(10 * i, 1, 'postEof')) });
    expect(after(many, evictionBegun).walk.evicted).toHaveLength(32);
    const small: Change = ({ geometry }) => ({ geometry: { ...geometry, evictBatch: 2 } });
    expect(after(small, many, evictionBegun).walk.evicted).toHaveLength(2);
  });

  test('what the queue did not take is queued again', () => {
    const evicted = withWalk({ evicted: [run(1, 32, 'postEof')] });
    expect(after(evicted, (context) => inodesQueued(context, 5)).walk.evicted).toEqual([run(6, 27, 'postEof')]);
    expect(after(evicted, (context) => inodesQueued(context, 32)).walk.evicted).toEqual([]);
  });

  test('inline, one inode after the other', () => {
    const first = after(withWalk({ evicted: [run(5, 2, 'unlinked')] }), inlineInodeTaken);
    expect([first.inode, first.walk.evicted]).toEqual([{ ino: 5, fate: 'unlinked' }, [run(6, 1, 'unlinked')]]);
    const second = { ...first, ...inlineInodeTaken(first) };
    expect([second.inode, second.walk.evicted]).toEqual([{ ino: 6, fate: 'unlinked' }, []]);
    expect(() => inlineInodeTaken(second)).toThrow('no evicted inode left');
  });
});

describe('throttle', () => {
  test('the queue sees kswapd outside any transaction', () => {
    expect(queueCaller(NEW)).toEqual({
      journalInfo: false,
      nofs: false,
      kswapd: true,
      reclaimState: true,
      disarmed: false,
      nearQuota: false,
    });
    expect(queueCaller({ ...NEW, gfpFs: false, kswapd: false, reclaimState: false })).toMatchObject({
      nofs: true,
      kswapd: false,
      reclaimState: false,
    });
  });

  test('a noted debt disarms the throttle for the rest of the scan call, and no longer', () => {
    const noted = after(enter, choose, count, answer(), (context) => inodesQueued(context, 1), debtNoted);
    expect(queueCaller(noted).disarmed).toBe(true);
    expect(queueCaller({ ...noted, ...answer()(noted) }).disarmed).toBe(false);
    expect(queueCaller({ ...noted, ...choose(noted) }).disarmed).toBe(false);
  });

  test('each CPU is owed once, and paid in order', () => {
    const queue: Change = (context) => inodesQueued(context, 0);
    const other: Change = () => ({ cpu: 0 });
    // The queue that it put the inodes on is the one it owes, wherever it is by now.
    const owing = after(queue, debtNoted, debtNoted, other, debtNoted, queue, debtNoted);
    expect(owing.walk.debts).toEqual([1, 0]);
    expect(debtTaken(owing)).toEqual({ queuedOn: 1 });
    expect(debtPaid(owing)).toMatchObject({ walk: { debts: [0] }, queuedOn: null });
  });

  test('a flush that is given up may be answered all the same: the next one has another token', () => {
    const once = after(flushAbandoned);
    expect([NEW.token, once.token, flushAbandoned(once).token]).toEqual([0, 1, 0]);
    expect(queueCaller(once).disarmed).toBe(true);
  });

  test('the walk ends where it began: awake or asleep is not its business', () => {
    const sleeping = after(enter, ({ task }) => ({ task: asleep(task, 'gc[0].work', []) }));
    expect(walkLeft(sleeping).task).toMatchObject({ waitsFor: { resource: 'gc[0].work' }, holds: [] });
  });
});
