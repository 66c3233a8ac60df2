/**
 * Tests of the observer seam: what observers see, that they change nothing, and that moves are made only for who wants
 * them.
 */
import { expect, test } from 'vitest';
import type { AgentDefinition, Move } from './agent.ts';
import { combineDigests } from './digest.ts';
import { Engine } from './engine.ts';
import type { AgentId } from './event.ts';
import type { Observer, Present, Seen } from './observer.ts';
import type { Row } from './row.ts';
import { chatterPlan, definitions, labourPlan } from './toy-agents.fixture.ts';

const LIMIT = 10_000;

const digestOf = (engine: Engine): string => combineDigests(engine.digests());

test.each([
  ['chatter', chatterPlan(4, 5)],
  ['labour', labourPlan(4, 5)],
])('an observer sees each start and each step, from the state before to the state after (%s)', (_, plan) => {
  const seen: Seen[] = [];
  const rows: Row[] = [];
  const observers = [{ see: (each: Seen) => void seen.push(each) }, { row: (row: Row) => rows.push(row) }];
  const engine = new Engine({ plan, definitions, observers });
  const starts = seen.splice(0);
  expect(starts.map(({ agent }) => agent)).toEqual(engine.agents);
  const last = new Map<AgentId, Seen>();
  for (const start of starts) {
    expect(start).toMatchObject({ at: 0, event: undefined, index: 0, before: undefined, moves: undefined });
    const params = plan.agents.find(({ id }) => id === start.agent)?.params ?? null;
    expect(start).toMatchObject({ effects: start.definition.init(params, start.agent).effects });
    last.set(start.agent, start);
  }
  engine.run(LIMIT);
  expect(seen).toHaveLength(engine.processed);
  expect(seen.map(({ event, index }) => ({ ...event, index }))).toEqual(rows.map(({ state: __, ...event }) => event));
  for (const step of seen) {
    const before = last.get(step.agent) as Seen;
    expect(step.before).toBe(before.after);
    expect(step.index).toBe(before.event === undefined ? 0 : before.index + 1);
    expect([step.event?.to, step.event?.at, step.moves]).toEqual([step.agent, step.at, undefined]);
    if (step.event === undefined) throw new Error('a second start');
    const again = step.definition.receive(step.before, step.event);
    expect([step.after, step.effects]).toEqual([again.state, again.effects]);
    last.set(step.agent, step);
  }
});

test('one that comes later is told what there is, and one that goes sees no more; neither changes the run', () => {
  const plan = chatterPlan(5, 5);
  const alone = new Engine({ plan, definitions });
  alone.run(LIMIT);

  const engine = new Engine({ plan, definitions });
  const present: Present[] = [];
  const seen: Seen[] = [];
  const visitor: Observer = {
    moves: true,
    attached: (agents) => void present.push(...agents),
    see: (each) => void seen.push(each),
  };
  engine.run(LIMIT / 4);
  engine.observe(visitor);
  expect(present.map(({ agent }) => agent)).toEqual(engine.agents);
  const counts = new Map(engine.digests().map(({ agent, chain }) => [agent, chain[2]]));
  for (const { at, agent, definition, received, state } of present) {
    expect([at, received]).toEqual([engine.now, counts.get(agent)]);
    expect(definition.save(state)).toEqual(engine.inspect(agent));
  }
  const some: Present[] = [];
  const [first = ''] = engine.agents;
  const ofSome: Observer = { agents: new Set([first, 'nobody']), attached: (agents) => void some.push(...agents) };
  engine.observe(ofSome);
  engine.unobserve(ofSome);
  expect(some).toEqual(present.filter(({ agent }) => agent === first));
  const before = engine.processed;
  engine.run(LIMIT / 2);
  expect(seen).toHaveLength(engine.processed - before);
  expect(seen.length).toBeGreaterThan(20);
  for (const { agent, state } of present) expect(seen.find((each) => each.agent === agent)?.before).toBe(state);
  const count = seen.length;
  engine.unobserve(visitor);
  engine.run(LIMIT);
  expect(seen).toHaveLength(count);
  expect(digestOf(engine)).toBe(digestOf(alone));
  expect(engine.save()).toEqual(alone.save());
});

test('one that is attached with a snapshot is told what there is, and sees no start', () => {
  const plan = chatterPlan(6, 3);
  const engine = new Engine({ plan, definitions });
  engine.run(LIMIT);
  const present: Present[] = [];
  const seen: Seen[] = [];
  const observers: Observer[] = [{ attached: (all) => void present.push(...all), see: (each) => void seen.push(each) }];
  const other = new Engine({ plan, definitions, observers, snapshot: engine.save() });
  expect(present.map(({ at, agent, state, definition }) => [at, agent, definition.save(state)])).toEqual(
    engine.agents.map((id) => [engine.now, id, engine.inspect(id)]),
  );
  expect(seen).toEqual([]);
  other.run(LIMIT + 1_000);
  expect(seen.length).toBe(other.processed);
});

test('agents are asked for moves while somebody wants them, and not a step longer', () => {
  const asked: boolean[] = [];
  const original = definitions.get('x') as AgentDefinition;
  const moving: AgentDefinition = {
    ...original,
    receive(state, input, observed = false) {
      asked.push(observed);
      const step = original.receive(state, input);
      const { message, from } = input;
      const move: Move = { message, from, taken: [{ source: 'here', target: [], by: message.type, index: 0 }] };
      return observed ? { ...step, moves: [move] } : step;
    },
  };
  const engine = new Engine({
    plan: chatterPlan(7, 3),
    definitions: new Map(['x', 'y', 'z'].map((kind) => [kind, moving])),
  });
  const seen: Seen[] = [];
  engine.observe({ see: (each) => void seen.push(each) });
  const take = (): boolean[] => {
    engine.run(Number.POSITIVE_INFINITY, 5);
    return asked.splice(0);
  };
  expect(take()).toEqual(Array(5).fill(false));
  expect(seen.splice(0).map(({ moves }) => moves)).toEqual(Array(5).fill(undefined));
  const mover = { moves: true, see: () => {} };
  engine.observe(mover);
  expect(take()).toEqual(Array(5).fill(true));
  for (const { event, moves } of seen.splice(0)) expect(moves?.map(({ message }) => message)).toEqual([event?.message]);
  engine.unobserve(mover);
  expect(take()).toEqual(Array(5).fill(false));
});

test('one that names agents sees their steps alone', () => {
  const plan = chatterPlan(4, 5);
  const [first = '', second = ''] = plan.agents.map(({ id }) => id);
  const [one, other]: [AgentId[], AgentId[]] = [[], []];
  const engine = new Engine({ plan, definitions });
  engine.observe({ agents: new Set([first]), see: ({ agent }) => one.push(agent) });
  engine.observe({ agents: new Set([second]), moves: true, see: ({ agent }) => other.push(agent) });
  engine.run(LIMIT);
  expect([new Set(one), new Set(other)]).toEqual([new Set([first]), new Set([second])]);
  const unwatched = new Engine({ plan, definitions });
  unwatched.run(LIMIT);
  expect(digestOf(engine)).toBe(digestOf(unwatched));
});
