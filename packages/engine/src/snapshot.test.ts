/** A run that is saved after any event and restored goes on as if nothing had happened. */
import { expect, test } from 'vitest';
import type { Effect } from './agent.ts';
import { combineDigests } from './digest.ts';
import { Hasher } from './hasher.ts';
import { Engine } from './engine.ts';
import type { EngineSnapshot } from './engine-options.ts';
import type { Json } from './event.ts';
import type { FactsChange } from './facts.ts';
import type { LogLine, TraceHit } from './observer.ts';
import type { Row } from './row.ts';
import { NEVER } from './time.ts';
import { chatterPlan, definitions, labourPlan, scriptedPlan } from './toy-agents.fixture.ts';

const timer = (name: string, ns: number): Effect => {
  return {
    kind: 'setTimer',
    timer: name,
    delay: { name: String(ns), times: 1, pausable: false, background: false },
    message: { type: name },
  };
};

/** Of the data as JSON, whatever the order of its keys. */
function hashOf(snapshot: EngineSnapshot): string {
  const hasher = new Hasher();
  hasher.json(JSON.parse(JSON.stringify(snapshot)) as Json);
  return hasher.hex();
}

const LIMIT = 7_000;

interface Course {
  readonly rows: readonly Row[];
  readonly told: readonly FactsChange[];
  readonly lines: readonly LogLine[];
  readonly engine: Engine;
}

/** Runs to the limit, from the start or from a snapshot; `after` is called before the first event and after each. */
function course(seed: number, from?: EngineSnapshot, after: (engine: Engine) => void = () => {}): Course {
  const [rows, told, lines]: [Row[], FactsChange[], LogLine[]] = [[], [], []];
  const observers = [
    { row: (row: Row) => rows.push(row) },
    { facts: (change: FactsChange) => told.push(change) },
    { log: (line: LogLine) => lines.push(line) },
  ];
  const engine = new Engine({ plan: chatterPlan(seed, 4), definitions, observers, snapshot: from });
  do after(engine);
  while (engine.run(LIMIT, 1) > 0);
  return { rows, told, lines, engine };
}

test.each([1, 2, 3])('taken after any event, a new engine goes on as the old one did (seed %i)', (seed) => {
  const snapshots: string[] = [];
  const whole = course(seed, undefined, (engine) => void snapshots.push(JSON.stringify(engine.save())));
  expect(whole.rows.length).toBeGreaterThan(100);
  expect(whole.told.length).toBeGreaterThan(4);
  expect(snapshots).toHaveLength(whole.rows.length + 1);
  const last = <T>(all: readonly T[], count: number): readonly T[] => all.slice(all.length - count);
  for (const [taken, text] of snapshots.entries()) {
    const rest = course(seed, JSON.parse(text) as EngineSnapshot);
    expect(JSON.stringify(rest.rows)).toBe(JSON.stringify(whole.rows.slice(taken)));
    expect(combineDigests(rest.engine.digests())).toBe(combineDigests(whole.engine.digests()));
    expect(hashOf(rest.engine.save())).toBe(hashOf(whole.engine.save()));
    // An observer that comes later is told what there is. What changes facts is a nap: each of those to come is told.
    const naps = rest.rows.filter(({ message }) => message.type === 'nap').length;
    expect(rest.told.slice(rest.told.length - naps)).toEqual(last(whole.told, naps));
    expect(rest.told.length - naps).toBe(rest.engine.agents.length);
    expect(rest.lines).toEqual(
      whole.lines.filter(({ at, agent, text: line }) =>
        rest.rows.some((row) => row.at === at && row.to === agent && row.state.startsWith(`${line} `)),
      ),
    );
  }
});

test.each([1, 2])('taken after any event, stopped timers go on as they did (seed %i)', (seed) => {
  const plan = labourPlan(seed, 3, 20_000);
  const work = (from?: EngineSnapshot, after: (engine: Engine) => void = () => {}) => {
    const [rows, hits]: [Row[], TraceHit[]] = [[], []];
    const observers = [{ row: (row: Row) => rows.push(row) }, { hit: (hit: TraceHit) => hits.push(hit) }];
    const engine = new Engine({ plan, definitions, observers, snapshot: from });
    do after(engine);
    while (engine.run(plan.until, 1) > 0);
    return { rows, hits, digest: combineDigests(engine.digests()), hash: hashOf(engine.save()) };
  };
  const snapshots: string[] = [];
  const whole = work(undefined, (engine) => void snapshots.push(JSON.stringify(engine.save())));
  expect(whole.hits.length).toBeGreaterThan(10);
  const saved = snapshots.map((text) => JSON.parse(text) as EngineSnapshot);
  const most = (count: (agent: EngineSnapshot['agents'][number]) => number): number =>
    Math.max(...saved.flatMap(({ agents }) => agents.map(count)));
  // Otherwise neither running nor stopped ones have been tried.
  expect([most(({ stopped }) => stopped.length), most(({ pausable }) => pausable.length)]).toEqual([2, 2]);
  for (const [taken, snapshot] of saved.entries()) {
    const rest = work(snapshot);
    expect(rest.rows).toEqual(whole.rows.slice(taken));
    expect(rest.hits).toEqual(whole.hits.slice(whole.hits.length - rest.hits.length));
    expect([rest.digest, rest.hash]).toEqual([whole.digest, whole.hash]);
  }
});

test('keep timers by name, so that they can be cancelled after a restore', () => {
  const plan = scriptedPlan({
    a: { start: [timer('t', 100), timer('u', 10)], u: [{ kind: 'cancelTimer', timer: 't' }] },
  });
  const snapshot = new Engine({ plan, definitions }).save();
  expect(snapshot.events.map((event) => event.timer)).toEqual(['u', 't']);
  const engine = new Engine({ plan, definitions, snapshot: JSON.parse(JSON.stringify(snapshot)) as EngineSnapshot });
  expect(engine.run(NEVER)).toBe(1);
  expect(engine.inspect('a')).toMatchObject({ seen: ['u<a'] });
});

test('of other agents are refused', () => {
  const plan = scriptedPlan({ a: { start: [{ kind: 'send', to: 'b', message: { type: 'hello' } }] }, b: {} });
  const both = new Engine({ plan, definitions }).save();
  const one = new Engine({ plan, definitions, remote: () => {}, ids: ['a'] }).save();
  expect(() => new Engine({ plan, definitions, snapshot: one })).toThrow('the snapshot has no agent b');
  expect(() => new Engine({ plan, definitions, ids: ['a'], snapshot: both })).toThrow('agent b is not hosted here');
});
