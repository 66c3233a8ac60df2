/** Tests of how a page that cannot keep up finds that out. */
import { expect, test } from 'vitest';
import { UpdateRate } from './update-rate.ts';

/** Two seconds of 30 changes each, with so many frames a second; returns what the last frame said. */
function after(frames: number) {
  const rate = new UpdateRate();
  let lag = rate.frame(0, 0, false);
  for (let i = 1; i <= 2 * frames; i += 1) lag = rate.frame((1_000 * i) / frames, Math.floor((30 * i) / frames), true);
  return lag;
}

test('a page that shows all it is told, or nearly, says nothing', () => {
  expect(after(60)).toBeUndefined();
  expect(after(27)).toBeUndefined();
});

test('a slow page says how much of it it shows, until it is faster again', () => {
  expect(after(12)).toEqual({ shown: 12, told: 30 });
  const rate = new UpdateRate();
  rate.frame(0, 0, false);
  expect(rate.frame(1_000, 30, true)).toEqual({ shown: 1, told: 30 });
  expect(rate.frame(1_500, 30, true)).toEqual({ shown: 1, told: 30 });
  expect(rate.frame(2_000, 30, true)).toBeUndefined();
});
