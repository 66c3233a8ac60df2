/** A deadlock in a headline and a sentence; one that came undone says so in both. */
import { deadlockHeadline, deadlockSentence, ringOrder } from './deadlock-sentence.ts';
import type { ReportNames } from './report-names.ts';
import type { Story } from './story.ts';
import type { Deadlock, Undoing } from './wait-for-graph.ts';

export function deadlockStory(deadlock: Deadlock, names: ReportNames, undone?: Undoing): Story {
  return {
    kind: 'deadlock',
    tag: 'DEADLOCK',
    at: deadlock.at,
    ...(undone && { undoneAt: undone.at }),
    headline: deadlockHeadline(deadlock, names, undone),
    sentence: deadlockSentence(deadlock, names, undone),
    parties: ringOrder(deadlock.cycle).map(({ agent }) => agent),
  };
}
