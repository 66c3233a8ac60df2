/** A numbered name is made once, whatever the order in which names are asked for. */
import { expect, test } from 'vitest';
import { numbered } from './numbered.ts';

test('names are made in order, and once', () => {
  const made: number[] = [];
  const nameOf = numbered((number) => {
    made.push(number);
    return `cpu/${number}`;
  });
  expect([nameOf(2), nameOf(0), nameOf(2)]).toEqual(['cpu/2', 'cpu/0', 'cpu/2']);
  expect(made).toEqual([0, 1, 2]);
});

test('what is no number of anything has a name all the same, and no table is filled for it', () => {
  const nameOf = numbered((number) => `cpu/${number}`);
  expect([-1, 0.5, Number.NaN, 2 ** 40].map(nameOf)).toEqual(['cpu/-1', 'cpu/0.5', 'cpu/NaN', 'cpu/1099511627776']);
});
