/** Two traces side by side. */
import { expect, test } from 'vitest';
import { comparedText, compareStatistics } from './compare-statistics.ts';
import { excerptLines, parsed } from './recorded-traces.fixture.io.ts';
import { traceStatistics } from './trace-statistics.ts';

test('a trace is like itself', () => {
  const statistics = traceStatistics(parsed(excerptLines()).events);
  const rows = compareStatistics(statistics, statistics);
  expect(rows.length).toBeGreaterThan(20);
  for (const { name, real, simulated, ratio } of rows) {
    expect(real, name).toBe(simulated);
    if (real !== 0) expect(ratio, name).toBe(1);
  }
});

test('what only one of them has, has no ratio', () => {
  const statistics = traceStatistics(parsed(excerptLines()).events);
  const rows = compareStatistics(statistics, traceStatistics([]));
  const text = comparedText(rows, 80);
  expect(text[0]).toMatch(/^ +real +simulated +ratio$/);
  expect(rows.find(({ name }) => name === 'throttled p50')).toMatchObject({
    unit: 'ns',
    simulated: undefined,
    ratio: undefined,
  });
  expect(rows.find(({ name }) => name === 'inodes queued')).toMatchObject({ simulated: 0, ratio: 0 });
});
