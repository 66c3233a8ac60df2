/**
 * The page docs/performance.md says what its figures say, and its plots show them. `UPDATE_GOLDEN=1` makes both anew of
 * the figures that are there.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './bench-programs.ts';
import { BENCHES } from './benches.ts';
import { keptAfter, PAGE, PAGE_FOLDER, performancePage, performancePlots } from './performance-page.ts';
import { readKeptResults, writeKeptResults } from './write-performance-page.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

if (process.env['UPDATE_GOLDEN'] === '1') writeKeptResults(readKeptResults());

test('the tables are those of the figures, and there is one for each bench', () => {
  const kept = readKeptResults();
  const page = read(PAGE);
  expect(performancePage(page, kept)).toBe(page);
  expect(kept.benches.map(({ bench }) => bench)).toEqual(BENCHES.map(({ name }) => name));
});

test('the plots are those of the figures, and the page shows each', () => {
  const plots = performancePlots(readKeptResults());
  expect(readdirSync(join(ROOT, PAGE_FOLDER)).sort()).toEqual(['figures.json', ...plots.keys()].sort());
  const page = read(PAGE);
  for (const [name, plot] of plots) {
    expect(read(`${PAGE_FOLDER}/${name}`)).toBe(plot);
    // Viewers of pictures know no variables.
    expect(plot).not.toContain('var(');
    expect(page).toContain(`(performance/${name})`);
  }
});

test('a new run takes the place of the last one of the same bench, and leaves the others', () => {
  const kept = readKeptResults();
  const machine = { node: 'v1', cpu: 'an abacus', cores: 1 };
  const figure = { name: 'ring.over-actors', about: 'hand-overs', value: 2, unit: 'x', against: 'hands' };
  const after = keptAfter(kept, [{ bench: 'ring', seconds: 1, figures: [figure], leftOut: [] }], machine);
  expect(after.benches.map(({ bench }) => bench)).toEqual(kept.benches.map(({ bench }) => bench));
  const page = performancePage(read(PAGE), after);
  expect(page).toContain('| hand-overs | 2 x |  | hands |\n\n`pnpm bench ring`: 1 s on an abacus, 1 core, Node v1.');
  expect(after.benches.filter(({ bench }) => bench !== 'ring')).toEqual(
    kept.benches.filter(({ bench }) => bench !== 'ring'),
  );
});
