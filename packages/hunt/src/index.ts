/** The public names of @dragon/hunt: what a hunt tries next, what it has reached, and the report of it. */
export type { Attempt } from './attempt.ts';
export { ChartTable } from './chart-table.ts';
export { type ChartCoverage, coverageOf, edgeText } from './coverage.ts';
export { foundIn } from './found-in.ts';
export { Roles } from './roles.ts';
export { FaultSpace } from './fault-space.ts';
export { Hunt, type HuntManner, MOST_UNDER_WAY } from './hunt.ts';
export { huntHtml } from './hunt-html.ts';
export { type HuntFinding, HuntTally } from './hunt-tally.ts';
export { type HuntedRun, huntedRun } from './hunted-run.ts';
export type { Ground } from './ground.ts';
export type { Failure, FailingRun } from './shrink/failing-run.ts';
export { type FoundRun, foundRun } from './shrink/found-run.ts';
export { Shrink } from './shrink/shrink.ts';
