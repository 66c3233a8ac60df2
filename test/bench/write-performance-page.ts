/** Writer of docs/performance.md: figures and plots are kept beside it, and the page has what they say. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bench-programs.ts';
import {
  keptAfter,
  type KeptResults,
  PAGE,
  PAGE_FOLDER,
  performancePage,
  performancePlots,
} from './performance-page.ts';
import type { BenchResult, Machine } from './run-bench.ts';

/** Returns what the page was made of. */
export function readKeptResults(): KeptResults {
  return JSON.parse(readFileSync(join(ROOT, PAGE_FOLDER, 'figures.json'), 'utf8')) as KeptResults;
}

/** Puts the results in place of earlier ones of the same benches. */
export function writePerformancePage(results: readonly BenchResult[], machine: Machine): void {
  writeKeptResults(keptAfter(readKeptResults(), results, machine));
}

/** Writes figures, plots and tables; the prose of the page stays. */
export function writeKeptResults(kept: KeptResults): void {
  const page = join(ROOT, PAGE);
  const text = performancePage(readFileSync(page, 'utf8'), kept);
  writeFileSync(join(ROOT, PAGE_FOLDER, 'figures.json'), `${JSON.stringify(kept, asKept, 1)}\n`);
  for (const [name, plot] of performancePlots(kept)) writeFileSync(join(ROOT, PAGE_FOLDER, name), plot);
  writeFileSync(page, text);
}

/** More digits of a measured number say nothing. */
const asKept = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(6)) : value;
