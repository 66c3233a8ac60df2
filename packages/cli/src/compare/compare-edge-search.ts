/** The search for edges of a comparison: asks for runs until it knows them. */
import { type ComparedEdges, type EdgePoint, searchEdges, tallyOf } from '@dragon/compare';
import { ESTIMATED_CONSTANTS } from '@dragon/scenarios';
import type { CompareJob, CompareRequest } from './compare-request.ts';
import type { CompareState } from './compare-state.ts';
import { edgeVariables, hasPlan } from './edge-variables.ts';

/** Makes those of the runs that are not kept; null if nobody asked for edges. */
export async function findEdges(
  request: CompareRequest,
  state: CompareState,
  makeRuns: (jobs: readonly CompareJob[]) => Promise<void>,
): Promise<ComparedEdges | null> {
  const { scenario, policies, cpus, edgeRuns, edgeSeeds } = request;
  const [policy = ''] = policies;
  if (edgeRuns === 0) return null;
  const { variables, notVaried } = edgeVariables(
    scenario,
    cpus,
    request.setValues,
    ESTIMATED_CONSTANTS,
    (change, count) => hasPlan(request.job(policy, count, 0, change).request.plan),
  );
  const changeOf = new Map(variables.map(({ name, change }) => [name, change]));
  const jobsOf = (each: Pick<EdgePoint, 'policy'> & Partial<EdgePoint>): CompareJob[] =>
    edgeSeeds.flatMap((seed) =>
      cpus.map((count) => {
        const { variable, factor = 1 } = each;
        return request.job(each.policy, count, seed, changeOf.get(variable?.name ?? '')?.(factor, count));
      }),
    );
  const tally = (jobs: readonly CompareJob[]) => {
    const measures = jobs.flatMap(({ key }) => state.get(key) ?? []);
    return measures.length < jobs.length ? undefined : tallyOf(measures);
  };
  const runsPerPoint = edgeSeeds.length * cpus.length;
  for (;;) {
    const step = searchEdges({
      variables,
      policies,
      usual: (each) => tallyOf(jobsOf({ policy: each }).flatMap(({ key }) => state.get(key) ?? [])),
      known: (point) => tally(jobsOf(point)),
      most: Math.floor(edgeRuns / runsPerPoint),
    });
    if ('edges' in step) {
      const runs = step.edges.points * runsPerPoint;
      return { ...step.edges, runsPerPoint, runs, mostRuns: edgeRuns, notVaried };
    }
    await makeRuns(step.wanted.flatMap(jobsOf));
  }
}
