/** A hunted run: made, watched, and told as plain data. */
import { type Definitions, LocalRun, type Plan, type VirtualTime } from '@dragon/engine';
import { kernelFinders, type Outcome, outcomeOf } from '@dragon/report';
import type { SeenChain } from './attempt.ts';
import type { ChartTable } from './chart-table.ts';
import { foundIn, type RunFinding } from './found-in.ts';
import { ReachWatch } from './reach-watch.ts';
import { Roles } from './roles.ts';
import { WaitChains } from './wait-chains.ts';

export interface HuntedRun {
  readonly outcome: Outcome;
  readonly endedAt: VirtualTime;
  readonly events: number;
  /** It went on after so many events, and nobody waited for its end. */
  readonly cut: boolean;
  readonly digest: string;
  /** null of a run that completed. */
  readonly finding: RunFinding | null;
  /** Transitions taken and states reached, each the text of a `NumberSet` of the table. */
  readonly edges: string;
  readonly states: string;
  readonly chains: readonly SeenChain[];
}

/** Makes the run of a plan, up to so many events: a hunt that waits for all finds nothing else meanwhile. */
export function huntedRun(plan: Plan, definitions: Definitions, table: ChartTable, most: number): HuntedRun {
  const roles = new Roles(plan);
  const { graph, finders } = kernelFinders();
  const chains = new WaitChains(roles);
  const reach = new ReachWatch(table);
  const run = new LocalRun(plan, definitions, { finders: [...finders, chains], observers: [reach] });
  const cut = run.advance(most);
  const result = run.result();
  const { endedAt, events, digest } = result;
  return {
    outcome: outcomeOf(result),
    endedAt,
    events,
    cut,
    digest,
    finding: foundIn(result, graph.deadlock, roles),
    edges: reach.edges.text(),
    states: reach.states.text(),
    chains: chains.seen,
  };
}
