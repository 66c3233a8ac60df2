/**
 * Timers in CPU time: they run while the agent has the CPU, stand still while it has not, and keep what is left of
 * them.
 */
import { expect, test } from 'vitest';
import type { Effect } from './agent.ts';
import { Engine } from './engine.ts';
import type { AgentId } from './event.ts';
import { rowReader } from './readers.ts';
import type { Row } from './row.ts';
import { NEVER } from './time.ts';
import { definitions, type Script, scriptedPlan } from './toy-agents.fixture.ts';

const timer = (name: string, ns: number, type: string, cpu: boolean): Effect => {
  return { kind: 'setTimer', timer: name, delay: { name: String(ns), times: 1, cpu }, message: { type } };
};
const setTimer = (name: string, ns: number, type = name): Effect => timer(name, ns, type, false);
const setCpuTimer = (name: string, ns: number, type = name): Effect => timer(name, ns, type, true);
const holdCpu = (held: boolean): Effect => ({ kind: 'holdCpu', held });
const cancelTimer = (name: string): Effect => ({ kind: 'cancelTimer', timer: name });

/** Runs scripted agents to the end; returns `at to type<from` of each row. */
function trace(scripts: { readonly [id: AgentId]: Script }): string[] {
  const rows: Row[] = [];
  const engine = new Engine({
    plan: scriptedPlan(scripts),
    definitions,
    observers: [rowReader((row) => void rows.push(row))],
  });
  engine.run(NEVER);
  return rows.map(({ at, to, state }) => `${at} ${to} ${state}`);
}

test('run like any other while the agent has the CPU, as it does unless it says otherwise', () => {
  expect(trace({ a: { start: [setCpuTimer('t', 10)] } })).toEqual(['10 a t<a']);
  expect(trace({ a: { start: [holdCpu(true), setCpuTimer('t', 10), holdCpu(true)] } })).toEqual(['10 a t<a']);
});

test('stand still without it, and go on with what is left; others do not care', () => {
  const start = [setCpuTimer('t', 100), setTimer('off', 3), setTimer('wall', 100)];
  const scripts = { a: { start, off: [holdCpu(false), setTimer('on', 10)], on: [holdCpu(true)] } };
  expect(trace(scripts)).toEqual(['3 a off<a', '13 a on<a', '100 a wall<a', '110 a t<a']);
});

test('stop as often as need be, and losing twice what one has not is nothing', () => {
  const start = [setCpuTimer('t', 100), setTimer('off', 3)];
  const off = [holdCpu(false), holdCpu(false), setTimer('on', 10)];
  const on = [holdCpu(true), holdCpu(true), setTimer('off2', 10)];
  const scripts = { a: { start, off, on, off2: [holdCpu(false), setTimer('on2', 10)], on2: [holdCpu(true)] } };
  // 3 before, 10 between, 87 after the second pause.
  expect(trace(scripts).slice(-2)).toEqual(['33 a on2<a', '120 a t<a']);
});

test('set off the CPU wait for it', () => {
  const start = [holdCpu(false), setCpuTimer('t', 3), setTimer('on', 10)];
  expect(trace({ a: { start, on: [holdCpu(true)] } })).toEqual(['10 a on<a', '13 a t<a']);
  expect(trace({ a: { start: [holdCpu(false), setCpuTimer('t', 0)] } })).toEqual([]);
});

test('can be cancelled while they stand still', () => {
  const start = [setCpuTimer('t', 100), setCpuTimer('u', 100), setTimer('off', 3)];
  const off = [holdCpu(false), cancelTimer('t'), setTimer('on', 10)];
  expect(trace({ a: { start, off, on: [holdCpu(true)] } }).slice(2)).toEqual(['110 a u<a']);
});

test('are replaced by one of the same name, running or not, of either kind', () => {
  const off = [holdCpu(false), setCpuTimer('t', 3, 'again'), setTimer('on', 10)];
  const on = [holdCpu(true)];
  const start = [setCpuTimer('t', 100), setTimer('off', 3)];
  expect(trace({ a: { start, off, on } })).toEqual(['3 a off<a', '13 a on<a', '16 a again<a']);
  const wall = [holdCpu(false), setTimer('t', 3, 'again')];
  expect(trace({ a: { start, off: wall } })).toEqual(['3 a off<a', '6 a again<a']);
  // What was a wall timer is in CPU time now, and stops.
  const cpu = [setCpuTimer('t', 10, 'again'), holdCpu(false), setTimer('on', 100)];
  expect(trace({ a: { start: [setTimer('t', 100), setTimer('off', 3)], off: cpu, on } })).toEqual([
    '3 a off<a',
    '103 a on<a',
    '113 a again<a',
  ]);
});

test('that stop together go on in the order in which they were set', () => {
  const start = [setCpuTimer('u', 10), setCpuTimer('t', 10), holdCpu(false), setTimer('on', 3)];
  expect(trace({ a: { start, on: [holdCpu(true)] } })).toEqual(['3 a on<a', '13 a u<a', '13 a t<a']);
});

test('that fire are forgotten: the next stop leaves nothing of them', () => {
  const start = [setCpuTimer('t', 3)];
  expect(trace({ a: { start, t: [holdCpu(false), setTimer('on', 3)], on: [holdCpu(true)] } })).toEqual([
    '3 a t<a',
    '6 a on<a',
  ]);
});

test('draw their delay when they are set, on the CPU or off it', () => {
  const drawn = (...effects: Effect[]): number | undefined => {
    const plan = scriptedPlan({ a: { start: [setTimer('on', 3), ...effects], on: [holdCpu(true)] } });
    const latency = {
      ...plan.latency,
      delays: { ...plan.latency.delays, 7: { kind: 'uniform', min: 10, max: 900 } },
    } as const;
    const rows: Row[] = [];
    new Engine({ plan: { ...plan, latency }, definitions, observers: [rowReader((row) => void rows.push(row))] }).run(
      NEVER,
    );
    return rows.find(({ message }) => message.type === 't')?.at;
  };
  const on = drawn(setCpuTimer('t', 7));
  expect(on).toBeGreaterThan(3);
  expect(drawn(holdCpu(false), setCpuTimer('t', 7))).toBe((on ?? 0) + 3);
});
