/** The steps that led to a deadlock, each in a sentence: the report prints them, and a page walks through them. */
import type { AgentId, Plan, Row, VirtualTime } from '@dragon/engine';
import { kernelSteps } from './kernel-steps.ts';
import type { ReportNames } from './report-names.ts';
import { type Sentence, sentence } from './sentence.ts';
import type { Deadlock } from './wait-for-graph.ts';

export interface ToldStep {
  readonly at: VirtualTime;
  /** Whose step it is; absent for a thread that no agent has as its own, as a spare kworker. */
  readonly agent?: AgentId | undefined;
  /** As in `xfs_scrub locks the AGI of AG 0`, without a full stop. */
  readonly sentence: Sentence;
}

/**
 * Returns the steps in the order of time. `history` is the rows of an agent, as far as they are kept: without them the
 * steps are those of locks and waits alone.
 */
export function howItCameAbout(
  deadlock: Deadlock,
  history: (agent: AgentId) => readonly Row[],
  plan: Pick<Plan, 'agents'>,
  names: ReportNames,
): ToldStep[] {
  return kernelSteps(deadlock, history, plan, names).map(({ at, agent, comm, text }) => ({
    at,
    agent,
    // Where several threads have one name, the number belongs to it.
    sentence: sentence`${agent === undefined ? comm : names.tasks.piece(agent)} ${text}`,
  }));
}
