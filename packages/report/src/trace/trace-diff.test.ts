/** Tests of the comparison of two runs. */
import { type AgentDefinition, type Json, type Plan, type Row, LocalRun, type RunOptions } from '@dragon/engine';
import { expect, test } from 'vitest';
import { fieldDifferences } from './field-differences.ts';
import { replayTranscript } from '../../../../test/golden/golden-transcript.ts';
import { runRows } from './run-lines.ts';
import { SEED_PLAN, seedHistory } from '../seed-deadlock.fixture.ts';
import { diffRows, formatTraceDiff } from './trace-diff.ts';
import { WaitForGraph } from '../wait-for-graph.ts';

const ROWS = seedHistory('kswapd/0');

/** What a golden case does to the second run. */
const CHANGES: Readonly<Record<string, (rows: Row[]) => Row[]>> = {
  nothing: (rows) => rows,
  time: (rows) => rows.map((row, i) => (i < 4 ? row : { ...row, at: row.at + 1500 })),
  fields: (rows) =>
    rows.map((row, i) =>
      i === 5
        ? { ...row, from: 'ag/0', seq: 9, state: 'idle', message: { type: 'ag.lock', buffer: { name: 'AGI' } } }
        : row,
    ),
  shorter: (rows) => rows.slice(0, 2),
  first: (rows) => rows.slice(1),
};

test('the first difference is shown with the rows around it', () => {
  const { expected, actual } = replayTranscript(
    new URL('./trace-diff.golden.txt', import.meta.url),
    ({ command: [, change = '', context] }) => {
      const diff = diffRows(ROWS, CHANGES[change]?.([...ROWS]) ?? [], Number(context));
      return formatTraceDiff(diff, { left: 'a.trace', right: 'b.trace', colour: false, width: 80 });
    },
  );
  expect(actual).toBe(expected);
});

test('the longer side may be either', () => {
  expect(diffRows(ROWS.slice(0, 2), ROWS)).toMatchObject({ equal: false, row: 3, left: [], fields: [] });
  expect(diffRows([], [])).toEqual({ equal: true, rows: 0 });
});

test('fields are named by their path, whatever the order of keys', () => {
  expect(fieldDifferences({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toEqual([]);
  expect(fieldDifferences({ a: [1, { c: 2 }], b: null }, { a: [1, { c: 3 }, 4] }, 'message')).toEqual([
    { path: 'message.a[1].c', left: 2, right: 3 },
    { path: 'message.a[2]', left: undefined, right: 4 },
    { path: 'message.b', left: null, right: undefined },
  ]);
  const named = JSON.parse('{"toString": 1, "__proto__": 2}') as Json;
  expect(fieldDifferences(named, {})).toEqual([
    { path: '__proto__', left: 2, right: undefined },
    { path: 'toString', left: 1, right: undefined },
  ]);
});

test('a run is compared with its trace row by row, while it goes on', () => {
  const ticker: AgentDefinition<number> = {
    kind: 'ticker',
    init: () => ({ state: 0, effects: [tick] }),
    receive: (state) => ({ state: state + 1, effects: [tick] }),
    describe: (state) => `at ${state}`,
    facts: () => ({}),
    save: (state) => state,
    restore: Number,
  };
  const plan: Plan = {
    ...SEED_PLAN,
    agents: [{ id: 'ticker', kind: 'ticker', params: null }],
    latency: { delays: { tick: { kind: 'uniform', min: 1, max: 9 } }, links: { default: 1 } },
    until: 50_000,
  };
  const start = (seed: number) => (onRow: RunOptions['onRow']) =>
    new LocalRun({ ...plan, seed }, new Map([['ticker', ticker]]), { finders: [new WaitForGraph()], onRow });
  const trace = [...runRows(start(1))];
  expect(trace.length).toBeGreaterThan(8192);
  expect(diffRows(trace, runRows(start(1)))).toEqual({ equal: true, rows: trace.length });
  expect(diffRows(trace, runRows(start(2)))).toMatchObject({ equal: false });
});

const tick = {
  kind: 'setTimer',
  timer: 'tick',
  delay: { name: 'tick', times: 1, pausable: false, background: false },
  message: { type: 'ticker.tick' },
} as const;
