/** A run that is made for what it finds alone. */
import { type Definitions, LocalRun, type Plan, type VirtualTime } from '@dragon/engine';
import { kernelFinders, type Outcome, outcomeOf } from '@dragon/report';
import { foundIn, type RunFinding } from '../found-in.ts';
import { Roles } from '../roles.ts';

export interface FoundRun {
  readonly outcome: Outcome;
  readonly endedAt: VirtualTime;
  readonly events: number;
  /** null of a run that completed, and of one that nobody waited for. */
  readonly finding: RunFinding | null;
}

/** Makes the run of a plan, up to so many events. */
export function foundRun(plan: Plan, definitions: Definitions, most: number): FoundRun {
  const { graph, finders } = kernelFinders();
  const run = new LocalRun(plan, definitions, { finders });
  const cut = run.advance(most);
  const result = run.result();
  const { endedAt, events } = result;
  const finding = cut ? null : foundIn(result, graph.deadlock, new Roles(plan));
  return { outcome: outcomeOf(result), endedAt, events, finding };
}
