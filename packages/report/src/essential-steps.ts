/**
 * The essential steps of a deadlock: for each party, how it took what the one before it wants, and how it came to wait.
 */
import type { AgentId, Plan, Row, VirtualTime } from '@dragon/engine';
import { howItCameAbout, type ToldStep } from './how-it-came-about.ts';
import type { ReportNames } from './report-names.ts';
import type { Deadlock } from './wait-for-graph.ts';

/** Returns those of `howItCameAbout` without any of which there would be no cycle. */
export function essentialSteps(
  deadlock: Deadlock,
  history: (agent: AgentId) => readonly Row[],
  plan: Pick<Plan, 'agents'>,
  names: ReportNames,
): ToldStep[] {
  const instants = new Map(deadlock.cycle.map((party) => [party.agent, essentialInstants(party, deadlock, names)]));
  return howItCameAbout(deadlock, history, plan, names).filter(
    ({ agent, at }) => agent !== undefined && instants.get(agent)?.has(at) === true,
  );
}

function essentialInstants(
  { agent, waitingSince, holds }: Deadlock['cycle'][number],
  { cycle }: Deadlock,
  { resources }: ReportNames,
): ReadonlySet<VirtualTime> {
  const wanted = new Set(
    cycle.flatMap(({ blockedOn, waitsFor }) =>
      // Who runs the work that somebody waits for is said where that waits.
      blockedOn !== agent || resources.isWork(waitsFor.resource) ? [] : [waitsFor.resource],
    ),
  );
  const takes = holds.filter(({ resource }) => wanted.has(resource)).map(({ since }) => since);
  return new Set([...takes, waitingSince]);
}
