/** A comparison from its runs to its tables, sentences and files. */
import { expect, test } from 'vitest';
import { cellDetails, compareCell } from './compare-cell.ts';
import { edgeLines } from './compare-edges.ts';
import { compareCsv } from './compare-csv.ts';
import { headlineLines } from './compare-headline.ts';
import { compareHtml } from './compare-html.ts';
import { compareJson } from './compare-json.ts';
import { compareTable, sensitivityLines } from './compare-table.ts';
import { waitLines } from './compare-waits.ts';
import { compareVerdict } from './compare-verdict.ts';
import { fixtureComparison, fixtureMeasures } from './comparison.fixture.ts';
import type { Comparison } from './comparison.ts';
import { escapeHtml } from './html-text.ts';
import { MeasureHistogram } from './measure-histogram.ts';
import { compareRankings, rankPolicies } from './policy-ranking.ts';
import { grouped, percent, shortDuration } from './short-number.ts';

const SEED_MAIL = ['throttle=always', 'throttle=skip-kswapd'];
const LONG = 'throttle=timed(10ms),accounting=queued-counted';

test('the table, the verdict and what they depend on', { timeout: 20_000 }, async () => {
  const verdicts = [
    fixtureComparison(SEED_MAIL),
    fixtureComparison(SEED_MAIL.toReversed()),
    fixtureComparison(SEED_MAIL, 3),
    fixtureComparison(['throttle=timed(10ms)', 'throttle=outside-rwsem']),
    fixtureComparison(['v6.1']),
    fixtureComparison([...SEED_MAIL, LONG]),
    fixtureComparison(['throttle=outside-rwsem', 'v6.7', LONG]),
    fixtureComparison([...SEED_MAIL, 'throttle=always,shrinkers=srcu'], 4),
  ];
  const blocks = verdicts.map((comparison) => [
    `${comparison.policies.join(' | ')}, seeds ${comparison.seeds}`,
    ...headlineLines(comparison, 120),
    '',
    ...compareTable(comparison, 120),
    compareVerdict(comparison),
    ...(comparison.sensitivity === null ? [] : sensitivityLines(comparison.sensitivity, 120)),
    ...(comparison.edges === null ? [] : edgeLines(comparison.edges, 120)),
    '',
  ]);
  await expect(blocks.flat().join('\n')).toMatchFileSnapshot('comparison.golden.txt');
});

test('the CSV has a row for each cell, each with a value for each column', async () => {
  const csv = compareCsv(fixtureComparison([...SEED_MAIL, LONG], 10, [1, 4]));
  await expect(csv).toMatchFileSnapshot('comparison.golden.csv');
  const rows = csv.trimEnd().split('\n');
  expect(rows).toHaveLength(7);
  expect(rows[5]).toContain(`,"${LONG}",`);
  const columns = rows.map((row) => row.replace(/"[^"]*"/g, '').split(',').length);
  expect(new Set(columns).size).toBe(1);
});

test('what programs read has the promised keys, in order, and no infinity', () => {
  const json = JSON.parse(JSON.stringify(compareJson(fixtureComparison(SEED_MAIL, 10)))) as Record<string, unknown>;
  expect(Object.keys(json).slice(0, 3)).toEqual(['scenario', 'seeds', 'cells']);
  const [cell, ...others] = json['cells'] as Record<string, object>[];
  expect(others).toHaveLength(5);
  expect(Object.keys(cell ?? {})).toEqual(
    'policy cpus runs deadlocks ooms unaccountedAtOom kswapdStallNs allocStallNs recoveredNs inactivatedPerSecond waitsNs'.split(
      ' ',
    ),
  );
  expect(Object.keys(cell?.['kswapdStallNs'] ?? {})).toEqual(['p50', 'p99', 'max']);
  expect(cell).toMatchObject({ policy: 'throttle=always', cpus: 1, runs: 10, recoveredNs: { p50: null } });
});

test('who waited beside reclaim stands in tables of their own, in the CSV and in JSON', () => {
  const plain = fixtureComparison(SEED_MAIL, 6, [4]);
  expect(waitLines(plain, 120)).toEqual([]);
  expect(report(plain)).not.toContain('Who else waited');
  const waitsP99Ns = { statfs: { low: 1_900_000_000, high: 2_100_000_000 } };
  const waitsNs = { statfs: { p50: 0, p99: 2_000_000_000, max: 2_500_000_000, unfinished: 1 } };
  const comparison = {
    ...plain,
    cells: plain.cells.map((cell, i) => (i === 0 ? { ...cell, waitsNs } : cell)),
    details: plain.details.map((each, i) => (i === 0 ? { ...each, waitsP99Ns } : each)),
  };
  expect(waitLines(comparison, 120)).toEqual([
    'who waits  policy  CPUs   p50  p99       95 % CI     max',
    'statfs     always     4  0 ns  2 s  1.9 s..2.1 s  2.5 s+',
  ]);
  expect(report(comparison)).toContain(
    '<td>statfs</td><td>always</td><td>4</td><td>0 ns</td><td>2 s</td><td>1.9 s..2.1 s</td><td>2.5 s+</td>',
  );
  const [head = '', first = '', second = ''] = compareCsv(comparison).split('\n');
  const at = head.split(',').indexOf('statfs_wait_p99_ns');
  expect(first.split(',').slice(at, at + 5)).toEqual(['2000000000', '1900000000', '2100000000', '2500000000', '1']);
  expect(second.split(',').slice(at, at + 5)).toEqual(['', '', '', '', '']);
});

test('p99 of a wait is as well known as that of the same stalls of kswapd, and with fewer than 6 runs not at all', () => {
  const runs = (count: number) =>
    Array.from({ length: count }, (_, seed) => {
      const measures = fixtureMeasures('throttle=always', 4, seed);
      return { seed, measures: { ...measures, waits: { mount: measures.kswapdStalls } } };
    });
  const { waitsP99Ns, kswapdStallP99Ns } = cellDetails(runs(8));
  expect(kswapdStallP99Ns).not.toBe(null);
  expect(waitsP99Ns).toEqual({ mount: kswapdStallP99Ns });
  expect(cellDetails(runs(5)).waitsP99Ns).toEqual({});
});

test('half of the runs or more that never recover have no median time to it', () => {
  const run = (recoveredNs: number | null, seed: number) => ({
    seed,
    measures: { ...fixtureMeasures('x', 4, 1), pressure: { from: 0, recoveredNs } },
  });
  const p50 = (...times: (number | null)[]) => compareCell('x', 4, times.map(run)).recoveredNs.p50;
  expect(p50(5, null, 7)).toBe(7);
  expect(p50(5, null, null)).toBeNull();
  expect(p50(5, null)).toBe(5);
});

test('rankings: failures first, then stalls, and equal where nothing tells them apart', () => {
  const ranked = (...policies: string[]) =>
    rankPolicies(
      policies.map((policy) => ({ policy, measures: [1, 2, 3, 4, 5].map((seed) => fixtureMeasures(policy, 1, seed)) })),
    );
  const usual = ranked('throttle=always', 'throttle=outside-rwsem', 'v6.7');
  expect(usual.map((place) => place.map(({ policy }) => policy))).toEqual([
    ['throttle=outside-rwsem', 'v6.7'],
    ['throttle=always'],
  ]);
  expect(compareRankings(usual, usual)).toBe('none');
  expect(compareRankings(usual, usual.toReversed())).toBe('order');
  expect(compareRankings(usual, [usual.flat()])).toBe('tie');
});

test('the report is whole, loads nothing, and leads to a run for each cell', () => {
  const comparison = fixtureComparison(SEED_MAIL, 10);
  const text = report(comparison);
  expect(text).toMatch(/^<!doctype html>\n[\s\S]*<\/html>\n$/);
  expect(text).not.toMatch(/<script|<link|<img|\bsrc=|url\(|@import|https?:/);
  const targets = [...text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(targets).size).toBe(6);
  for (const id of targets) expect(text).toContain(`id="${id}"`);
  expect(text.match(/npx dragon run big-cache --seed \d+/g)?.length).toBeGreaterThanOrEqual(6);
  expect(text).toContain(escapeHtml(compareVerdict(comparison)));
  expect(text).not.toMatch(/undefined|NaN|\[object/);
  // All of a mark's line can be clicked, not its dot alone.
  const marks = text
    .split('<svg ')
    .slice(1)
    .flatMap((plot) => plot.split('</svg>')[0]?.split('<a ').slice(1) ?? []);
  expect(marks.length).toBeGreaterThan(6);
  for (const mark of marks) expect(mark).toContain('class="hit"');
  expect(report(fixtureComparison(SEED_MAIL, 10))).toBe(text);
});

test('where kswapd never waits, a task that does is the worst that happens', () => {
  const calm = fixtureMeasures('throttle=timed(10ms)', 4, 1);
  const hung = { ...calm, allocStalls: { samples: MeasureHistogram.of([26_400_000_000]).data(), unfinished: 0 } };
  const runs = [calm, hung].map((measures, i) => ({ seed: i + 1, measures }));
  expect(cellDetails(runs).worst.seed).toBe(2);
  expect(cellDetails(runs.toReversed()).worst.seed).toBe(2);
});

test('every text in the report is escaped', () => {
  const evil = `<img src=x onerror="alert('1')">&`;
  const comparison: Comparison = { ...fixtureComparison([evil, 'v6.7'], 6, [4]), scenario: evil, seeds: evil };
  const text = report(comparison, evil);
  expect(text).not.toContain('<img');
  expect(text).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;');
});

test.each([
  [0, '0 ns'],
  [999, '999 ns'],
  [1_234, '1.23 us'],
  [12_345_678, '12.3 ms'],
  [151_000_000, '151 ms'],
  [999_960_000, '1 s'],
  [4_910_000_000, '4.91 s'],
  [300_000_000_000, '300 s'],
  [-2_500_000, '-2.5 ms'],
  [Infinity, 'never'],
  [null, '-'],
])('%s ns is %s', (ns, text) => {
  expect(shortDuration(ns)).toBe(text);
});

test('counts and shares', () => {
  expect([0, 999, 1_000, 1_234_567, null].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567', '-']);
  expect([0, 0.004, 0.0095, 0.07, 0.996, 1].map(percent)).toEqual(['0', '0.4', '1', '7', '100', '100']);
});

function report(comparison: Comparison, text = 'dragon'): string {
  return compareHtml(comparison, {
    replay: (_, seed) => `npx dragon run big-cache --seed ${seed}`,
    command: text,
    version: text,
    estimated: [text],
  });
}
