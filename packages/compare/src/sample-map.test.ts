/** A map over a space in which it is known where a policy kills. */
import { expect, test } from 'vitest';
import { fixtureMeasures } from './comparison.fixture.ts';
import { latinHypercube } from './latin-hypercube.ts';
import { sampleCsv, sampleJson, sampleLines } from './sample-table.ts';
import { mapSample, type SampledRun, type SampleMap } from './sample-map.ts';
import { sampleHtml } from './sample-html.ts';
import { type SampleRange, valueAt } from './sample-range.ts';

const RANGES: readonly SampleRange[] = [
  { key: 'inodes', least: 1_000, most: 1_000_000, step: 1, textOf: String },
  { key: 'cpus', least: 1, most: 9, step: 1, textOf: String },
];

/** `a` kills with more than 100,000 inodes in two runs of three, `b` never; nothing can be made at the first point. */
function fixtureMap(): SampleMap {
  const points = latinHypercube(12, 2, 1).map((point) => RANGES.map((range, i) => valueAt(range, point[i] ?? 0)));
  const run = (policy: string, inodes: number, seed: number): SampledRun => {
    const kills = policy === 'throttle=a' && inodes > 100_000 && seed > 1;
    const oom = { kills: 1, firstAt: 2, unaccounted: 3, census: null };
    const quiet = fixtureMeasures('v6.7', 4, seed);
    return { seed, ended: seed === 3 ? 'cut' : 'ran', measures: { ...quiet, oom: kills ? oom : null } };
  };
  const cells = points.flatMap(([inodes = 0], point) =>
    ['throttle=a', 'v6.7,x=<&>'].map((policy) => ({
      point,
      policy,
      runs: [1, 2, 3].map((seed) =>
        point === 0 ? { seed, ended: 'no-room' as const, measures: null } : run(policy, inodes, seed),
      ),
    })),
  );
  return mapSample({
    scenario: 'big-cache',
    seeds: '1..3',
    until: 60,
    mostEvents: 1_000,
    policies: ['throttle=a', 'v6.7,x=<&>'],
    ranges: RANGES,
    points,
    cells,
  });
}

test('shares are of points, by thirds, and what ended otherwise is said', async () => {
  const map = fixtureMap();
  const many = map.points.filter(([inodes = 0], point) => inodes > 100_000 && point > 0).length;
  const [a, b] = map.policyMaps;
  expect(a?.all.ooms).toMatchObject({ points: 11, count: many });
  expect(a?.thirds.map(({ key, shares }) => [key, shares.ooms.count]).slice(0, 3)).toEqual([
    ['inodes', 0],
    ['inodes', 0],
    ['inodes', many],
  ]);
  const points = (key: string) =>
    (a?.thirds ?? []).filter((each) => each.key === key).map((each) => each.shares.ooms.points);
  for (const { key } of RANGES) expect(points(key).reduce((sum, each) => sum + each, 0)).toBe(11);
  expect(b?.all.ooms.count).toBe(0);
  expect(map.ended).toEqual({ ran: 44, 'no-room': 6, cut: 22 });
  await expect(`${sampleLines(map, 100).join('\n')}\n`).toMatchFileSnapshot('sample-map.golden.txt');
});

test('the CSV has a row for each run, and JSON has no infinity', () => {
  const map = fixtureMap();
  const rows = sampleCsv(map).trimEnd().split('\n');
  expect(rows).toHaveLength(1 + 72);
  expect(rows[0]).toBe(
    'scenario,point,inodes,cpus,policy,seed,ended,deadlock_at_ns,oom_kills,first_kill_at_ns,kswapd_stall_max_ns,alloc_stall_max_ns,ended_at_ns,events',
  );
  expect(new Set(rows.map((row) => row.replace(/"[^"]*"/g, '').split(',').length)).size).toBe(1);
  expect(JSON.parse(JSON.stringify(sampleJson(map)))).toEqual(sampleJson(map));
});

test('the report has a plot of each pair for each candidate, with every point in it, and loads nothing', () => {
  const text = sampleHtml(fixtureMap(), { command: 'dragon <compare>', version: '1' });
  expect(text).toMatch(/^<!doctype html>\n[\s\S]*<\/html>\n$/);
  expect(text).not.toMatch(/<script|<link|<img|\bsrc=|url\(|@import|https?:|undefined|NaN|\[object|x=<&>|<compare>/);
  const plots = text.split('<svg viewBox').slice(1);
  expect(plots).toHaveLength(2);
  for (const plot of plots) expect(plot.split('</svg>')[0]?.match(/class="point/g)).toHaveLength(12);
});
