/** Pausable timers: they stand still while the agent has paused them, and keep what is left of them. */
import { expect, test } from 'vitest';
import type { Effect } from './agent.ts';
import { Engine } from './engine.ts';
import type { AgentId } from './event.ts';
import type { Row } from './row.ts';
import { NEVER } from './time.ts';
import { definitions, type Script, scriptedPlan } from './toy-agents.fixture.ts';

const timer = (name: string, ns: number, type: string, pausable: boolean): Effect => {
  const delay = { name: String(ns), times: 1, pausable, background: false };
  return { kind: 'setTimer', timer: name, delay, message: { type } };
};
const setTimer = (name: string, ns: number, type = name): Effect => timer(name, ns, type, false);
const setPausable = (name: string, ns: number, type = name): Effect => timer(name, ns, type, true);
const PAUSE: Effect = { kind: 'pauseTimers' };
const RESUME: Effect = { kind: 'resumeTimers' };
const cancelTimer = (name: string): Effect => ({ kind: 'cancelTimer', timer: name });

/** Runs scripted agents to the end; returns `at to type<from` of each row. */
function trace(scripts: { readonly [id: AgentId]: Script }): string[] {
  const rows: Row[] = [];
  const engine = new Engine({
    plan: scriptedPlan(scripts),
    definitions,
    observers: [{ row: (row) => void rows.push(row) }],
  });
  engine.run(NEVER);
  return rows.map(({ at, to, state }) => `${at} ${to} ${state}`);
}

test('run like any other unless the agent pauses them, and going on twice is nothing', () => {
  expect(trace({ a: { start: [setPausable('t', 10)] } })).toEqual(['10 a t<a']);
  expect(trace({ a: { start: [RESUME, setPausable('t', 10), RESUME] } })).toEqual(['10 a t<a']);
});

test('stand still while they are paused, and go on with what is left; others do not care', () => {
  const start = [setPausable('t', 100), setTimer('off', 3), setTimer('other', 100)];
  const scripts = { a: { start, off: [PAUSE, setTimer('on', 10)], on: [RESUME] } };
  expect(trace(scripts)).toEqual(['3 a off<a', '13 a on<a', '100 a other<a', '110 a t<a']);
});

test('stop as often as need be, and pausing or going on twice is nothing', () => {
  const start = [setPausable('t', 100), setTimer('off', 3)];
  const off = [PAUSE, PAUSE, setTimer('on', 10)];
  const on = [RESUME, RESUME, setTimer('off2', 10)];
  const scripts = { a: { start, off, on, off2: [PAUSE, setTimer('on2', 10)], on2: [RESUME] } };
  // 3 before, 10 between, 87 after the second pause.
  expect(trace(scripts).slice(-2)).toEqual(['33 a on2<a', '120 a t<a']);
});

test('set during a pause wait for its end', () => {
  const start = [PAUSE, setPausable('t', 3), setTimer('on', 10)];
  expect(trace({ a: { start, on: [RESUME] } })).toEqual(['10 a on<a', '13 a t<a']);
  expect(trace({ a: { start: [PAUSE, setPausable('t', 0)] } })).toEqual([]);
});

test('can be cancelled while they stand still', () => {
  const start = [setPausable('t', 100), setPausable('u', 100), setTimer('off', 3)];
  const off = [PAUSE, cancelTimer('t'), setTimer('on', 10)];
  expect(trace({ a: { start, off, on: [RESUME] } }).slice(2)).toEqual(['110 a u<a']);
});

test('are replaced by one of the same name, running or not, of either kind', () => {
  const off = [PAUSE, setPausable('t', 3, 'again'), setTimer('on', 10)];
  const on = [RESUME];
  const start = [setPausable('t', 100), setTimer('off', 3)];
  expect(trace({ a: { start, off, on } })).toEqual(['3 a off<a', '13 a on<a', '16 a again<a']);
  const other = [PAUSE, setTimer('t', 3, 'again')];
  expect(trace({ a: { start, off: other } })).toEqual(['3 a off<a', '6 a again<a']);
  // What was not pausable is now, and stops.
  const stopped = [setPausable('t', 10, 'again'), PAUSE, setTimer('on', 100)];
  expect(trace({ a: { start: [setTimer('t', 100), setTimer('off', 3)], off: stopped, on } })).toEqual([
    '3 a off<a',
    '103 a on<a',
    '113 a again<a',
  ]);
});

test('that stop together go on in the order in which they were set', () => {
  const start = [setPausable('u', 10), setPausable('t', 10), PAUSE, setTimer('on', 3)];
  expect(trace({ a: { start, on: [RESUME] } })).toEqual(['3 a on<a', '13 a u<a', '13 a t<a']);
});

test('that fire are forgotten: the next stop leaves nothing of them', () => {
  const start = [setPausable('t', 3)];
  expect(trace({ a: { start, t: [PAUSE, setTimer('on', 3)], on: [RESUME] } })).toEqual(['3 a t<a', '6 a on<a']);
});

test('draw their delay when they are set, paused or not', () => {
  const drawn = (...effects: Effect[]): number | undefined => {
    const plan = scriptedPlan({ a: { start: [setTimer('on', 3), ...effects], on: [RESUME] } });
    const latency = {
      ...plan.latency,
      delays: { ...plan.latency.delays, 7: { kind: 'uniform', min: 10, max: 900 } },
    } as const;
    const rows: Row[] = [];
    new Engine({ plan: { ...plan, latency }, definitions, observers: [{ row: (row) => void rows.push(row) }] }).run(
      NEVER,
    );
    return rows.find(({ message }) => message.type === 't')?.at;
  };
  const on = drawn(setPausable('t', 7));
  expect(on).toBeGreaterThan(3);
  expect(drawn(PAUSE, setPausable('t', 7))).toBe((on ?? 0) + 3);
});
