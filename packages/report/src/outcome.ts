/** The outcome of a run, in one word, and the finders that it is read from. */
import type { Finder, Finding, Plan } from '@dragon/engine';
import { ChaosFinder } from './chaos-finder.ts';
import { Lockdep } from './lockdep.ts';
import { LongestWaits } from './longest-waits.ts';
import { OomFinder } from './oom-finder.ts';
import { ResourceNames } from './resource-names.ts';
import { ShutdownFinder } from './shutdown-finder.ts';
import { StallFinder } from './stall-finder.ts';
import { WaitForGraph } from './wait-for-graph.ts';

export const OUTCOMES = ['completed', 'deadlock', 'violated', 'oom', 'stalled'] as const;

/**
 * How a run ended: `deadlock` if a cycle was found, else `violated` if a property was broken, else `oom` if the OOM
 * killer ran, else `stalled` if at the end a task was blocked for longer than khungtaskd's timeout, else `completed`.
 */
export type Outcome = (typeof OUTCOMES)[number];

/** Returns how a run with these findings ended. */
export function outcomeOf({ findings }: { readonly findings: readonly Pick<Finding, 'kind'>[] }): Outcome {
  const kinds = new Set(findings.map(({ kind }) => kind));
  if (kinds.has('deadlock')) return 'deadlock';
  if (kinds.has('property')) return 'violated';
  if (kinds.has('oom')) return 'oom';
  return kinds.has('stall') ? 'stalled' : 'completed';
}

/** The finders of every run of the simulated kernel, and those of them which a report wants to see. */
export interface KernelFinders {
  readonly graph: WaitForGraph;
  readonly oom: OomFinder;
  readonly chaos: ChaosFinder;
  readonly shutdown: ShutdownFinder;
  readonly finders: readonly Finder[];
}

export function kernelFinders(): KernelFinders {
  const graph = new WaitForGraph();
  const oom = new OomFinder();
  const chaos = new ChaosFinder();
  const shutdown = new ShutdownFinder();
  return { graph, oom, chaos, shutdown, finders: [graph, oom, chaos, new StallFinder(graph), shutdown] };
}

export interface ReportFinders extends KernelFinders {
  readonly waits: LongestWaits;
  readonly lockdep: Lockdep;
}

/**
 * Returns the same with the longest waits and what lockdep would have said beside it, for a report: lockdep costs more
 * than all of them.
 */
export function reportFinders(plan: Pick<Plan, 'resources'>): ReportFinders {
  const kernel = kernelFinders();
  const waits = new LongestWaits();
  const lockdep = new Lockdep(new ResourceNames(plan));
  return { ...kernel, waits, lockdep, finders: [...kernel.finders, waits, lockdep] };
}
