/** The page is as wide as the terminal, within bounds, and as a reader of a file expects it. */
import { expect, test } from 'vitest';
import { pageWidth } from './page-width.ts';

test.each([
  [100, undefined, 100],
  [200, undefined, 120],
  [20, undefined, 40],
  [100, '60', 100],
  [undefined, undefined, 80],
  [undefined, '60', 60],
  [undefined, '200', 120],
  [undefined, '0', 80],
  [undefined, '-5', 80],
  [undefined, 'wide', 80],
  [undefined, '', 80],
  [0, '90', 90],
])('a terminal of %s columns, COLUMNS=%s: %i', (terminal, said, width) => {
  expect(pageWidth(terminal, said)).toBe(width);
});
