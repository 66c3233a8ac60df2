/** The arithmetic of do_shrink_slab against the numbers of kernel reference 3.6 and 1.6. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  afterBatch,
  afterStop,
  beginScan,
  deferredAfter,
  nextBatch,
  scanFunction,
  type ShrinkerInfo,
  type SlabScan,
} from './do-shrink-slab.ts';

const SUPERBLOCK: ShrinkerInfo = { id: 'sb', owner: 'inode-cache', seeks: 2, batch: 1024 };
const INODEGC: ShrinkerInfo = { id: 'inodegc', owner: 'inode-cache', seeks: 0, batch: 2049 };

/** Scans all that it is asked for. */
function scanAll(shrinker: ShrinkerInfo, freeable: number, nrDeferred: number, priority: number): SlabScan {
  let scan = beginScan(shrinker, freeable, nrDeferred, priority);
  for (let n = nextBatch(shrinker, scan); n > 0; n = nextBatch(shrinker, scan)) scan = afterBatch(scan, n, 1);
  return scan;
}

/**
 * Returns how many objects a pass scans at each priority from 12 downwards, each inheriting what the one before it
 * deferred.
 */
function ladder(freeable: number, lastPriority: number): number[] {
  let deferred = 0;
  return Array.from({ length: 13 - lastPriority }, (_, i) => {
    const scan = scanAll(SUPERBLOCK, freeable, deferred, 12 - i);
    deferred = deferredAfter(scan);
    return scan.scanned;
  });
}

test('a pass over 500,000 objects: nothing at the first three priorities, everything twice at the last', () => {
  expect(ladder(500_000, 0)).toEqual([0, 0, 0, 1024, 3072, 7168, 15360, 30720, 62464, 124928, 250880, 501760, 999424]);
});

test('a pass over 50,000 objects: nothing until priority 6', () => {
  expect(ladder(50_000, 6)).toEqual([0, 0, 0, 0, 0, 0, 1024]);
});

test('the inodegc shrinker: nothing at priority 12, then a scan at 11', () => {
  const first = beginScan(INODEGC, 4096, 0, 12);
  expect([first.total, nextBatch(INODEGC, first), deferredAfter(first)]).toEqual([2048, 0, 2048]);
  const second = beginScan(INODEGC, 4096, 2048, 11);
  expect([second.total, nextBatch(INODEGC, second)]).toEqual([2049, 2049]);
});

/**
 * Returns, for passes at one priority each of which ends with SHRINK_STOP, whether they scan and what is deferred after
 * them.
 */
function passes(count: number, priority: number): (readonly [scans: boolean, deferred: number])[] {
  let deferred = 0;
  return Array.from({ length: count }, () => {
    const scan = beginScan(INODEGC, 4096, deferred, priority);
    deferred = deferredAfter(scan);
    return [nextBatch(INODEGC, scan) > 0, deferred] as const;
  });
}

test('the inodegc shrinker at a constant priority 12 scans from the third pass on; its deferred count stops at 8192', () => {
  expect(passes(6, 12)).toEqual([
    [false, 2048],
    [false, 4096],
    [true, 6144],
    [true, 8192],
    [true, 8192],
    [true, 8192],
  ]);
});

test('deferred work counts only by its share of the priority', () => {
  expect(beginScan(SUPERBLOCK, 500_000, 4880, 12).total - beginScan(SUPERBLOCK, 500_000, 0, 12).total).toBe(1);
  expect(beginScan(SUPERBLOCK, 500_000, 4880, 0).total).toBe(1_000_000);
  expect(beginScan(SUPERBLOCK, 500_000, 4880, 3).total).toBe(125_000 + 610);
});

test('fewer objects than a batch are scanned once as many are due as there are', () => {
  expect(nextBatch(SUPERBLOCK, beginScan(SUPERBLOCK, 100, 0, 1))).toBe(100);
  expect(nextBatch(SUPERBLOCK, beginScan(SUPERBLOCK, 100, 0, 2))).toBe(0);
  expect(deferredAfter(beginScan(SUPERBLOCK, 100, 0, 2))).toBe(50);
});

test('what was scanned is off what is deferred; what was freed is summed up', () => {
  const scan = scanAll(SUPERBLOCK, 500_000, 300, 9);
  expect([scan.delta, scan.scanned, scan.freed, deferredAfter(scan)]).toEqual([1952, 1024, 1, 300 + 1952 - 1024]);
});

test('SHRINK_STOP: the loop is over, the total stays, and all of it is deferred', () => {
  const stopped = afterStop(beginScan(SUPERBLOCK, 500_000, 300, 9));
  expect([nextBatch(SUPERBLOCK, stopped), stopped.total, deferredAfter(stopped)]).toEqual([0, 1952, 2252]);
});

test('more scanned than deferred and due: nothing is deferred, never less than nothing', () => {
  // The deferred count enters by its share only, so what is scanned of it beyond that would be owed back.
  const scan = scanAll(SUPERBLOCK, 100, 0, 0);
  expect([scan.scanned, scan.delta, deferredAfter(scan)]).toEqual([200, 200, 0]);
  expect(deferredAfter(afterBatch(beginScan(SUPERBLOCK, 5_000, 0, 12), 1024, 0))).toBe(0);
  expect(deferredAfter(beginScan(SUPERBLOCK, 10, 1_000_000, 12))).toBe(20);
});

test('the scans that the pressure trace recorded', () => {
  // kswapd, 18.263691 s: 53783 objects, 2314 deferred, priority 5: delta 3360, total 3432; three batches of 1024, 2602
  // deferred.
  const recorded = beginScan(SUPERBLOCK, 53_783, 2314, 5);
  expect([recorded.delta, recorded.total]).toEqual([3360, 3432]);
  const done = scanAll(SUPERBLOCK, 53_783, 2314, 5);
  expect([done.total, done.scanned, deferredAfter(done)]).toEqual([360, 3072, 2602]);
  // 18.338325 s: 50242 objects, 2816 deferred, priority 2.
  expect(beginScan(SUPERBLOCK, 50_242, 2816, 2)).toMatchObject({ delta: 25_120, total: 25_824 });
});

test('the names of the tracepoints', () => {
  const named = (id: string): string => scanFunction({ ...SUPERBLOCK, id });
  expect(['sb-xfs:sda', 'xfs-buf:sda', 'xfs-inodegc:sda', 'xfs-buf:xfile'].map(named)).toEqual([
    'super_cache_scan',
    'xfs_buftarg_shrink_scan',
    'xfs_inodegc_shrinker_scan',
    'xfs_buftarg_shrink_scan',
  ]);
});

test('counts stay within their bounds', () => {
  const shrinker = fc.record({
    id: fc.constant('s'),
    owner: fc.constant('o'),
    seeks: fc.nat(4),
    batch: fc.integer({ min: 10, max: 3000 }),
  });
  fc.assert(
    fc.property(
      shrinker,
      fc.integer({ min: 1, max: 20_000 }),
      fc.nat(60_000),
      fc.nat(12),
      (info, freeable, nr, priority) => {
        let scan = beginScan(info, freeable, nr, priority);
        expect(scan.total).toBeLessThanOrEqual(2 * freeable);
        const due = scan.total;
        const asked: number[] = [];
        for (let n = nextBatch(info, scan); n > 0; n = nextBatch(info, scan)) {
          asked.push(n);
          scan = afterBatch(scan, n, 0);
        }
        // All but the last are whole batches.
        expect(asked.slice(0, -1).every((n) => n === info.batch)).toBe(true);
        expect(asked.at(-1) ?? 0).toBeLessThanOrEqual(info.batch);
        expect(scan.scanned + scan.total).toBe(due);
        // What is left is less than a batch, and than there are objects.
        expect(scan.total).toBeLessThan(Math.min(info.batch, freeable));
        expect(Number.isSafeInteger(scan.scanned)).toBe(true);
        const left = deferredAfter(scan);
        expect(left).toBe(Math.min(Math.max(nr + scan.delta - scan.scanned, 0), 2 * freeable));
      },
    ),
  );
});
