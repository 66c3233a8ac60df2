/** Tests of how times are written. */
import { expect, test } from 'vitest';
import { formatDuration, formatSeconds, SECOND } from './time.ts';

test('an instant is written in seconds with all its nanoseconds', () => {
  expect([0, 1, 12_000_345_000, 104 * 86_400 * SECOND + 7].map(formatSeconds)).toEqual([
    '0.000000000',
    '0.000000001',
    '12.000345000',
    '8985600.000000007',
  ]);
});

test('a duration is written in the unit a person would choose', () => {
  expect(
    [0, 850, 999, 1_000, 12_500, 999_900, 1_000_000, 3_200_000, SECOND, 1_500_000_000].map(formatDuration),
  ).toEqual(['0 ns', '850 ns', '999 ns', '1.0 us', '12.5 us', '999.9 us', '1.0 ms', '3.2 ms', '1.00 s', '1.50 s']);
});
