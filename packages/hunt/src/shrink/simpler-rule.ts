/** Simpler rules: about few messages, of few agents, in a short time, and by little. */
import { type Fate, MICROSECOND, type Rule } from '@dragon/engine';
import { admitting } from '@dragon/kernel';
import { withFewer } from './fewer.ts';
import type { Failure, FailingRun, Proposals } from './failing-run.ts';
import { roundings, smaller } from './simpler-numbers.ts';

/** Makes each rule simpler; `narrow`: its time is to be narrowed as well, which rounding widens again. */
export function* withSimplerRules(failure: Failure, narrow: boolean): Proposals {
  for (let i = 0; i < failure.run.rules.length; i += 1) {
    failure = yield* withFewerNamed(failure, i, 'names');
    failure = yield* withFewerNamed(failure, i, 'to');
    failure = yield* withFewerNamed(failure, i, 'from');
    failure = yield* surely(failure, i);
    failure = yield* byLess(failure, i);
    if (narrow) failure = yield* withinLess(failure, i);
    failure = yield* withRounderTimes(failure, i);
  }
  return failure;
}

function* withFewerNamed(failure: Failure, i: number, list: 'names' | 'to' | 'from'): Proposals {
  const named = (rule: Rule | undefined): readonly string[] => {
    if (rule === undefined) return [];
    return rule[list] ?? (list === 'names' ? admitting(rule.about, rule.fate.kind) : []);
  };
  return yield* withFewer(failure, {
    of: (run) => named(run.rules[i]),
    with: (run, names) => changed(run, i, (rule) => ({ ...rule, [list]: names })),
    // A rule about nobody in particular is about all.
    least: 1,
  });
}

function* surely(failure: Failure, i: number): Proposals {
  const { run } = failure;
  if (run.rules[i]?.probability === 1) return failure;
  return (yield [changed(run, i, (rule) => ({ ...rule, probability: 1 }))]) ?? failure;
}

function* byLess(failure: Failure, i: number): Proposals {
  for (;;) {
    const { run } = failure;
    const fate = run.rules[i]?.fate;
    if (fate === undefined || !('max' in fate)) return failure;
    const fixed: readonly Fate[] = fate.min < fate.max ? [{ ...fate, max: fate.min }] : [];
    const less = smaller(fate.max, 1).map((by): Fate => ({ ...fate, min: by, max: by }));
    const simpler = yield [...fixed, ...less].map((each) => changed(run, i, (rule) => ({ ...rule, fate: each })));
    if (simpler === undefined) return failure;
    failure = simpler;
  }
}

/** Half the time, again and again, as long as one of the halves will do. */
function* withinLess(failure: Failure, i: number): Proposals {
  for (;;) {
    const { run, at } = failure;
    const rule = run.rules[i];
    if (rule === undefined) return failure;
    const { since = 0, until = at } = rule;
    if (until - since < 2 * MICROSECOND) return failure;
    const middle = since + Math.ceil((until - since) / 2);
    const simpler = yield [
      changed(run, i, (each) => ({ ...each, until: middle })),
      changed(run, i, (each) => ({ ...each, since: middle, until })),
    ];
    if (simpler === undefined) return failure;
    failure = simpler;
  }
}

function* withRounderTimes(failure: Failure, i: number): Proposals {
  for (const end of ['since', 'until'] as const) {
    const { run } = failure;
    const { since = 0, until = run.until, [end]: time } = run.rules[i] ?? {};
    if (time === undefined) continue;
    const times = roundings(time).filter((rounder) => (end === 'since' ? rounder < until : rounder > since));
    failure = (yield times.map((rounder) => changed(run, i, (rule) => ({ ...rule, [end]: rounder })))) ?? failure;
  }
  const { run } = failure;
  const fate = run.rules[i]?.fate;
  if (fate?.kind !== 'hold') return failure;
  const held = roundings(fate.until).map((until): Fate => ({ ...fate, until }));
  return (yield held.map((each) => changed(run, i, (rule) => ({ ...rule, fate: each })))) ?? failure;
}

function changed(run: FailingRun, place: number, change: (rule: Rule) => Rule): FailingRun {
  return { ...run, rules: run.rules.map((rule, i) => (i === place ? change(rule) : rule)) };
}
