/** From which run a run with faults forks off: what its trace says of that. */
import { LocalRun, type Plan, planDigest } from '@dragon/engine';
import { faultsOf } from '@dragon/kernel';
import { kernelFinders, type TraceFork } from '@dragon/report';
import { DEFINITIONS, withoutFaults } from '@dragon/scenarios';

/**
 * Returns undefined for a plan without faults. To count the events before the first of them, the original is run up to
 * there.
 */
export function forkOf(plan: Plan): TraceFork | undefined {
  const [first] = faultsOf(plan);
  if (first === undefined) return undefined;
  const parent = withoutFaults(plan);
  const run = new LocalRun({ ...parent, until: first.at }, DEFINITIONS, { finders: kernelFinders().finders });
  while (run.advance(Number.MAX_SAFE_INTEGER));
  return { parent: planDigest(parent), at: first.at, events: run.result().events };
}
