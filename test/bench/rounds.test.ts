/** The rounds of a bench: how many there are, in which order, and which count. */
import { expect, test } from 'vitest';
import { takeRounds } from './take-rounds.ts';
import { TimeBox } from './time-box.ts';

const open = new AbortController().signal;

test('there is one round at least, and no more than are asked for', () => {
  expect([...new TimeBox(0).rounds(5)]).toEqual([0]);
  expect([...new TimeBox(60).rounds(3)]).toEqual([0, 1, 2]);
  expect([...new TimeBox(0).rounds(5, 2)]).toEqual([0, 1]);
});

test('each round goes the other way, and the first only warms up', async () => {
  const turns: string[] = [];
  const turn = (name: string) => async () => turns.push(name);
  const taken = await takeRounds({ box: new TimeBox(60), most: 3, signal: open }, { a: turn('a'), b: turn('b') });
  expect(turns.join('')).toBe('abbaab');
  expect(taken).toEqual({ a: [4, 5], b: [3, 6] });
});

test('cold, the first round counts', async () => {
  expect(await takeRounds({ box: new TimeBox(0), most: 3, signal: open, cold: true }, { a: async () => 7 })).toEqual({
    a: [7],
  });
});

test('the round in which time is over does not count; without another one, the bench has failed', async () => {
  const failing = async (most: number) => {
    const over = new AbortController();
    let turns = 0;
    const a = async () => {
      turns += 1;
      if (turns < 3) return turns;
      over.abort();
      throw new Error('it was ended');
    };
    return takeRounds({ box: new TimeBox(60), most, signal: over.signal }, { a });
  };
  expect(await failing(3)).toEqual({ a: [2] });
  const a = async () => {
    throw new Error('it is broken');
  };
  await expect(takeRounds({ box: new TimeBox(60), most: 2, signal: open }, { a })).rejects.toThrow('it is broken');
});
