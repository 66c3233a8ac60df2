/**
 * A run of the whole system that is saved in its middle, in all its engines, goes on elsewhere as if nothing had
 * happened.
 */
import { combineDigests, Engine, type EngineSnapshot, type Event, type Plan } from '@dragon/engine';
import { DEFINITIONS } from '@dragon/scenarios';
import { describe, expect, test } from 'vitest';
import { planOf } from '../simulation/simulate.ts';
import { planSmall, smallPressure } from '../simulation/small-worlds.ts';

/**
 * Engines that share the agents of a plan and pass each other's events on at once: a federation without its protocol.
 */
class Engines {
  readonly #engines: readonly Engine[];
  readonly #home: ReadonlyMap<string, number>;
  readonly #mail: Event[] = [];

  /** Agents are dealt to `count` engines in turn; `saved` is what an earlier one with the same deal has saved. */
  constructor(plan: Plan, count: number, saved?: readonly EngineSnapshot[]) {
    const deals = Array.from({ length: count }, (_, i) =>
      plan.agents.filter((__, at) => at % count === i).map(({ id }) => id),
    );
    this.#home = new Map(deals.flatMap((ids, i) => ids.map((id) => [id, i] as const)));
    this.#engines = deals.map(
      (ids, i) =>
        new Engine({
          plan,
          definitions: DEFINITIONS,
          remote: (event) => this.#mail.push(event),
          ids,
          snapshot: saved?.[i],
        }),
    );
    this.#deliver();
  }

  /** Processes every event before `limit`. */
  run(limit: number): void {
    for (;;) {
      const [next, engine] = this.#first();
      if (engine === undefined || next >= limit) return;
      // Not beyond this instant: what it sends may come before the next event of another engine.
      engine.run(next + 1);
      this.#deliver();
    }
  }

  save(): EngineSnapshot[] {
    return this.#engines.map((engine) => engine.save());
  }

  digest(): string {
    return combineDigests(this.#engines.flatMap((engine) => engine.digests()));
  }

  #first(): readonly [at: number, engine: Engine | undefined] {
    let [at, first]: [number, Engine | undefined] = [Number.POSITIVE_INFINITY, undefined];
    for (const engine of this.#engines) if (engine.nextAt() < at) [at, first] = [engine.nextAt(), engine];
    return [at, first];
  }

  #deliver(): void {
    for (const event of this.#mail.splice(0)) this.#engines[this.#home.get(event.to) ?? 0]?.deliver(event);
  }
}

const MS = 1_000_000;
const PARTS = 40;

/** `from`, `to`: while much happens, in ms. */
const RUNS: readonly (readonly [name: string, plan: Plan, from: number, to: number])[] = [
  ['pressure', planSmall((cpus) => smallPressure(cpus, 1_500), { cpus: 1, seed: 6, until: 400 * MS }), 3, 350],
  ['seed-deadlock', planOf({ scenario: 'seed-deadlock', cpus: 2, seed: 6, until: 2_500 * MS }), 200, 230],
];

describe.each(RUNS)('%s', (name, plan, from, to) => {
  const whole = new Engines(plan, 1);
  whole.run(plan.until);
  const expected = whole.digest();

  test.each([1, 4])(`saved ${PARTS} times on its way, in %i engines`, { timeout: 60_000 }, (count) => {
    let engines = new Engines(plan, count);
    let [stopped, running] = [0, 0];
    for (let part = 0; part < PARTS; part += 1) {
      // Instants of no meaning to the model.
      engines.run(Math.floor((from + ((to - from) * part) / PARTS) * MS) + 12_345);
      const saved = JSON.parse(JSON.stringify(engines.save())) as EngineSnapshot[];
      for (const { agents } of saved)
        for (const agent of agents) {
          stopped += agent.stopped.length;
          running += agent.pausable.length;
        }
      engines = new Engines(plan, count, saved);
    }
    engines.run(plan.until);
    expect(engines.digest()).toBe(expected);
    // Otherwise threads in the midst of their work have not been tried, on a CPU or waiting for one.
    expect(running).toBeGreaterThan(3);
    expect(stopped).toBeGreaterThan(name === 'pressure' ? 3 : -1);
  });
});
