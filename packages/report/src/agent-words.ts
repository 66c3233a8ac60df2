/** Words for many agents at once: what most of a group do, and what is wanted most. */
import { type AgentId, compareText } from '@dragon/engine';
import { groupsBy } from './groups-by.ts';
import type { ReportNames } from './report-names.ts';
import { thousands } from './thousands.ts';
import type { WaitFacts } from './wait-facts.ts';

/** What the agents of a group do, by number. */
export interface GroupDoings {
  readonly size: number;
  readonly run: number;
  /** They want a CPU and have none. */
  readonly ready: number;
  readonly sleep: number;
  readonly exit: number;
  /** Parts of the machine of which somebody holds a lock. */
  readonly held: number;
  /** Those who wait, by the resource they wait for. */
  readonly waits: ReadonlyMap<string, number>;
}

/** What is said of a group: what most of it do. More would not be read. */
const MOST_CLAUSES = 2;

/** Each for one, for several, and for a CPU: one and several. */
const VERBS = {
  run: ['runs', 'run', 'runs a thread', 'run a thread'],
  ready: ['wants a CPU', 'want a CPU', 'has more than one', 'have more than one'],
  sleep: ['sleeps', 'sleep', 'is idle', 'are idle'],
  exit: ['has exited', 'exited', 'is offline', 'are offline'],
  held: ['has a lock held', 'have a lock held', 'has a lock held', 'have a lock held'],
} as const;

/**
 * Returns what most of a group do, waits first: `1,272 wait for an AGI, 86 run`; empty of parts of which nothing is
 * held.
 */
export function groupWords(doings: GroupDoings, isCpus: boolean, { resources }: ReportNames): string {
  const clauses = [
    ...waitClasses(doings.waits, resources).map(({ resources: wanted, count }) => {
      const what = resources.any(wanted);
      return { count, one: `waits for ${what}`, many: `wait for ${what}` };
    }),
    ...(['run', 'ready', 'sleep', 'exit', 'held'] as const).map((doing) => {
      const verbs = VERBS[doing];
      return { count: doings[doing], one: verbs[isCpus ? 2 : 0], many: verbs[isCpus ? 3 : 1] };
    }),
  ];
  const kept = new Set(clauses.toSorted((a, b) => b.count - a.count).slice(0, MOST_CLAUSES));
  return clauses
    .filter((clause) => clause.count > 0 && kept.has(clause))
    .map(({ count, one, many }) => {
      if (doings.size === 1) return one;
      if (count === doings.size) return `all ${many}`;
      return `${thousands(count)} ${count === 1 ? one : many}`;
    })
    .join(', ');
}

/** What several tasks wait for, one resource or several of a sort. */
export interface Wanted {
  /** `an AGI`, `the AGI of AG 0` */
  readonly text: string;
  /** The tasks that wait. */
  readonly agents: readonly AgentId[];
}

/** Returns what is waited for, most wanted first. */
export function wantedMost(facts: WaitFacts, { resources }: ReportNames): Wanted[] {
  const waiting = [...facts.tasks].flatMap(([agent, { waitsFor }]) =>
    waitsFor === null ? [] : [{ agent, resource: waitsFor.resource }],
  );
  const sorts = groupsBy(waiting, ({ resource }) => resources.label(resource).what);
  return [...sorts.values()]
    .map((sort) => ({
      text: resources.any([...new Set(sort.map(({ resource }) => resource))]),
      agents: sort.map(({ agent }) => agent),
    }))
    .toSorted((a, b) => b.agents.length - a.agents.length || compareText(a.text, b.text));
}

function waitClasses(waits: ReadonlyMap<string, number>, resources: ReportNames['resources']) {
  const sorts = groupsBy([...waits], ([resource]) => resources.label(resource).what);
  return [...sorts.values()].map((sort) => ({
    resources: sort.map(([resource]) => resource),
    count: sort.reduce((sum, [, count]) => sum + count, 0),
  }));
}
