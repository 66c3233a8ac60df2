/** What a run found, told in the order in which the report tells it. */
import type { Finding, FindingKind, RunResult } from '@dragon/engine';
import { deadlockStory } from './deadlock-story.ts';
import type { OomFinder } from './oom-finder.ts';
import { oomStory } from './oom-story.ts';
import { propertyStory } from './property-story.ts';
import type { ReportNames } from './report-names.ts';
import { stallRoots } from './stall-roots.ts';
import { stallStory } from './stall-story.ts';
import type { Story } from './story.ts';
import type { WaitForGraph, WaitingTask } from './wait-for-graph.ts';

/** What the finders of a run know of what they found. */
export interface Found {
  readonly graph: Pick<WaitForGraph, 'deadlock' | 'undone' | 'blocked'>;
  /** Without it a kill is told without the inodes. */
  readonly oom?: Pick<OomFinder, 'census'> | undefined;
  readonly result: Pick<RunResult, 'endedAt' | 'findings'>;
}

/**
 * Returns the kills and the broken properties as they happened, then the deadlock, then the roots of a stall, each as
 * it stands at the end of the run.
 */
export function runStories(found: Found, names: ReportNames): Story[] {
  const { graph, result } = found;
  return [
    ...eventStories(found, names),
    ...(graph.deadlock === undefined ? [] : [deadlockStory(graph.deadlock, names, graph.undone)]),
    ...stallRoots(graph, result.endedAt).map((task) => stallStory(task, result.endedAt, names)),
  ];
}

/** As the outcome of a run is decided. */
const GRAVEST_FIRST: readonly FindingKind[] = ['deadlock', 'property', 'oom', 'stall'];

/** Returns the story that the run's outcome is about, the first of its kind; undefined if there is none. */
export function gravestStory(stories: readonly Story[]): Story | undefined {
  const kind = GRAVEST_FIRST.find((each) => stories.some((story) => story.kind === each));
  return stories.find((story) => story.kind === kind);
}

/** Returns the kills and the broken properties alone. */
export function eventStories({ result, oom }: Pick<Found, 'oom' | 'result'>, names: ReportNames): Story[] {
  return result.findings.flatMap((finding) => {
    if (finding.kind === 'oom') return [oomStory(finding, oom?.census(finding.at), names)];
    return finding.kind === 'property' ? [propertyStory(finding, names)] : [];
  });
}

/** Returns the story of each finding, in their order; undefined for a stall whose task waits no more. */
export function findingStories(found: Found, names: ReportNames): (Story | undefined)[] {
  const { graph, oom, result } = found;
  const { findings, endedAt } = result;
  const blocked = new Map(
    findings.some(({ kind }) => kind === 'stall') ? graph.blocked().map((task) => [task.agent, task]) : [],
  );
  return findings.map((finding: Finding) => {
    switch (finding.kind) {
      case 'deadlock':
        return graph.deadlock && deadlockStory(graph.deadlock, names, graph.undone);
      case 'oom':
        return oomStory(finding, oom?.census(finding.at), names);
      case 'property':
        return propertyStory(finding, names);
      case 'stall': {
        const task = blocked.get((finding.evidence as unknown as WaitingTask).agent);
        return task && stallStory(task, endedAt, names);
      }
    }
  });
}
