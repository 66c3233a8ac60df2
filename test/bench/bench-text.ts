/** The output of benches for a person, in 80 columns. */
import { textTable } from '@dragon/report';
import { wrap } from '../../packages/cli/src/paragraphs.ts';
import type { Bench } from './bench.ts';
import { figureCells, groupsOf } from './figure-cells.ts';
import type { BenchResult } from './run-bench.ts';

const COLUMNS = 80;
/** Of a figure's own words; the rest is numbers. */
const WORDS = 30;

/** Returns what there is to run. */
export function benchList(benches: readonly Bench[]): string {
  const lines = benches.flatMap(({ name, about, seconds }) => {
    const [first = '', ...rest] = wrap(about, 50);
    return [[name, first, `at most ${seconds} s`], ...rest.map((line) => ['', line, ''])];
  });
  return linesOf(textTable(lines));
}

/** Returns the lines above a bench's figures. */
export function benchHeading({ name, about, seconds }: Bench): string {
  return linesOf(['', ...wrap(`${name}: ${about} (at most ${seconds} s)`, COLUMNS)]);
}

/** Returns the figures, those with the same peer together. */
export function benchText({ figures, leftOut }: BenchResult): string {
  const head = ['', 'value', 'turns', 'reach', 'aim', 'met'];
  const groups = groupsOf(figures);
  const cells = groups.map(({ figures: those }) => those.map(figureCells));
  // One table, so that all columns are in line; the peers stand between its rows.
  const rows = cells.flat().flatMap(({ about, value, turns, reach, aim, met }) => {
    const [first = '', ...rest] = wrap(about, WORDS);
    return [[first, value, turns, reach, aim, met], ...rest.map((line) => [line])];
  });
  const [headLine = '', ...lines] = textTable([head, ...rows], '  ');
  const out = figures.length === 0 ? [] : [headLine];
  let at = 0;
  for (const [i, { against }] of groups.entries()) {
    out.push(...wrap(`against ${against}:`, COLUMNS));
    const count = (cells[i] ?? []).reduce((sum, { about }) => sum + wrap(about, WORDS).length, 0);
    out.push(...lines.slice(at, at + count));
    at += count;
  }
  return linesOf([...out, ...leftOut.flatMap((why) => wrap(`left out: ${why}`, COLUMNS))]);
}

const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
