/**
 * Shrinking: from a run that fails to the simplest that still fails in the same way. First what is left out, then the
 * machine, then numbers, then the seed; once more from the start until nothing gets simpler; then sizes, and again.
 */
import type { Rule } from '@dragon/engine';
import type { Fault } from '@dragon/kernel';
import { withFewer } from './fewer.ts';
import type { Failure, Proposals, Size } from './failing-run.ts';
import { fewer, roundedUp } from './simpler-numbers.ts';
import { withSimplerFaults } from './simpler-fault.ts';
import { withSimplerRules } from './simpler-rule.ts';

/** So many seeds are tried, from 1 on. */
const SEEDS = 8;

/** What a scenario can be shrunk to: it means nothing with fewer CPUs; `sizes` are those that it has on so many. */
export interface Bounds {
  readonly leastCpus: number;
  readonly sizes: (cpus: number) => readonly Size[];
}

export function* shrinking(failure: Failure, { leastCpus, sizes }: Bounds): Proposals {
  for (let round = 1; ; round += 1) {
    const before = failure;
    failure = yield* withFewer<Fault | Rule>(failure, {
      of: ({ faults, rules }) => [...faults, ...rules],
      with: (run, parts) => ({
        ...run,
        faults: run.faults.filter((fault) => parts.includes(fault)),
        rules: run.rules.filter((rule) => parts.includes(rule)),
      }),
      least: 0,
    });
    failure = yield* withFewerCpus(failure, leastCpus);
    failure = yield* withSimplerFaults(failure);
    failure = yield* withSimplerRules(failure, round === 1);
    failure = yield* withLowerSeed(failure);
    failure = yield* endingSooner(failure);
    if (failure !== before) continue;
    // Fewer inodes would make the others matter: they come last.
    failure = yield* withSmallerSizes(failure, sizes);
    if (failure === before) return failure;
  }
}

function* withFewerCpus(failure: Failure, least: number): Proposals {
  for (;;) {
    const { run } = failure;
    const numbers = [least, Math.ceil(run.cpus / 4), Math.ceil(run.cpus / 2), run.cpus - 1];
    const counts = [...new Set(numbers)].filter((cpus) => cpus >= least && cpus < run.cpus).toSorted((a, b) => a - b);
    const simpler = yield counts.map((cpus) => ({ ...run, cpus }));
    if (simpler === undefined) return failure;
    failure = simpler;
  }
}

/** Fewer inodes, tasks, files, one after the other. */
function* withSmallerSizes(failure: Failure, sizes: Bounds['sizes']): Proposals {
  for (const { key, least, usual } of sizes(failure.run.cpus)) {
    for (;;) {
      const { run } = failure;
      const sizesBelow = fewer(run.set[key] ?? usual, least);
      const simpler = yield sizesBelow.map((size) => ({ ...run, set: { ...run.set, [key]: size } }));
      if (simpler === undefined) break;
      failure = simpler;
    }
  }
  return failure;
}

function* withLowerSeed(failure: Failure): Proposals {
  const { run } = failure;
  const seeds = Array.from({ length: Math.min(SEEDS, Math.max(0, run.seed - 1)) }, (_, i) => i + 1);
  return (yield seeds.map((seed) => ({ ...run, seed }))) ?? failure;
}

/** What was found is there at `at`: a run has to reach the next instant. */
function* endingSooner(failure: Failure): Proposals {
  const { run, at } = failure;
  const ends = roundedUp(at + 1);
  if (ends.includes(run.until)) return failure;
  return (yield ends.filter((until) => until < run.until).map((until) => ({ ...run, until }))) ?? failure;
}
