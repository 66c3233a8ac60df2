/** Tests that what is said of a watched run is compared with what its plan makes, and that no difference is missed. */
import { readRun, requestRun } from '@dragon/scenarios';
import { expect, test } from 'vitest';
import { agentMarks } from '../chart/agent-marks.ts';
import { stretchesBack } from '../chart/stretches-back.ts';
import { Execution } from '../execution.ts';
import { RunRecord } from '../run-record.ts';
import { type InspectedStep, readInspectFrame } from './inspect-frame.ts';
import { stateAhead } from './state-ahead.ts';
import { StepCheck } from './step-check.ts';

const request = requestRun(readRun({ scenario: 'seed-deadlock' }));
const whole = recorded(Number.MAX_SAFE_INTEGER);

function recorded(events: number): RunRecord {
  const execution = new Execution(request.plan(), request.heading);
  const record = new RunRecord(execution.opening);
  record.append(execution.advance(events));
  return record;
}

/** What the run's process says after each event of an agent. */
const said = (agent: string): InspectedStep[] =>
  Array.from({ length: whole.rows }, (_, row) => whole.row(row))
    .flatMap((row) => (row?.to === agent ? [row] : []))
    .map(({ at, message, state }, i) => ({ agent, seq: i + 1, t: at, name: state.text, edges: [], message }));

const kswapd = said('kswapd/0');
const start: InspectedStep = {
  agent: 'kswapd/0',
  seq: 0,
  t: 0,
  name: whole.start(whole.placeOf('kswapd/0')).text,
  edges: [],
  message: undefined,
};

test('every step of a run is the one of its record', () => {
  const check = new StepCheck(whole);
  for (const step of [start, ...kswapd, ...said('inodegc/0')]) check.take(step);
  expect(check.check()).toBeUndefined();
  expect(check.compared).toBe(1 + kswapd.length + said('inodegc/0').length);
});

test('a step that differs is found, whatever of it differs', () => {
  const [last] = kswapd.slice(-1);
  if (last === undefined) throw new Error('kswapd has no steps');
  const tampered = [{ name: `${last.name}x` }, { t: last.t - 1 }, { seq: kswapd.length + 1 }, { seq: 0 }];
  for (const change of tampered) {
    const check = new StepCheck(whole);
    check.take({ ...last, ...change });
    expect(check.check(), JSON.stringify(change)).toMatchObject({ agent: 'kswapd/0' });
  }
});

test('what is ahead of the record stands for it, and is compared when the record has come there', () => {
  const record = recorded(0);
  const execution = new Execution(request.plan(), request.heading);
  const check = new StepCheck(record);
  const step = kswapd.at(40);
  if (step === undefined) throw new Error('kswapd has too few steps');
  check.take({ ...step, name: 'balancing.tampered' });
  expect(check.check()).toBeUndefined();
  expect(check.ahead('kswapd/0')).toMatchObject({ seq: 41, name: 'balancing.tampered' });
  for (let found = check.check(); found === undefined; found = check.check()) record.append(execution.advance(100));
  expect(check.ahead('kswapd/0')).toBeUndefined();
  expect(record.end).toBeUndefined();
});

test('a card ahead of its record begins with what was told, and goes back into the record', () => {
  const record = recorded(0);
  const place = record.placeOf('kswapd/0');
  const index = record.chartOf('kswapd');
  const edge = index?.edges.find(({ target }) => target.length > 0);
  const step = kswapd.find(({ name }) => name !== start.name);
  if (step === undefined || edge === undefined) throw new Error('kswapd does nothing');
  const ahead = stateAhead(record, { ...step, edges: [edge] });
  expect(ahead).toMatchObject({ state: { kind: 'kswapd' }, since: step.t, cause: { taken: [edge.number] } });
  expect([...stretchesBack(record, place, 0, ahead)].map(({ state }) => state)).toEqual([step.name, start.name]);
  expect(agentMarks(record, 'kswapd/0', 0, new Map(), undefined, ahead)).toMatchObject({
    active: index?.read(step.name).active,
    taken: new Set([edge.number]),
  });
  expect(stateAhead(record, start)).toBeUndefined();
});

test('a page that begins to look in mid-run does not know which event it sees, and compares from the next on', () => {
  const check = new StepCheck(whole);
  const [first, second] = kswapd;
  if (first === undefined || second === undefined) throw new Error('kswapd has too few steps');
  check.take({ ...first, seq: null, message: undefined, name: 'of some later event' });
  check.take(second);
  expect(check.check()).toBeUndefined();
  expect(check.compared).toBe(1);
  check.keep(['inodegc/0']);
  expect(check.ahead('kswapd/0')).toBeUndefined();
});

test('a frame is read if it has the form of the protocol, and nothing else is taken for one', () => {
  const frame = (event: unknown, type = 'service.state') =>
    JSON.stringify({ type, sessionId: 'kswapd/0', state: JSON.stringify({ value: 'asleep', _event: event }) });
  const edges = [{ source: 'asleep', target: ['awake'], by: 'kswapd.wake', index: 0 }];
  const $sim = { seq: 3, t: 7, name: 'awake', edges };
  expect(readInspectFrame(frame({ name: 'kswapd.wake', $sim }))).toEqual({
    agent: 'kswapd/0',
    message: 'kswapd.wake',
    ...$sim,
  });
  expect(readInspectFrame(frame({ name: 'xstate.init', $sim }, 'service.register'))).toMatchObject({
    message: undefined,
  });
  expect(readInspectFrame(JSON.stringify({ type: 'service.stop', sessionId: 'kswapd/0' }))).toBeUndefined();
  const bad = [
    'no JSON',
    'null',
    '7',
    '{}',
    '{"type":"service.state"}',
    '{"type":"service.state","sessionId":"a","state":"no JSON"}',
    frame(null),
    frame({ name: 'a' }),
    ...[
      { ...$sim, seq: -1 },
      { ...$sim, seq: '3' },
      { ...$sim, t: 0.5 },
      { ...$sim, name: null },
      { ...$sim, edges: [{ ...edges[0], target: 'awake' }] },
      { ...$sim, edges: {} },
    ].map((each) => frame({ name: 'a', $sim: each })),
  ];
  expect(bad.map(readInspectFrame)).toEqual(bad.map(() => 'unreadable'));
});
