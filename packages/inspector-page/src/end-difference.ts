/** What differs between the end of a run that this page has made and the end that it had elsewhere, for a person. */
import type { RecordEnd } from '@dragon/inspection';
import type { ExpectedEnd } from './boot.ts';

/** Returns undefined if nothing does. */
export function endDifference({ outcome, digest }: RecordEnd, expected: ExpectedEnd): string | undefined {
  if (digest === expected.digest && outcome === expected.outcome) return undefined;
  return (
    `This page has made another run than the one it shows: ${outcome}, digest ${digest}; ` +
    `the run itself: ${expected.outcome}, digest ${expected.digest}. ` +
    'Please report this: the same plan should give the same run.'
  );
}
