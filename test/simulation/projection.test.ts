/**
 * Projections, verified: states that a machine's projection calls equal behave alike. Material are all local steps of
 * small worlds, explored without a scheduler, and of runs with one; of each group of equal states every member is given
 * every input that any of them met, and what comes of it is compared.
 */
import type { AgentDefinition, Effect, Input, Json, Seen } from '@dragon/engine';
import { LocalRun } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { type Explored, explorePlan, type LocalStep, projectionOf } from './explore.ts';
import { planOf } from './simulate.ts';
import { planSmall, smallBigCache, smallFrozenFs, smallPressure, smallStorm, tinyWorld } from './small-worlds.ts';

interface Group {
  readonly definition: AgentDefinition;
  /** The members, by their whole saved state. */
  readonly members: Map<string, unknown>;
  readonly inputs: Map<string, Input>;
}

const projected = (definition: AgentDefinition, state: unknown): string =>
  JSON.stringify(projectionOf(definition, state));

/** What an agent does to others: lines and tracepoints are only shown, and some fields are for bookkeepers. */
function shownEffects(effects: readonly Effect[]): Json[] {
  return effects.flatMap((effect): Json[] => {
    if (effect.kind === 'log' || effect.kind === 'trace') return [];
    return [JSON.parse(JSON.stringify(effect, (key, value: unknown) => (BOOKKEEPING.has(key) ? undefined : value)))];
  });
}

/** How often a thread has slept, which khungtaskd compares; the number of a wake-up, which the scheduler gives back. */
const BOOKKEEPING = new Set(['sleeps', 'turn']);

class Merger {
  readonly #groups = new Map<string, Group>();

  add({ agent, definition, before, input }: LocalStep): void {
    const key = `${agent} ${projected(definition, before)}`;
    let group = this.#groups.get(key);
    if (group === undefined) this.#groups.set(key, (group = { definition, members: new Map(), inputs: new Map() }));
    if (group.members.size < MEMBERS) group.members.set(JSON.stringify(definition.save(before)), before);
    const { message, from, timer } = relative(before, input);
    group.inputs.set(JSON.stringify([message, from, timer]), { ...input, message });
  }

  readonly see = ({ agent, event, definition, before }: Seen): void => {
    if (event !== undefined && !TIMED.has(definition.kind)) this.add({ agent, definition, before, input: event });
  };

  /** Returns the groups of several members whose members differ, as text, and how much was compared. */
  check(): { readonly differences: string[]; readonly merged: number; readonly compared: number } {
    const differences: string[] = [];
    let [merged, compared] = [0, 0];
    for (const { definition, members, inputs } of this.#groups.values()) {
      if (members.size < 2) continue;
      merged += members.size - 1;
      for (const input of inputs.values()) {
        const outcomes = new Set(
          [...members.values()].map((state) => outcomeOf(definition, state, absolute(state, input))),
        );
        compared += members.size;
        if (outcomes.size > 1)
          differences.push(`${definition.kind}, ${JSON.stringify(input.message)}:\n${[...outcomes].join('\n')}`);
      }
    }
    return { differences, merged, compared };
  }
}

/**
 * The number of a wake-up in the scheduler's word says only whether it is the thread's last one: kept as the distance
 * from it.
 */
function relative(state: unknown, input: Input): Input {
  const { turn } = input.message;
  return typeof turn === 'number' ? { ...input, message: { ...input.message, turn: turn - turnOf(state) } } : input;
}

function absolute(state: unknown, input: Input): Input {
  const { turn } = input.message;
  return typeof turn === 'number' ? { ...input, message: { ...input.message, turn: turn + turnOf(state) } } : input;
}

const turnOf = (state: unknown): number => (state as { readonly turn?: number }).turn ?? 0;

/** Of a large group, enough members to differ. */
const MEMBERS = 12;

/** Schedulers measure time, which is all of their state. */
const TIMED = new Set(['cpu']);

function outcomeOf(definition: AgentDefinition, state: unknown, input: Input): string {
  try {
    const step = definition.receive(state, input);
    return `${projected(definition, step.state)} ${JSON.stringify(shownEffects(step.effects))}`;
  } catch {
    return 'throws';
  }
}

describe('states that a projection calls equal behave alike', () => {
  const total = { merged: 0, compared: 0 };

  test.each([
    ['throttle=always', 6_000, false],
    ['throttle=timed(10ms)', 3_000, false],
    ['throttle=inline', 3_000, false],
    ['shrinkers=refcount', 3_000, false],
    ['shrinkers=srcu,repair=try-unregister', 3_000, false],
    ['throttle=watermarks(2,1)', 3_000, true],
  ] as const)('in a tiny world, every order of its messages: %s', { timeout: 60_000 }, (policy, most, background) => {
    const merger = new Merger();
    const plan = tinyWorld({ policy });
    const explored: Explored = explorePlan(plan, DEFINITIONS, { most, background, onStep: (step) => merger.add(step) });
    const { differences, merged, compared } = merger.check();
    expect(differences).toEqual([]);
    expect(explored.states).toBeGreaterThan(most / 2);
    total.merged += merged;
    total.compared += compared;
  });

  test.each([
    ['seed-deadlock', () => planOf({ scenario: 'seed-deadlock', cpus: 2, until: 4_000_000_000 })],
    ['pressure', () => planSmall((cpus) => smallPressure(cpus, 500))],
    ['big cache', () => planSmall((cpus) => smallBigCache(cpus, 800))],
    ['frozen file system', () => planSmall((cpus) => smallFrozenFs(cpus, 300))],
    ['storm', () => planSmall(smallStorm)],
  ])('in a run with schedulers: %s', { timeout: 60_000 }, (_name, plan) => {
    const merger = new Merger();
    const run = new LocalRun(plan(), DEFINITIONS, { finders: [], observers: [merger] });
    run.advance(3_000);
    const { differences, merged, compared } = merger.check();
    expect(differences).toEqual([]);
    total.merged += merged;
    total.compared += compared;
  });

  test('and enough of them were compared', () => {
    expect(total.merged).toBeGreaterThan(50);
    expect(total.compared).toBeGreaterThan(100);
  });
});

test('a projection that leaves out what matters is found', () => {
  const merger = new Merger();
  const careless = new Map(
    [...DEFINITIONS].map(([kind, definition]) => [
      kind,
      kind === 'ag' ? { ...definition, project: (state: unknown) => definition.describe(state) } : definition,
    ]),
  );
  explorePlan(tinyWorld({}), careless, { most: 6_000, background: false, onStep: (step) => merger.add(step) });
  expect(merger.check().differences.join('\n')).toMatch(/^ag, /m);
});
