/**
 * SUnreclaim of /proc/meminfo on a Debian 6.1.192 whose 50,000 inodes were inactivated: +112,812 kB when all were, of
 * which the log had the first 28,000 or so, then +99,656 kB when all were in the log, and in the end as before.
 */
import { BUSY_EXTENT, INTENT, LOG_ITEM_BYTES, LOG_VECTOR } from '@dragon/kernel';
import { expect, test } from 'vitest';
import { gapPages, itemsAllocated, itemsFreed, type LogItemSlabs, logItemsOf } from './log-item-slabs.ts';

const INODES = 50_000;
/** Intents that slabinfo counted: of what was logged since the push. */
const INTENTS = 22_158;
const kib = ({ pages }: LogItemSlabs): number => pages * 4;

test('as much as the kernel, before the log is written and after', () => {
  const taken = itemsAllocated(logItemsOf(0), Math.ceil((INODES * LOG_ITEM_BYTES) / 4096));
  const inactivated = itemsFreed(taken, (INODES - INTENTS) * INTENT, false);
  expect(kib(inactivated) / 112_812).toBeCloseTo(1, 2);
  const noIntents = itemsFreed(inactivated, INTENTS * INTENT + INODES * BUSY_EXTENT, false);
  const logged = itemsFreed(noIntents, INODES * LOG_VECTOR, true);
  expect(kib(logged) / 99_656).toBeCloseTo(1, 2);
  // Half of each slab is free, and the next inodes find room there.
  expect(gapPages(logged)).toBeGreaterThan(logged.pages * 0.49);
  expect(itemsAllocated(logged, 1_000)).toMatchObject({ pages: logged.pages });
  const freed = itemsFreed(logged, INODES * LOG_VECTOR, false);
  expect(freed.pages).toBeLessThanOrEqual(2);
});

test('a page more than the gaps have room for is a new one, and all are gone with the last object', () => {
  const slabs = logItemsOf(3 * 4096 - 5);
  expect(slabs.pages).toBe(3);
  expect(itemsAllocated(slabs, 2).pages).toBe(5);
  const gaps = itemsFreed(slabs, 2 * 4096, true);
  expect([gaps.pages, gapPages(gaps), itemsAllocated(gaps, 3).pages]).toEqual([3, 2, 4]);
  expect(itemsFreed(gaps, gaps.bytes, false)).toEqual({ pages: 0, bytes: 0 });
  expect(() => itemsFreed(gaps, gaps.bytes + 1, false)).toThrow('log items are freed, and there are');
});
