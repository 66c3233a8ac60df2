/** Tests of a run in one process: where it ends, and that exactly the events before its end are in it. */
import { describe, expect, test } from 'vitest';
import type { Effect } from './agent.ts';
import type { FactsChange } from './facts.ts';
import type { Finder, Finding } from './finding.ts';
import { History } from './history.ts';
import type { Plan } from './plan.ts';
import type { Row } from './row.ts';
import { LocalRun, runPlan } from './run.ts';
import { chatterPlan, definitions, scriptedPlan } from './toy-agents.fixture.ts';

/** Finds something at the first change of facts at or after an instant. */
class FirstChange implements Finder {
  readonly ends = true;
  readonly told: FactsChange[] = [];
  readonly #from: number;
  #due = false;

  constructor(from: number) {
    this.#from = from;
  }

  facts(change: FactsChange): void {
    this.told.push(change);
    this.#due ||= change.at >= this.#from;
  }

  check(at: number): readonly Finding[] {
    return this.#due ? [{ kind: 'stall', at, evidence: null }] : [];
  }
}

const NOTHING: Finder = { ends: true };

function rowsOf(plan: Plan, finder: Finder): { rows: Row[]; result: ReturnType<typeof runPlan> } {
  const rows: Row[] = [];
  const result = runPlan(plan, definitions, { finders: [finder], onRow: (row) => void rows.push(row) });
  return { rows, result };
}

const { rows: ALL, result: UNDISTURBED } = rowsOf(chatterPlan(9, 5), NOTHING);

/** The instants at which facts change, after the start. */
const CHANGES = [...new Set(ALL.filter(({ message }) => message.type === 'nap').map(({ at }) => at))];

describe('a run', () => {
  test('ends at `until`: an event there is not processed', () => {
    expect(UNDISTURBED.endedAt).toBe(40_000);
    expect(UNDISTURBED.foundAt).toBeUndefined();
    const last = ALL.at(-1)?.at ?? 0;
    expect(last).toBeLessThan(40_000);
    const { rows, result } = rowsOf({ ...chatterPlan(9, 5), until: last }, NOTHING);
    expect(result.endedAt).toBe(last);
    expect(rows).toEqual(ALL.filter(({ at }) => at < last));
    expect(result.events).toBe(rows.length);
    expect(rowsOf({ ...chatterPlan(9, 5), until: last + 1 }, NOTHING).result.digest).toBe(UNDISTURBED.digest);
  });

  test('is the same one when it is let go on from instant to instant', () => {
    const run = new LocalRun(chatterPlan(9, 5), definitions, { finders: [NOTHING] });
    for (let before = 0; run.advance(7, before); before += 13)
      if (run.engine.processed > 0) expect(run.engine.now).toBeLessThan(before);
    expect(run.result()).toMatchObject({ digest: UNDISTURBED.digest, endedAt: 40_000 });
  });

  test('ends the grace after a finding, with exactly the events before that', () => {
    for (const foundAt of CHANGES.slice(0, 6)) {
      for (const grace of [1, 100, 1_000]) {
        const plan = { ...chatterPlan(9, 5), stopOnFinding: true, grace };
        const { rows, result } = rowsOf(plan, new FirstChange(foundAt));
        expect([result.foundAt, result.endedAt]).toEqual([foundAt, foundAt + grace]);
        expect(rows).toEqual(ALL.filter(({ at }) => at < foundAt + grace));
        expect(result.events).toBe(rows.length);
        expect(result.log).toEqual(UNDISTURBED.log.filter(({ at }) => at < foundAt + grace));
        expect(result.digest).toBe(rowsOf({ ...plan, until: foundAt + grace }, NOTHING).result.digest);
      }
    }
  });

  test('ends at `until` if that is before the end of the grace', () => {
    const [foundAt = 0] = CHANGES;
    const plan = { ...chatterPlan(9, 5, foundAt + 10), stopOnFinding: true, grace: 1_000 };
    const { result } = rowsOf(plan, new FirstChange(foundAt));
    expect([result.foundAt, result.endedAt]).toEqual([foundAt, foundAt + 10]);
  });

  test('goes on after a finding if it shall not stop there', () => {
    const [foundAt = 0] = CHANGES;
    const { rows, result } = rowsOf(chatterPlan(9, 5), new FirstChange(foundAt));
    expect([result.foundAt, result.endedAt]).toEqual([foundAt, 40_000]);
    expect(rows).toEqual(ALL);
    expect(result.digest).toBe(UNDISTURBED.digest);
  });

  test('tells the finder of all changes before its end', () => {
    const finder = new FirstChange(Number.MAX_SAFE_INTEGER);
    runPlan(chatterPlan(9, 5), definitions, { finders: [finder] });
    expect(new Set(finder.told.map(({ at }) => at))).toEqual(new Set([0, ...CHANGES]));
  });

  test('is the same in slices of any size', () => {
    for (const most of [1, 2, 7, 1_000]) {
      const finder = new FirstChange(CHANGES[3] ?? 0);
      const run = new LocalRun({ ...chatterPlan(9, 5), stopOnFinding: true }, definitions, { finders: [finder] });
      let slices = 1;
      while (run.advance(most)) slices += 1;
      const { result } = rowsOf({ ...chatterPlan(9, 5), stopOnFinding: true }, new FirstChange(CHANGES[3] ?? 0));
      expect(run.result()).toMatchObject({ digest: result.digest, events: result.events, endedAt: result.endedAt });
      expect(slices).toBe(Math.floor(result.events / most) + 1);
      expect(run.advance(most)).toBe(false);
    }
  });

  test('gives the rows of each agent that an observer would have kept, of a run that goes on as well', () => {
    const ids = chatterPlan(9, 5).agents.map(({ id }) => id);
    for (const [slices, until] of [
      [1, 40_000],
      [3, 40_000],
      [1_000, 40_000],
      [1_000, 7_001],
    ] as const) {
      const kept = new History();
      const finder = new FirstChange(CHANGES[5] ?? 0);
      const plan = { ...chatterPlan(9, 5, until), stopOnFinding: true };
      const run = new LocalRun(plan, definitions, { finders: [finder], observers: [kept] });
      for (let slice = 0; slice < slices && run.advance(37); slice += 1);
      const result = run.result();
      const rows = ids.map((id) => kept.rows(id));
      // What comes after the result was taken is not in it.
      while (run.advance(1_000));
      expect(ids.map((id) => result.history(id))).toEqual(rows);
    }
  });
});

describe('a finding in the very last event', () => {
  const [LAST = 0] = CHANGES.slice(-1);

  test('is found, when other events wait beyond the end', () => {
    const { result } = rowsOf({ ...chatterPlan(9, 5, LAST + 1), stopOnFinding: true }, new FirstChange(LAST));
    expect([result.foundAt, result.endedAt]).toEqual([LAST, LAST + 1]);
  });

  test('is found, when there are no others at all', () => {
    const finder = new FirstChange(1);
    const start: Effect[] = [
      {
        kind: 'setTimer',
        timer: 't',
        delay: { name: '100', times: 1, pausable: false, background: false },
        message: { type: 'nap' },
      },
    ];
    const sleeper = definitions.get('x');
    const once = new Map([
      ['a', { ...sleeper, init: () => ({ state: sleeper?.init([], 'a').state, effects: start }) }],
    ]);
    const result = runPlan(scriptedPlan({ a: {} }), once as unknown as typeof definitions, { finders: [finder] });
    expect([result.events, result.foundAt, result.endedAt]).toEqual([1, 100, 150]);
  });
});
