/** Tests of the engine: order, timers, choices, what it refuses, and how it reports a bug. */
import { describe, expect, test } from 'vitest';
import type { AgentDefinition, Effect, Input } from './agent.ts';
import { AgentFault } from './agent-fault.ts';
import { combineDigests } from './digest.ts';
import { Engine } from './engine.ts';
import type { AgentId, Message } from './event.ts';
import { RandomStream } from './random.ts';
import { compareRows, type Row } from './row.ts';
import { NEVER } from './time.ts';
import { chatterPlan, definitions, type Script, scriptedPlan } from './toy-agents.fixture.ts';

const send = (to: AgentId, type: string): Effect => ({ kind: 'send', to, message: { type } });
const setTimer = (timer: string, ns: number, type = timer): Effect => {
  return {
    kind: 'setTimer',
    timer,
    delay: { name: String(ns), times: 1, pausable: false, background: false },
    message: { type },
  };
};
const cancelTimer = (timer: string): Effect => ({ kind: 'cancelTimer', timer });

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

/** Returns the error a call throws. */
function errorOf(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it did not throw');
}

describe('order', () => {
  test('at one instant agents go by name, their events by sender and number', () => {
    const hello = ['c', 'b', 'a'].flatMap((to) => [send(to, 'one'), send(to, 'two')]);
    expect(trace({ e: { start: hello }, d: { start: hello }, c: {}, b: {}, a: {} })).toEqual(
      ['a', 'b', 'c'].flatMap((to) => ['one<d', 'two<d', 'one<e', 'two<e'].map((what) => `10 ${to} ${what}`)),
    );
  });

  test('the order in which the plan names agents means nothing', () => {
    const scripts: [AgentId, Script][] = [
      ['a', { start: [send('b', 'hello')], hello: [send('c', 'hello')] }],
      ['b', { start: [send('a', 'hello')], hello: [send('c', 'hello')] }],
      ['c', { start: [send('b', 'hello'), send('a', 'hello')] }],
    ];
    expect(trace(Object.fromEntries(scripts.toReversed()))).toEqual(trace(Object.fromEntries(scripts)));
  });

  test('a run stops strictly before its limit', () => {
    const engine = new Engine({ plan: scriptedPlan({ a: { start: [send('b', 'hello')] }, b: {} }), definitions });
    expect(engine.nextAt()).toBe(10);
    expect(engine.run(10)).toBe(0);
    expect(engine.now).toBe(0);
    expect(engine.run(11)).toBe(1);
    expect([engine.now, engine.processed, engine.nextAt()]).toEqual([10, 1, NEVER]);
  });

  test('a run stops after the most it may process', () => {
    const start = [send('b', 'one'), send('b', 'two'), send('b', 'three')];
    const engine = new Engine({ plan: scriptedPlan({ a: { start }, b: {} }), definitions });
    expect([engine.run(NEVER, 2), engine.run(NEVER, 2), engine.run(NEVER, 2), engine.processed]).toEqual([2, 1, 0, 3]);
  });

  test('rows come in the order of the trace', () => {
    const rows: Row[] = [];
    new Engine({ plan: chatterPlan(1, 5), definitions, observers: [{ row: (row) => void rows.push(row) }] }).run(
      20_000,
    );
    expect(rows.length).toBeGreaterThan(200);
    expect(rows.toSorted(compareRows)).toEqual(rows);
    // Otherwise ties have not been tried.
    const instants = new Set(rows.map(({ at, to }) => `${at} ${to}`));
    expect(instants.size).toBeLessThan(0.9 * rows.length);
    expect(new Set(rows.map(({ at }) => at)).size).toBeLessThan(0.6 * rows.length);
  });
});

test('a message to oneself takes the time of its link, and is no timer', () => {
  const a = { start: [send('a', 'hello'), setTimer('hello', 3, 'tick')], hello: [send('b', 'hello')] };
  expect(trace({ a, b: {} })).toEqual(['3 a tick<a', '10 a hello<a', '20 b hello<a']);
});

describe('timers', () => {
  test('fire once, after their delay, as a message from oneself', () => {
    expect(trace({ a: { start: [setTimer('t', 100)], t: [setTimer('u', 3)] } })).toEqual(['100 a t<a', '103 a u<a']);
  });

  test('are replaced by a second one of the same name', () => {
    const start = [setTimer('t', 10, 'first'), setTimer('other', 10), setTimer('t', 3, 'second')];
    expect(trace({ a: { start } })).toEqual(['3 a second<a', '10 a other<a']);
  });

  test('are cancelled by name; cancelling what is not pending does nothing', () => {
    const start = [setTimer('t', 10), setTimer('u', 10), cancelTimer('t'), cancelTimer('never set')];
    expect(trace({ a: { start, u: [cancelTimer('u'), cancelTimer('t')] } })).toEqual(['10 a u<a']);
  });

  test('can be set again by what they fire, under the same name', () => {
    const scripts = {
      a: { start: [setTimer('t', 10)], t: [setTimer('t', 100, 'again'), setTimer('u', 3)], u: [cancelTimer('t')] },
    };
    expect(trace(scripts)).toEqual(['10 a t<a', '13 a u<a']);
  });

  test('of two agents may have the same name', () => {
    expect(trace({ a: { start: [setTimer('t', 10), cancelTimer('t')] }, b: { start: [setTimer('t', 10)] } })).toEqual([
      '10 b t<b',
    ]);
  });

  test('without delay fire within the instant', () => {
    expect(trace({ a: { start: [setTimer('t', 10)], t: [setTimer('u', 0)] } })).toEqual(['10 a t<a', '10 a u<a']);
  });
});

describe('choices', () => {
  const choose: Effect = { kind: 'choose', type: 'chosen', options: 5 };
  const repeat = (times: number): Effect[] => Array.from({ length: times }, () => choose);

  test('are drawn from the stream of the agent itself, in order, and come back at once', () => {
    const rows: Row[] = [];
    const plan = scriptedPlan({ a: { start: [choose, choose, choose] }, b: { start: [choose] } }, { seed: 42 });
    new Engine({ plan, definitions, observers: [{ row: (row) => void rows.push(row) }] }).run(NEVER);
    const [a, b] = [RandomStream.of(42, 'a'), RandomStream.of(42, 'b')];
    expect(rows.map(({ at, to, message }) => [at, to, message['index']])).toEqual([
      [0, 'a', a.below(5)],
      [0, 'a', a.below(5)],
      [0, 'a', a.below(5)],
      [0, 'b', b.below(5)],
    ]);
  });

  test('of one agent are not changed by those of another', () => {
    const indexes = (others: number): unknown[] => {
      const rows: Row[] = [];
      const plan = scriptedPlan({
        a: { start: repeat(others) },
        b: { start: repeat(9) },
      });
      new Engine({ plan, definitions, observers: [{ row: (row) => void rows.push(row) }] }).run(NEVER);
      return rows.filter(({ to }) => to === 'b').map(({ message }) => message['index']);
    };
    expect(indexes(0)).toEqual(indexes(7));
  });
});

describe('what is refused', () => {
  const start = (effect: Effect): Error =>
    errorOf(() => new Engine({ plan: scriptedPlan({ a: { start: [effect] }, b: {} }), definitions }));

  test('a send to nobody, an unknown delay', () => {
    expect(start(send('x', 'hello')).message).toContain('sent hello to x, which is not in the plan');
    expect(start(setTimer('t', 5)).message).toContain('the latency model has no delay named 5');
  });

  test('a kind that nobody defines', () => {
    const plan = { ...scriptedPlan({}), agents: [{ id: 'a', kind: 'unheard of', params: null }] };
    expect(() => new Engine({ plan, definitions })).toThrow('no definition for agents of kind unheard of');
  });

  test('an event in the past, or for somebody else', () => {
    const plan = scriptedPlan({ a: { start: [setTimer('t', 10)] }, b: {} });
    const engine = new Engine({ plan, definitions, ids: ['a'] });
    const event = (at: number, to: AgentId) => ({ at, to, from: 'b', seq: 0, message: { type: 'hello' } });
    engine.run(NEVER);
    expect(() => engine.deliver(event(9, 'a'))).toThrow('event for a at 9 arrived when the engine was at 10 already');
    expect(() => engine.deliver(event(11, 'b'))).toThrow('event for b, which is not hosted here');
    engine.deliver(event(11, 'a'));
    engine.run(NEVER);
    expect(engine.inspect('a')).toMatchObject({ seen: ['t<a', 'hello<b'] });
  });

  test('a way out that is missing', () => {
    const plan = scriptedPlan({ a: { start: [send('b', 'hello')] }, b: {} });
    expect(() => new Engine({ plan, definitions, ids: ['a'] })).toThrow(
      'sent hello to b, which is not hosted here, and there is no way out',
    );
  });

  test('a question about somebody else', () => {
    const engine = new Engine({ plan: scriptedPlan({ a: {}, b: {} }), definitions, ids: ['a'] });
    expect(engine.agents).toEqual(['a']);
    expect(() => engine.inspect('b')).toThrow('agent b is not hosted here');
  });
});

test('an agent is told the instant of each event', () => {
  const instants: number[] = [];
  const clerk = {
    ...definitions.get('a'),
    receive(state: unknown, { at }: Input) {
      instants.push(at);
      return { state, effects: [] };
    },
  };
  const kinds = new Map(definitions).set('a', clerk as unknown as AgentDefinition);
  new Engine({ plan: scriptedPlan({ a: { start: [setTimer('t', 3), setTimer('u', 100)] } }), definitions: kinds }).run(
    NEVER,
  );
  expect(instants).toEqual([3, 100]);
});

describe('faults', () => {
  test('carry the seed and the key of the event', () => {
    const plan = scriptedPlan({ a: { start: [send('b', 'one'), send('b', 'fail')] }, b: {} }, { seed: 77 });
    const error = errorOf(() => new Engine({ plan, definitions }).run(NEVER));
    expect(error).toBeInstanceOf(AgentFault);
    expect(error.message).toBe('agent b failed at (10, b, a, 1) fail, seed 77: no answer');
    expect(error).toMatchObject({ seed: 77, event: { at: 10, to: 'b', from: 'a', seq: 1, message: { type: 'fail' } } });
    expect((error.cause as Error).message).toBe('no answer');
  });

  test('of an effect name the event that led to it', () => {
    const plan = scriptedPlan({ a: { start: [send('b', 'one')] }, b: { one: [send('nobody', 'two')] } });
    expect(errorOf(() => new Engine({ plan, definitions }).run(NEVER)).message).toBe(
      'agent b failed at (10, b, a, 0) one, seed 1: sent two to nobody, which is not in the plan',
    );
  });

  test('of a start have no event', () => {
    const plan = scriptedPlan({ a: { start: [send('nobody', 'one')] } }, { seed: 5 });
    const error = errorOf(() => new Engine({ plan, definitions }));
    expect(error).toBeInstanceOf(AgentFault);
    expect(error.message).toMatch(/^agent a failed while it started, seed 5: /);
    expect(error).toMatchObject({ seed: 5, event: undefined });
  });
});

test('members of a message that are undefined leave no trace in the digest', () => {
  const digest = (message: Message): string => {
    const effect: Effect = { kind: 'send', to: 'b', message };
    const engine = new Engine({ plan: scriptedPlan({ a: { start: [effect] }, b: {} }), definitions });
    engine.run(NEVER);
    return combineDigests(engine.digests());
  };
  expect(digest({ type: 'm', extra: undefined })).toBe(digest({ type: 'm' }));
  expect(digest({ type: 'm', extra: 0 })).not.toBe(digest({ type: 'm' }));
});
