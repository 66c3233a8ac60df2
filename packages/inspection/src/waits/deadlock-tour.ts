/** The tour of a run's deadlock: its stops, and the cure that the last of them shows beside it. */
import { type Deadlock, type ReportNames, type TourStop, tourStops } from '@dragon/report';
import type { ComparisonOffer } from '../compare/comparison-offers.ts';
import type { RunRecord } from '../run-record.ts';

export interface DeadlockTour {
  readonly stops: readonly TourStop[];
  /** Of the stop at which two runs are compared; undefined if nothing is known to cure it. */
  readonly cure: ComparisonOffer | undefined;
}

/** Returns undefined for a run in which no deadlock has been found. */
export function deadlockTour(
  record: RunRecord,
  offers: readonly ComparisonOffer[],
  names: ReportNames,
): DeadlockTour | undefined {
  const found = record.findings.find(({ kind }) => kind === 'deadlock');
  if (found === undefined) return undefined;
  const cure = offers.find(({ cures }) => cures === 'deadlock');
  const deadlock = found.evidence as unknown as Deadlock;
  return { stops: tourStops(deadlock, record.waits.changes(), names, cure), cure };
}
