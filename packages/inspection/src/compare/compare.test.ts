/** Tests of two runs side by side: the same run has no difference, another one's is the one that dragon diff names. */
import { LocalRun } from '@dragon/engine';
import { kernelFinders, lengthRange, runRows, diffRows, type TraceDiff } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { Execution } from '../execution.ts';
import { FirstDifference } from '../first-difference.ts';
import { RunRecord } from '../run-record.ts';
import { comparisonOffers } from './comparison-offers.ts';
import { RunDifference } from './run-difference.ts';
import { runFigures } from './run-figures.ts';
import { timeDifferences } from './time-differences.ts';
import { WAIT_STEPS, waitLengths } from './wait-lengths.ts';

const asked = (policy?: string) => requestRun(readRun({ scenario: 'seed-deadlock', policy }));

function recorded(policy?: string): RunRecord {
  const request = asked(policy);
  const execution = new Execution(request.plan(), request.heading, request.command);
  const record = new RunRecord(execution.opening);
  while (!execution.isOver) record.append(execution.advance(100_000));
  return record;
}

function difference(policy?: string): TraceDiff | undefined {
  const comparison = new RunDifference(asked().plan(), asked(policy).plan());
  let found: TraceDiff | undefined;
  while (found === undefined) found = comparison.advance(500);
  return found;
}

const seed = recorded();
const cured = recorded('throttle=skip-kswapd');
const span = Math.min(seed.edge, cured.edge);

test('the same run has no difference', () => {
  expect(difference()).toEqual({ equal: true, rows: seed.rows });
  expect(timeDifferences(seed, recorded(), seed.edge)).toEqual([]);
});

test('the first difference is that of the rows of both, with the fields of their messages', () => {
  const rows = (policy?: string) =>
    runRows((onRow) => new LocalRun(asked(policy).plan(), DEFINITIONS, { finders: kernelFinders().finders, onRow }));
  for (const policy of ['throttle=skip-kswapd', 'shrinkers=srcu'])
    expect(difference(policy), policy).toEqual(diffRows(rows(), rows(policy)));
  const found = difference('throttle=skip-kswapd');
  expect(found).toMatchObject({ equal: false, row: 1 + (new FirstDifference(seed, cured).row() ?? -1) });
});

test('what is offered are cures of this run first, and each makes another one', () => {
  const offers = comparisonOffers(asked());
  expect(offers[0]).toMatchObject({ change: 'throttle=skip-kswapd', cures: 'deadlock' });
  expect(offers.at(-1)).toMatchObject({ change: 'seed 2' });
  const headings = offers.map(({ texts }) => requestRun(readRun(texts)).heading);
  expect(new Set([asked().heading, ...headings]).size).toBe(offers.length + 1);
  const [back] = comparisonOffers(asked('throttle=skip-kswapd'));
  expect(back && requestRun(readRun(back.texts)).heading).toBe(asked().heading);
  expect(comparisonOffers({ command: {} })).toEqual([]);
  const { command } = requestRun(readRun({ scenario: 'seed-deadlock', set: ['tasks=2'] }));
  for (const { texts } of comparisonOffers({ command })) expect(texts.set).toEqual(['tasks=2']);
});

test('waits are counted by length, and those that last apart', () => {
  for (const record of [seed, cured]) {
    const { count, lasting, steps, median, longest } = waitLengths(record, span);
    expect(steps.reduce((sum, step) => sum + step, lasting)).toBe(count);
    expect(median).toBeLessThanOrEqual(longest);
  }
  expect(waitLengths(seed, span).lasting).toBe(10);
  expect(WAIT_STEPS.map((to, i) => lengthRange(WAIT_STEPS[i - 1] ?? 0, to)).at(-1)).toBe('1 s and more');
});

test('times by state add up, and who waits for ever in one of the runs comes first', () => {
  const differences = timeDifferences(seed, cured, span);
  for (const { one, other } of differences)
    for (const times of [one, other]) expect(times.reduce((sum, time) => sum + time, 0)).toBeCloseTo(span, -1);
  expect(differences[0]?.moved).toBeGreaterThan(0);
  expect(differences.map(({ agent }) => agent)).toContain('kswapd/0');
});

test('the most inodes in no count are those of the instant when they were most', () => {
  expect(runFigures(seed)).toMatchObject({ events: seed.rows, kills: 0, stalls: 0 });
  expect(runFigures(seed).uncounted?.most).toBeGreaterThan(0);
});
