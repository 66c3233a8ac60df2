/** Chaos: what rules make of messages and timers, the same wherever agents are placed, and each rule by itself. */
import { describe, expect, test } from 'vitest';
import type { Effect } from './agent.ts';
import { CRASH, CRASHED } from './chaos.ts';
import { combineDigests } from './digest.ts';
import { Engine } from './engine.ts';
import type { TraceHit } from './observer.ts';
import type { Plan } from './plan.ts';
import type { Row } from './row.ts';
import type { Rule } from './rule.ts';
import { VERDICT } from './told-verdict.ts';
import { chatterPlan, definitions, scriptedPlan } from './toy-agents.fixture.ts';

interface Course {
  readonly digest: string;
  readonly rows: readonly Row[];
  readonly verdicts: readonly TraceHit[];
  readonly crashes: readonly TraceHit[];
}

function courseOf(plan: Plan, saveAfter = -1): Course {
  const rows: Row[] = [];
  const hits: TraceHit[] = [];
  const observers = [{ row: (row: Row) => void rows.push(row) }, { hit: (hit: TraceHit) => void hits.push(hit) }];
  let engine = new Engine({ plan, definitions, observers });
  if (saveAfter >= 0) {
    engine.run(plan.until, saveAfter);
    const snapshot = JSON.parse(JSON.stringify(engine.save())) as ReturnType<Engine['save']>;
    engine = new Engine({ plan, definitions, observers, snapshot });
  }
  engine.run(plan.until);
  return {
    digest: combineDigests(engine.digests()),
    rows,
    verdicts: hits.filter(({ event }) => event === VERDICT),
    crashes: hits.filter(({ event }) => event === CRASH),
  };
}

const send = (to: string, type: string): Effect => ({ kind: 'send', to, message: { type } });
const nap = (name: string, ns: number): Effect => ({
  kind: 'setTimer',
  timer: name,
  delay: { name: String(ns), times: 1, pausable: false, background: false },
  message: { type: name },
});

/** One message after the other from a to b, at 10 ns each, then one to c. */
const plan = (rules: readonly Rule[]): Plan =>
  scriptedPlan(
    {
      'a/0': { start: [send('b/0', 'one'), nap('later', 3)], later: [send('b/0', 'two'), send('c/0', 'three')] },
      'b/0': {},
      'c/0': {},
    },
    { rules },
  );

const rule = (fate: Rule['fate'], change: Partial<Rule> = {}): Rule => ({
  name: 'r',
  about: 'messages',
  names: ['one'],
  probability: 1,
  fate,
  ...change,
});

const arrivals = (rules: readonly Rule[]) =>
  courseOf(plan(rules)).rows.map(({ at, message }) => `${message.type}@${at}`);

describe('a fate', () => {
  const USUAL = ['later@3', 'one@10', 'two@13', 'three@13'];

  test.each<[string, Rule[], string[]]>([
    ['none', [], USUAL],
    [
      'delay keeps the order of the way',
      [rule({ kind: 'delay', min: 90, max: 90 })],
      ['later@3', 'three@13', 'one@100', 'two@100'],
    ],
    ['hold', [rule({ kind: 'hold', until: 50 })], ['later@3', 'three@13', 'one@60', 'two@60']],
    ['reorder', [rule({ kind: 'reorder', min: 90, max: 90 })], ['later@3', 'two@13', 'three@13', 'one@100']],
    ['drop', [rule({ kind: 'drop' })], ['later@3', 'two@13', 'three@13']],
    ['duplicate', [rule({ kind: 'duplicate', min: 5, max: 5 })], ['later@3', 'one@10', 'two@13', 'three@13', 'one@15']],
    [
      'of a timer: delay',
      [rule({ kind: 'delay', min: 7, max: 7 }, { about: 'timers', names: ['later'] })],
      ['one@10', 'later@10', 'two@20', 'three@20'],
    ],
    ['of a timer: drop', [rule({ kind: 'drop' }, { about: 'timers', names: ['later'] })], ['one@10']],
    ['not of others', [rule({ kind: 'drop' }, { to: ['c'] })], USUAL],
    [
      'by kind and id',
      [rule({ kind: 'drop' }, { names: undefined, from: ['a'], to: ['b/0'] })],
      ['later@3', 'three@13'],
    ],
    ['in a window', [rule({ kind: 'drop' }, { names: undefined, since: 1, until: 10 })], ['later@3', 'one@10']],
    ['never', [rule({ kind: 'drop' }, { probability: 0 })], USUAL],
    [
      'the first that strikes',
      [rule({ kind: 'delay', min: 1, max: 1 }), rule({ kind: 'drop' }, { name: 's' })],
      ['later@3', 'one@11', 'two@13', 'three@13'],
    ],
  ])('%s', (_, rules, expected) => {
    expect(arrivals(rules).toSorted()).toEqual(expected.toSorted());
  });
});

const DELAY: Rule = {
  name: 'slow',
  about: 'messages',
  names: ['greeting'],
  to: ['y'],
  probability: 0.5,
  fate: { kind: 'delay', min: 10, max: 900 },
};
const LOSS: Rule = { name: 'loss', about: 'messages', from: ['x/0'], probability: 0.25, fate: { kind: 'drop' } };
const LATE: Rule = {
  name: 'late',
  about: 'timers',
  names: ['nap'],
  probability: 0.3,
  fate: { kind: 'delay', min: 1, max: 50 },
};
const TWICE: Rule = {
  name: 'twice',
  about: 'messages',
  probability: 0.1,
  fate: { kind: 'duplicate', min: 1, max: 400 },
};
const ALL = [DELAY, LOSS, LATE, TWICE];

const chaotic = (rules: readonly Rule[]): Plan => ({ ...chatterPlan(7, 4, 20_000), rules });

test('a run goes on from a snapshot at any event as if nothing had happened', () => {
  const whole = courseOf(chaotic(ALL));
  expect(new Set(whole.verdicts.map(({ fields }) => fields['rule']))).toEqual(new Set(ALL.map(({ name }) => name)));
  for (const after of [0, 1, 7, 40, 41, 42, 100]) expect(courseOf(chaotic(ALL), after).digest).toBe(whole.digest);
});

test('of each sender the messages on a way stay in their order under every rule but one that reorders', () => {
  const { rows, verdicts } = courseOf(chaotic([DELAY]));
  expect(verdicts.length).toBeGreaterThan(10);
  const last = new Map<string, number>();
  for (const { from, to, seq, timer } of rows) {
    if (timer !== undefined || from === to) continue;
    expect(seq).toBeGreaterThan(last.get(`${from} ${to}`) ?? -1);
    last.set(`${from} ${to}`, seq);
  }
});

test('no rules, none that fits, and none that ever strikes: the digest of a plan without', () => {
  const { digest } = courseOf(chatterPlan(7, 4, 20_000));
  expect(courseOf(chaotic([])).digest).toBe(digest);
  expect(courseOf(chaotic([{ ...LOSS, names: ['none'] }])).digest).toBe(digest);
  expect(courseOf(chaotic([{ ...LOSS, probability: 0 }])).digest).toBe(digest);
});

test('a verdict is in the digest, also if nothing else shows it', () => {
  const without = scriptedPlan({ 'a/0': { start: [] }, 'b/0': {} });
  const dropped = scriptedPlan(
    { 'a/0': { start: [send('b/0', 'one')] }, 'b/0': {} },
    { rules: [rule({ kind: 'drop' })] },
  );
  expect(courseOf(dropped).rows).toEqual(courseOf(without).rows);
  expect(courseOf(dropped).digest).not.toBe(courseOf(without).digest);
});

/** What a rule decided of the messages that were sent anyway: nobody hears of anything, so every run sends the same. */
function verdictsOf(rules: readonly Rule[], name: string): string[] {
  const sends = Array.from({ length: 60 }, (_, i) => send(i % 2 === 0 ? 'b/0' : 'c/0', 'one'));
  const deaf = scriptedPlan({ 'a/0': { start: sends }, 'b/0': {}, 'c/0': {} }, { rules });
  return courseOf(deaf)
    .verdicts.filter(({ fields }) => fields['rule'] === name)
    .map(({ fields }) => JSON.stringify(fields));
}

test('a rule draws by itself: those before it that do not strike, and those after it, change nothing', () => {
  const half = rule({ kind: 'delay', min: 1, max: 1_000 }, { name: 'half', probability: 0.5 });
  const alone = verdictsOf([half], 'half');
  expect(alone.length).toBeGreaterThan(15);
  expect(alone.length).toBeLessThan(45);
  expect(new Set(alone).size).toBeGreaterThan(alone.length / 2);
  const copies = rule({ kind: 'duplicate', min: 1, max: 9 }, { name: 'copies', probability: 0.5 });
  expect(verdictsOf([half, copies], 'half')).toEqual(alone);
  // Where both strike, the first counts: what is left to the second is what it would have decided alone.
  const second = verdictsOf([{ ...copies, probability: 0.2 }, half], 'half');
  expect(second.length).toBeLessThan(alone.length);
  expect(alone).toEqual(expect.arrayContaining(second));
  expect(verdictsOf([{ ...half, name: 'other' }], 'other').map((text) => text.replace('other', 'half'))).not.toEqual(
    alone,
  );
});

test('an agent without an answer crashes, keeps what it holds, and answers nothing; the others go on', () => {
  const broken = scriptedPlan(
    {
      'a/0': { start: [send('b/0', 'fail'), nap('later', 100)], later: [send('b/0', 'two'), send('c/0', 'three')] },
      'b/0': { two: [send('c/0', 'answer')] },
      'c/0': {},
    },
    { rules: [rule({ kind: 'drop' }, { names: ['none'] })] },
  );
  const { rows, crashes } = courseOf(broken);
  expect(rows.map(({ at, to, message, state }) => [at, to, message.type, state])).toEqual([
    [10, 'b/0', 'fail', CRASHED],
    [100, 'a/0', 'later', 'later<a/0'],
    [110, 'b/0', 'two', CRASHED],
    [110, 'c/0', 'three', 'three<a/0'],
  ]);
  expect(crashes).toEqual([
    { at: 10, agent: 'b/0', event: CRASH, fields: { message: 'fail', from: 'a/0', why: 'no answer' } },
  ]);
  expect(courseOf(broken, 1).digest).toBe(courseOf(broken).digest);
});
