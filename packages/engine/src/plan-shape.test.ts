/** Values that are no plans, each with the line that says where; and that whatever stands in a plan's place is seen. */
import { expect, test } from 'vitest';
import type { Plan } from './plan.ts';
import { planFrom, planTrouble } from './plan-shape.ts';

const PLAN: Plan = {
  seed: 1,
  agents: [
    {
      id: 'a/0',
      kind: 'a',
      params: { list: [1, 'two', null] },
      task: { comm: 'a', pid: 1, kernelThread: true, workqueue: 'w', spare: { comm: 's', pid: 3 } },
      peers: ['b'],
      peerKinds: ['b'],
    },
    { id: 'b', kind: 'b', params: null },
  ],
  resources: [
    {
      id: 'l',
      noun: 'the lock',
      label: { what: 'lock', of: 'AG' },
      holds: 'holds',
      took: 'took',
      holder: ['held by ', ''],
      kind: 'lock',
      outside: true,
    },
  ],
  latency: {
    delays: {
      one: { kind: 'fixed', ns: 0 },
      two: { kind: 'uniform', min: 0, max: 1 },
      three: { kind: 'ticks', period: 1, count: 0 },
      four: {
        kind: 'quantiles',
        points: [
          [0, 1],
          [1, 2],
        ],
      },
    },
    slowdowns: [{ delays: ['one'], agents: ['a/0'], from: 0, to: 1, factor: 1.5 }],
    links: { default: 1, 'a>b': 2 },
  },
  until: 9,
  grace: 1,
  stopOnFinding: true,
  rules: [
    {
      name: 'slow',
      about: 'messages',
      names: ['ping'],
      from: ['a'],
      to: ['b'],
      since: 0,
      until: 5,
      probability: 0.5,
      fate: { kind: 'delay', min: 1, max: 2 },
    },
    { name: 'held', about: 'messages', probability: 1, fate: { kind: 'hold', until: 7 } },
    { name: 'mixed', about: 'messages', probability: 1, fate: { kind: 'reorder', min: 0, max: 2 } },
    { name: 'lost', about: 'timers', probability: 0, fate: { kind: 'drop' } },
    { name: 'twice', about: 'messages', probability: 1, fate: { kind: 'duplicate', min: 1, max: 2 } },
  ],
};

/** Every place of a value, with the value that stands there. */
function placesOf(value: unknown, path: readonly string[] = []): readonly (readonly [readonly string[], unknown])[] {
  const inner = typeof value === 'object' && value !== null && path.at(-1) !== 'params' ? Object.entries(value) : [];
  return [[path, value], ...inner.flatMap(([key, member]) => placesOf(member, [...path, key]))];
}

/** Returns the plan, as JSON has it, with another value in one place. */
function withValue(path: readonly string[], other: unknown): unknown {
  const [last] = path.slice(-1);
  if (last === undefined) return other;
  const plan: unknown = JSON.parse(JSON.stringify(PLAN));
  let place = plan as Record<string, unknown>;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string, unknown>;
  place[last] = other;
  return plan;
}

test('a plan passes, as it is', () => {
  expect(planFrom(PLAN)).toBe(PLAN);
  expect(planTrouble(JSON.parse(JSON.stringify(PLAN)))).toBeUndefined();
});

test('in every place, what is of another type is seen there', () => {
  for (const [path, value] of placesOf(PLAN)) {
    const others = [null, {}, [], 'x'.repeat(70_000), -0.5, Number.NaN, new Map(), () => 1].filter(
      (other) => Array.isArray(other) || typeof other !== typeof value || typeof value === 'string',
    );
    for (const other of path.includes('params') ? [undefined, Number.NaN, new Map()] : others) {
      if (Array.isArray(other) && Array.isArray(value)) continue;
      const trouble = planTrouble(withValue(path, other));
      expect(trouble?.path.slice(0, path.length), path.join('.')).toEqual(path);
    }
  }
});

test('what nothing knows is refused wherever it stands, also by a name that every object has', () => {
  for (const [path, value] of placesOf(PLAN)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || path.includes('params')) continue;
    for (const name of ['colour', 'constructor', '__proto__']) {
      const more = JSON.parse(JSON.stringify(value).replace('{', `{"${name}":{"polluted":true},`)) as unknown;
      expect(planTrouble(withValue(path, more)), `${path.join('.')} ${name}`).toBeDefined();
    }
  }
  expect('polluted' in {}).toBe(false);
});

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

test.each<readonly [string, readonly string[], unknown]>([
  ['it must be an object', [], null],
  ['agents.0.task.comm must be text of at most 65536 characters', ['agents', '0', 'task', 'comm'], {}],
  ['agents.1.params must be plain JSON, and not nested deep', ['agents', '1', 'params'], nested(10_000)],
  ['resources.0.holder must be a list of two', ['resources', '0', 'holder'], ['one']],
  ['latency.delays.one.kind must be one of fixed, uniform', ['latency', 'delays', 'one'], { kind: 'never' }],
  ['latency.links.default must be there', ['latency', 'links'], {}],
  ['it has "colour", which nothing here knows', [], { ...PLAN, colour: 'red' }],
  ['two threads have the pid 1', ['agents', '1', 'task'], { comm: 'b', pid: 1 }],
])('%s', (text, path, other) => {
  expect(() => planFrom(withValue(path, other))).toThrow(`this plan cannot be run: ${text}`);
});
