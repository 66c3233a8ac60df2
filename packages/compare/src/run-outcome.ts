/** Tallies of what became of some runs, and the verdict of their majority. */
import { SECOND } from '@dragon/engine';
import { hasDeadlock, hasOom } from './compare-cell.ts';
import type { RunMeasures } from './run-measures.ts';

/**
 * A wait of kswapd or of an allocation as long as this is a stall: who sits at the machine calls it hung (estimated).
 */
const STALLED_NS = 10 * SECOND;

/** Runs, and those of them in which something happened at least once. */
export interface OutcomeTally {
  readonly runs: number;
  readonly deadlocks: number;
  readonly ooms: number;
  readonly stalls: number;
}

type Outcome = 'deadlocks' | 'ooms' | 'stalls';

const OUTCOMES: readonly Outcome[] = ['deadlocks', 'ooms', 'stalls'];

/** What it is that an outcome does, as in `kills`. */
const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  deadlocks: 'deadlocks',
  ooms: 'kills',
  stalls: 'stalls',
};

const HAS: Readonly<Record<Outcome, (run: RunMeasures) => boolean>> = {
  deadlocks: hasDeadlock,
  ooms: hasOom,
  stalls: hasStall,
};

function hasStall({ kswapdStalls, allocStalls }: RunMeasures): boolean {
  return [kswapdStalls, allocStalls].some(({ samples }) => samples.counts.length > 0 && samples.max >= STALLED_NS);
}

export function tallyOf(runs: readonly RunMeasures[]): OutcomeTally {
  const count = (outcome: Outcome) => runs.filter(HAS[outcome]).length;
  return { runs: runs.length, deadlocks: count('deadlocks'), ooms: count('ooms'), stalls: count('stalls') };
}

/** Returns what happened in more than half of the runs. */
export function majorityOf(tally: OutcomeTally): Outcome[] {
  return OUTCOMES.filter((outcome) => 2 * tally[outcome] > tally.runs);
}

export const sameVerdict = (a: OutcomeTally, b: OutcomeTally): boolean => majorityOf(a).join() === majorityOf(b).join();

/** `kills 3, stalls 2 of 3`; `nothing in 3` where nothing happened. */
export function tallyText(tally: OutcomeTally): string {
  const seen = OUTCOMES.filter((outcome) => tally[outcome] > 0);
  if (seen.length === 0) return `nothing in ${tally.runs}`;
  return `${seen.map((outcome) => `${OUTCOME_WORDS[outcome]} ${tally[outcome]}`).join(', ')} of ${tally.runs}`;
}
