/** Bad frames are counted each, and told of in few lines that no sender can make long or strange. */
import { expect, test } from 'vitest';
import { BadFrames } from './bad-frames.ts';

function open() {
  const told: string[] = [];
  return { told, badFrames: new BadFrames((text) => told.push(text)) };
}

test('thousands at once are one line, and another one for the rest', () => {
  const { told, badFrames } = open();
  for (let index = 1; index <= 5_000; index += 1) badFrames.add(`problem ${index}`);
  badFrames.flush();
  badFrames.flush();
  expect(badFrames.count).toBe(5_000);
  const [first, ...rest] = told;
  expect(first).toBe('dropped a bad frame: problem 1');
  expect(rest.at(-1)).toMatch(/^dropped \d+ bad frames, the last one: problem 5000$/);
  // A machine that stands still for a second makes one more.
  expect(rest.length).toBeLessThan(4);
});

test('what is quoted is short, and cannot steer a terminal', () => {
  const { told, badFrames } = open();
  badFrames.add(`\u001b[31mEVIL\u001b]0;pwn\u0007\u009b2J${'x'.repeat(9_000)}`);
  expect(told[0]).toMatch(/^dropped a bad frame: \?\[31mEVIL\?\]0;pwn\?\?2Jx{150,}$/);
  expect(told[0]?.length).toBeLessThan(300);
});
