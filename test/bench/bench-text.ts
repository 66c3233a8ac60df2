/** The output of benches for a person, in 80 columns. */
import { textTable, wrap } from '@dragon/report';
import type { Bench } from './bench.ts';
import { figureCells, groupsOf } from './figure-cells.ts';
import type { BenchResult } from './run-bench.ts';

const WIDTH = 80;
/** Of a figure's own words; the rest is numbers. */
const WORDS = 30;

/** Returns what there is to run. */
export function benchList(benches: readonly Bench[]): string {
  const lines = benches.flatMap(({ name, about, seconds }) => {
    const [first = '', ...rest] = wrap(about, 50);
    return [[name, first, `at most ${seconds} s`], ...rest.map((line) => ['', line, ''])];
  });
  return linesOf(textTable(lines, { width: WIDTH }));
}

/** Returns the lines above a bench's figures. */
export function benchHeading({ name, about, seconds }: Bench): string {
  return linesOf(['', ...wrap(`${name}: ${about} (at most ${seconds} s)`, WIDTH)]);
}

/** Returns the figures, those with the same peer together. */
export function benchText({ figures, leftOut }: BenchResult): string {
  const head = ['', 'value', 'turns', 'reach', 'aim', 'met'];
  const rows = groupsOf(figures).flatMap(({ against, figures: those }) => [
    ...wrap(`against ${against}:`, WIDTH).map((line) => [line]),
    ...those.map(figureCells).flatMap(({ about, value, turns, reach, aim, met }) => {
      const [first = '', ...rest] = wrap(about, WORDS);
      return [[first, value, turns, reach, aim, met], ...rest.map((line) => [line, ''])];
    }),
  ]);
  const out = figures.length === 0 ? [] : textTable(rows, { width: WIDTH, indent: '  ', head });
  return linesOf([...out, ...leftOut.flatMap((why) => wrap(`left out: ${why}`, WIDTH))]);
}

const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
