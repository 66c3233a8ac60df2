/** Tests of the record of a run: that it says what the run's rows and facts say, at any instant, however it was cut. */
import { LocalRun, type Row } from '@dragon/engine';
import { reportFinders } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { Execution } from './execution.ts';
import { RunRecord } from './run-record.ts';
import { STATE_LOOKS } from './state-look.ts';

const request = requestRun(readRun({ scenario: 'seed-deadlock' }));
const plan = request.plan();

function recorded(most: number): RunRecord {
  const execution = new Execution(plan, request.heading);
  const record = new RunRecord(execution.opening);
  while (!execution.isOver) record.append(execution.advance(most));
  return record;
}

function directRun() {
  const rows: Row[] = [];
  const { finders, graph } = reportFinders(plan);
  const run = new LocalRun(plan, DEFINITIONS, { finders, onRow: (row) => void rows.push(row) });
  while (run.advance(Number.MAX_SAFE_INTEGER));
  return { rows, result: run.result(), graph };
}

test('a record has the rows, the findings and the digest of the run, whatever the size of its chunks', () => {
  const { rows, result } = directRun();
  for (const most of [1, 100, 1_000_000]) {
    const record = recorded(most);
    expect(record.rows).toBe(rows.length);
    expect(record.end).toMatchObject({ outcome: 'deadlock', digest: result.digest });
    expect(record.findings).toEqual(result.findings);
    for (const [i, { at, to, from, message, state }] of rows.entries())
      expect(record.row(i)).toMatchObject({ at, to, from, message: message.type, state: { text: state } });
  }
});

test('the transitions of a row lead from the state before it to the state after', () => {
  const record = recorded(10);
  let moved = 0;
  for (const [place, { kind }] of record.agents.entries()) {
    const index = record.chartOf(kind);
    const lane = record.lane(place);
    for (let stretch = 1; stretch < lane.stretches; stretch += 1) {
      const [before, after] = [stretch - 1, stretch].map((each) => index?.read(lane.stateOf(each, place).text));
      const taken = record.taken(lane.rowOf(stretch)).flatMap((number) => index?.edges[number] ?? []);
      if (taken.length === 0) continue;
      moved += 1;
      expect(before?.active.has(taken[0]?.source ?? '') || taken[0]?.source === '').toBe(true);
      const entered = taken.flatMap(({ target }) => target);
      const left = [...(after?.active ?? [])].filter((path) => !before?.active.has(path));
      expect(left.every((path) => entered.some((each) => path.startsWith(each) || each.startsWith(path)))).toBe(true);
    }
  }
  expect(moved).toBeGreaterThan(300);
});

test('an agent is in the state of its last row, at every instant', () => {
  const { rows } = directRun();
  const record = recorded(97);
  const states = new Map<string, string>();
  for (const [i, { at, to, state }] of rows.entries()) {
    states.set(to, state);
    if (rows[i + 1]?.at === at) continue;
    for (const [agent, text] of states) expect(record.now(record.placeOf(agent), at).state.text).toBe(text);
  }
});

test('waits at an instant are the same forwards, backwards and at random', () => {
  const record = recorded(1_000);
  const instants = Array.from({ length: 60 }, (_, i) => ((i * 7_919) % 60) * (record.edge / 60));
  const said = (t: number) =>
    [...record.waitsAt(t).tasks].map(([agent, { waitsFor, waitingSince, holds }]) => ({
      agent,
      waitsFor: waitsFor?.resource,
      waitingSince,
      holds,
    }));
  const fresh = (t: number) => {
    const other = recorded(1_000);
    other.waitsAt(t);
    return [...other.waitsAt(t).tasks].map(([agent, { waitsFor, waitingSince, holds }]) => ({
      agent,
      waitsFor: waitsFor?.resource,
      waitingSince,
      holds,
    }));
  };
  for (const t of instants.slice(0, 6)) expect(said(t)).toEqual(fresh(t));
  const forwards = instants.toSorted((a, b) => a - b).map(said);
  const backwards = instants.toSorted((a, b) => b - a).map(said);
  expect(backwards.toReversed()).toEqual(forwards);
  const last = record.waitsAt(record.edge);
  expect(last.blockers('kswapd/0')).toEqual(['inodegc/0']);
  expect(last.blockers('inodegc/0')).toEqual(['repair/0']);
  expect(last.blockers('repair/0')).toEqual(['kswapd/0']);
});

test('shares of an interval add up to it', () => {
  const record = recorded(1_000);
  for (const place of record.agents.keys()) {
    const lane = record.lane(place);
    for (const [from, to] of [
      [0, record.edge],
      [13_000_000, 64_100_000],
      [474_000_000, 474_800_001],
    ] as const) {
      const shares = lane.shares(from, to, place);
      expect(shares).toHaveLength(STATE_LOOKS.length);
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
      expect(shares.reduce((sum, share) => sum + share)).toBe(to - from);
    }
  }
});
