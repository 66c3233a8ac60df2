/** The deferred count: in order, told in another order, of several memory cgroups, and wrong. */
import { expect, test } from 'vitest';
import { DeferredCount, type Step } from './deferred-count.ts';

/** What a call found and left; which call it is, if not the one of the last start. */
type Steps = readonly (readonly [before: number, after: number, call?: object])[];

/** Adds steps a microsecond apart; returns what became of each, and whether there are several counts. */
function judged(mayBeSeveral: boolean, steps: Steps): { readonly found: readonly string[]; readonly several: boolean } {
  const count = new DeferredCount(mayBeSeveral);
  const found: string[] = [];
  let call = {};
  steps.forEach(([before, after, named], i) => {
    found[i] = 'open';
    const kind = after === 0 ? 'start' : 'end';
    if (kind === 'start' || named !== undefined) call = named ?? {};
    const judge: Step['judge'] = (verdict) => void (found[i] = verdict.kind);
    count.add({ kind, before, after, at: i * 1_000, call, alone: true, judge });
  });
  count.end(1e12);
  return { found, several: count.isSeveral };
}

const verdicts = (mayBeSeveral: boolean, steps: Steps) => judged(mayBeSeveral, steps).found;

test('a call takes all, and adds what it did not scan', () => {
  expect(
    verdicts(false, [
      [5, 0],
      [0, 9],
      [9, 0],
      [0, 12],
    ]),
  ).toEqual(['explained', 'agreed', 'agreed', 'agreed']);
});

test('what was told in another order than it was done is put in order', () => {
  // The second call took 0 after the first had taken 9, and said so before.
  expect(
    verdicts(false, [
      [0, 9],
      [0, 0],
      [9, 0],
      [0, 4],
    ]),
  ).toEqual(['explained', 'explained', 'agreed', 'agreed']);
  // The first call left 9, the second took it and said so before.
  const [first, second] = [{}, {}];
  expect(
    verdicts(false, [
      [3, 0, first],
      [9, 0, second],
      [0, 9, first],
      [0, 5, second],
    ]),
  ).toEqual(['explained', 'explained', 'agreed', 'agreed']);
});

test('what nobody left is wrong', () => {
  expect(
    verdicts(false, [
      [5, 0],
      [0, 9],
      [7, 0],
      [9, 0],
    ]),
  ).toEqual(['explained', 'agreed', 'wrong', 'agreed']);
});

/** Calls of several memory cgroups by turns, `rounds` times. */
const byTurns = (groups: number, rounds: number): Steps =>
  Array.from({ length: rounds }, (_, round) =>
    Array.from({ length: groups }, (__, group) => {
      const count = (after: number) => (group + 1) * 100 + after * 7;
      return [
        [count(round), 0],
        [0, count(round + 1)],
      ] as const;
    }).flat(),
  ).flat();

test('memory cgroups have a count each', () => {
  const { found, several } = judged(true, byTurns(3, 8));
  expect(several).toBe(true);
  expect(found.filter((kind) => kind === 'wrong')).toEqual([]);
  expect(new Set(found)).toEqual(new Set(['explained', 'agreed', 'otherCount']));
});

test('of several counts too, a call that was alone leaves what it adds', () => {
  const steps = byTurns(3, 8).with(21, [9, 400]);
  const { found, several } = judged(true, steps);
  expect(several).toBe(true);
  expect(found[21]).toBe('wrong');
});

test('a few wrong numbers do not make several counts', () => {
  const one = byTurns(1, 60);
  const wrong = [21, 41, 61, 81].reduce<Steps>((steps, i) => steps.with(i, [33, (steps[i]?.[1] ?? 0) + 33]), one);
  const { found, several } = judged(true, wrong);
  expect(several).toBe(false);
  for (const i of [21, 41, 61, 81]) expect(found[i]).not.toBe('agreed');
  // A call that takes nothing where something was left is no other count either.
  expect(judged(true, one.with(40, [0, 0])).several).toBe(false);
});
