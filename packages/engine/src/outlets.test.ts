/** Tests of what observers are told one by one: changes of facts, tracepoints and lines of the log. */
import { expect, test } from 'vitest';
import type { Effect } from './agent.ts';
import { combineDigests } from './digest.ts';
import { Engine } from './engine.ts';
import type { FactsChange } from './facts.ts';
import type { LogLine, Observer, TraceHit } from './observer.ts';
import type { Row } from './row.ts';
import { NEVER } from './time.ts';
import { chatterPlan, definitions, scriptedPlan } from './toy-agents.fixture.ts';

const setTimer = (timer: string, ns: number): Effect => {
  const delay = { name: String(ns), times: 1, pausable: false, background: false };
  return { kind: 'setTimer', timer, delay, message: { type: timer } };
};

test('facts are told at the start and when they change, and not otherwise', () => {
  const told: FactsChange[] = [];
  const rows: Row[] = [];
  const observers = [{ facts: (change: FactsChange) => told.push(change) }, { row: (row: Row) => rows.push(row) }];
  new Engine({ plan: chatterPlan(3, 3), definitions, observers }).run(40_000);
  const naps = rows.filter(({ message }) => message.type === 'nap').map(({ at, to }) => ({ at, agent: to }));
  expect(naps.length).toBeGreaterThan(5);
  expect(told.map(({ at, agent }) => ({ at, agent }))).toEqual([
    ...['x/0', 'y/1', 'z/2'].map((agent) => ({ at: 0, agent })),
    ...naps,
  ]);
});

test('tracepoints carry instant and agent', () => {
  const hits: TraceHit[] = [];
  const hit = { kind: 'trace', event: 'xfs_inodegc_throttle', fields: { cpu: 0, kswapd: true, task: 'rm' } } as const;
  const plan = scriptedPlan({ a: { start: [hit, setTimer('t', 3)], t: [hit] } });
  const digest = (observers: readonly Observer[]): string => {
    const engine = new Engine({ plan, definitions, observers });
    engine.run(NEVER);
    return combineDigests(engine.digests());
  };
  const told = digest([{ hit: (each) => hits.push(each) }]);
  const { event, fields } = hit;
  expect(hits).toEqual([0, 3].map((at) => ({ at, agent: 'a', event, fields })));
  // Whether anybody listens changes nothing.
  expect(digest([])).toBe(told);
});

test('log lines carry instant and agent', () => {
  const lines: LogLine[] = [];
  const plan = scriptedPlan({ a: { start: [setTimer('t', 3)], t: [{ kind: 'log', text: 'hello' }] } });
  new Engine({ plan, definitions, observers: [{ log: (line) => void lines.push(line) }] }).run(NEVER);
  expect(lines).toEqual([{ at: 3, agent: 'a', text: 'hello' }]);
});

test('tracepoints can be asked for by name', () => {
  const hits: string[] = [];
  const hit = (event: string): Effect => ({ kind: 'trace', event, fields: {} });
  const plan = scriptedPlan({ a: { start: ['one', 'two', 'one', 'three'].map(hit) } });
  const listen = (...events: string[]): Observer => ({
    tracepoints: new Set(events),
    hit: ({ event }) => void hits.push(`${events.length} ${event}`),
  });
  new Engine({ plan, definitions, observers: [listen('one'), listen('two', 'three'), listen()] }).run(NEVER);
  expect(hits).toEqual(['1 one', '2 two', '1 one', '2 three']);
});

test('whoever comes later is told of the facts that there are', () => {
  const engine = new Engine({ plan: chatterPlan(3, 3), definitions });
  engine.run(20_000);
  const told: FactsChange[] = [];
  engine.observe({ facts: (change: FactsChange) => told.push(change) });
  expect(told.map(({ at, agent }) => [at, agent])).toEqual(engine.agents.map((id) => [engine.now, id]));
  const scripted = new Engine({ plan: scriptedPlan({ a: {} }), definitions });
  scripted.observe({ facts: (change: FactsChange) => told.push(change) });
  // An agent that has nothing to say says nothing.
  expect(told).toHaveLength(engine.agents.length);
});
