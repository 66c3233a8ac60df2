/**
 * Words for a drawing of who waits for whom: labels of its arrows, nodes and stacks, lines of a card, titles of lanes.
 * Short forms have `(R)` and `(W)` where sentences say `for reading` and `for writing`.
 */
import { type AgentId, formatDuration, formatSeconds, type Hold, type VirtualTime, type Wait } from '@dragon/engine';
import { groupsBy } from './groups-by.ts';
import type { ReportNames } from './report-names.ts';
import { joinedSentences, listed, type Sentence, sentence } from './sentence.ts';
import { thousands } from './thousands.ts';

/** What is asked for, and how. */
export type Asked = Pick<Wait, 'resource' | 'lock'>;

/** A task that is in the way, and in which mode. */
export interface Holder {
  readonly agent: AgentId;
  readonly mode: Hold['mode'];
}

/** The two lines on an arrow. */
export interface EdgeLabel {
  /** `AGI of AG 0`, `shrinker_rwsem (W)` */
  readonly what: Sentence;
  /** `xfs_scrub holds it`, `kswapd0 holds it (R)`, `kworker/0:1 must finish it` */
  readonly who: Sentence;
}

export function edgeLabel(asked: Asked, holder: Holder, names: ReportNames): EdgeLabel {
  return { what: shortWait(asked, names), who: holderClause(asked.resource, holder, names) };
}

/** Returns `shrinker_rwsem (W)` or `AGI of AG 0`: what is asked for, on a label. */
export function shortWait({ resource, lock }: Asked, { resources }: ReportNames): Sentence {
  return [{ text: `${shortNoun(resource, resources)}${resources.modeMark(resource, lock)}`, resource }];
}

/** Returns `waits for the AGI of AG 0` or `waits for shrinker_rwsem (W)`, for a card. */
export function cardWait({ resource, lock }: Asked, { resources }: ReportNames): Sentence {
  const text = `${resources.noun(resource)}${resources.modeMark(resource, lock)}`;
  return sentence`waits for ${{ text, resource }}`;
}

/**
 * Returns `runs the inodegc work of CPU 0; holds AGI and AGF of AG 0, sb_internal (R)`: what a task has, for a card.
 * Several things of one place are named together. Empty if it has nothing.
 */
export function cardHolds(holds: readonly Hold[], { resources }: ReportNames): Sentence {
  const byVerb = groupsBy(holds, ({ resource }) => resources.verb(resource));
  const clauses = [...byVerb].map(([verb, held]): Sentence => {
    const byPlace = groupsBy(held, (hold) => {
      const { of } = resources.label(hold.resource);
      // Only things of one place and one mode are named together.
      return of === undefined ? hold : `${of}${resources.modeMark(hold.resource, hold.mode)}`;
    });
    const things = [...byPlace.values()].map((together) => heldTogether(together, resources));
    return sentence`${verb} ${joinedSentences(things, ', ')}`;
  });
  return joinedSentences(clauses, '; ');
}

function heldTogether(holds: readonly Hold[], resources: ReportNames['resources']): Sentence {
  const [first] = holds;
  if (first === undefined) return [];
  const mark = resources.modeMark(first.resource, first.mode);
  if (holds.length === 1) {
    const text = `${resources.noun(first.resource)}${mark}`;
    return [{ text, resource: first.resource }];
  }
  const whats = holds.map(({ resource }): Sentence => [{ text: resources.label(resource).what, resource }]);
  return sentence`${listed(whats)} of ${resources.label(first.resource).of ?? ''}${mark}`;
}

/** Returns `kswapd0 holds it (R)` or `kworker/0:1 must finish it`. */
export function holderClause(resource: string, { agent, mode }: Holder, { tasks, resources }: ReportNames): Sentence {
  return sentence`${tasks.piece(agent)} ${resources.kind(resource).has}${resources.modeMark(resource, mode)}`;
}

/** Returns `xfs_scrub holds it · 8 in its queue`, for the lane of a resource; `free` if nobody has it. */
export function resourceLaneText(
  resource: string,
  holders: readonly Holder[],
  queued: number,
  names: ReportNames,
): Sentence {
  const [first] = holders;
  const queue = queued === 0 ? '' : ` · ${thousands(queued)} in its queue`;
  if (first === undefined)
    return sentence`${names.resources.isOutside(resource) ? 'outside the model' : 'free'}${queue}`;
  const more = holders.length === 1 ? '' : `, and ${thousands(holders.length - 1)} more`;
  return sentence`${holderClause(resource, first, names)}${more}${queue}`;
}

/** Returns the title of the lane of a resource: `AGI of AG 0`. */
export function resourceLaneTitle(resource: string, { resources }: ReportNames): Sentence {
  return [{ text: shortNoun(resource, resources), resource }];
}

/** Returns the text in the bar of a wait, behind the state's name: `waitingForAgi: the AGI of AG 0`. */
export function waitBarText(state: string, asked: Asked, { resources }: ReportNames): string {
  return `${state}: ${resources.noun(asked.resource)}`;
}

/** Returns the text of a stack all of whose tasks wait for the same: `all wait for the AGI of AG 0`. */
export function stackWaitText(asked: Asked, { resources }: ReportNames): Sentence {
  return sentence`all wait for ${{ text: resources.noun(asked.resource), resource: asked.resource }}`;
}

/**
 * Returns `kworker/0:1: waits for the AGI of AG 0, held by xfs_scrub, since 0.064014147 s`: what a reader of the screen
 * is told of a task that waits.
 */
export function waitLine(
  agent: AgentId,
  asked: Asked,
  since: VirtualTime,
  [first]: readonly AgentId[],
  names: ReportNames,
): Sentence {
  const { tasks, resources } = names;
  const who =
    first === undefined
      ? ''
      : first === agent
        ? `, ${resources.holderItself(asked.resource)}`
        : sentence`, ${resources.holder(asked.resource, tasks.piece(first))}`;
  return sentence`${tasks.piece(agent)}: waits for ${resources.waitPiece(asked)}${who}, since ${formatSeconds(since)} s`;
}

/** Returns `blocked 1.75 s`, or `blocked now` of a wait that begins at that instant. */
export function blockedFor(ns: VirtualTime): string {
  return ns === 0 ? 'blocked now' : `blocked ${formatDuration(ns)}`;
}

/** Returns `10 of 33 agents wait`, or `Nobody waits.` */
export function waitingCount(waiting: number, agents: number): string {
  if (waiting === 0) return 'Nobody waits.';
  return `${thousands(waiting)} of ${thousands(agents)} agents ${waiting === 1 ? 'waits' : 'wait'}`;
}

/** Returns `7 more tasks wait behind them`, without a full stop. */
export function behindClause(count: number): string {
  if (count === 0) return 'no other task waits behind them';
  return `${thousands(count)} more ${count === 1 ? 'task waits' : 'tasks wait'} behind them`;
}

/** Returns what stands below a drawing of a deadlock; `lasts`: it has not come undone. */
export function deadlockCaption(behind: number, lasts: boolean): string {
  const clause = behindClause(behind);
  const first = `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
  return lasts ? `${first} Nobody is left to release anything.` : first;
}

/** Returns `and 1,231 more`: those that there is no room for. */
export const andMore = (count: number): string => `and ${thousands(count)} more`;

function shortNoun(resource: string, resources: ReportNames['resources']): string {
  const { what, of } = resources.label(resource);
  return of === undefined ? what : `${what} of ${of}`;
}
