/** The decisions stand in the order of their numbers, and the table above them names each once. */
import { expect, test } from 'vitest';
import { readText } from './repository.ts';

const [table = '', ...entries] = readText('docs/decisions.md').split(/^(?=## )/m);
const numbers = entries.map((entry) => Number(/^## (\d+)\. /.exec(entry)?.[1]));

/** Of a cell as `13, 17 barriers · 14 profiles`. */
const named = table.split('\n').flatMap((row) => {
  const [, , cell = ''] = row.split('|');
  const items = cell.split(' · ').flatMap((item) => /^ *(\d+(?:, \d+)*) /.exec(item)?.[1]?.split(', ') ?? []);
  return items.map(Number);
});

test('decisions stand in the order of their numbers', () => {
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(numbers.filter((number, i) => numbers.indexOf(number) !== i)).toEqual([]);
});

test('the table names every decision once, and no other', () => {
  expect(named.toSorted((a, b) => a - b)).toEqual(numbers);
});
