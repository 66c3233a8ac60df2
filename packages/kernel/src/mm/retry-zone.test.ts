/** should_reclaim_retry's numbers: kernel reference 3.5. */
import { expect, test } from 'vitest';
import { retryVerdict, zoneReclaimablePages } from './retry-zone.ts';

test('slab is not reclaimable; without file pages the free ones count twice (6.1.y)', () => {
  expect(zoneReclaimablePages(3_527, 11_317)).toBe(3_527);
  expect(zoneReclaimablePages(0, 11_317)).toBe(11_317);
});

test('the recorded decision: 3,527 on the LRU and 11,317 free are more than 11,618', () => {
  const verdict = retryVerdict({ reclaimable: 3_527, free: 11_317, minWmark: 11_618 }, true, 0, false);
  expect(verdict).toMatchObject({ available: 14_844, noProgressLoops: 0, wmarkCheck: true, retry: true });
});

test('it can say no after a single round, whatever progress there was', () => {
  const zone = { reclaimable: 300, free: 724, minWmark: 1_024 };
  expect(retryVerdict(zone, true, 0, false)).toMatchObject({ noProgressLoops: 0, wmarkCheck: false, retry: false });
});

test('the seventeenth round in vain is the last, and the zone is not looked at then', () => {
  const zone = { reclaimable: 9_000, free: 1_000, minWmark: 1_024 };
  expect(retryVerdict(zone, false, 15, false)).toMatchObject({ noProgressLoops: 16, wmarkCheck: true, retry: true });
  expect(retryVerdict(zone, false, 16, false)).toMatchObject({ noProgressLoops: 17, wmarkCheck: null, retry: false });
  expect(retryVerdict(zone, true, 16, false)).toMatchObject({ noProgressLoops: 0, retry: true });
});

test('a victim of the OOM killer needs half of it', () => {
  const zone = { reclaimable: 256, free: 257, minWmark: 1_024 };
  expect(retryVerdict(zone, true, 0, true).retry).toBe(true);
  expect(retryVerdict({ ...zone, free: 256 }, true, 0, true).retry).toBe(false);
});
