/**
 * What an agent says of its waits and locks in another way than before: a change of facts without what has stayed the
 * same. A trace has it, and a page's worker hands it to the page. A wait queue of thousands that one task joins or
 * leaves takes as little as one of two.
 *
 * `FactsEncoder` makes deltas of changes, `FactsDecoder` changes of deltas: each keeps what every agent said last, so
 * both begin at the start of a run and leave nothing out.
 */
import type {
  AgentId,
  Chunks,
  Facts,
  FactsChange,
  Hold,
  ResourceFacts,
  TaskFacts,
  VirtualTime,
  Wait,
  Waiter,
} from '@dragon/engine';
import { inChunks } from '@dragon/kernel';

/** From `from` on `removed` items went, and `added` came in their place. */
export interface ListChange<T> {
  /** -1: behind the last item, however many there are. */
  readonly from: number;
  readonly removed: number;
  readonly added: readonly T[];
}

/** A resource whose holders or queue have changed. */
export interface ResourceDelta {
  readonly resource: string;
  readonly holders?: ListChange<AgentId>;
  /** Tasks, in the order of the queue. */
  readonly waiters?: ListChange<AgentId>;
}

/** What is said in another way than before; what is absent is as it was. */
export interface FactsChanged {
  /** Whether it is a task now; present if it was not, or is not any more. */
  readonly task?: boolean;
  /** Null: it waits for nothing. */
  readonly wait?: Wait | null;
  readonly holds?: ListChange<Hold>;
  /** By name, the resources that it speaks for: one that goes and comes again is empty at first. */
  readonly resources?: ListChange<string>;
  readonly changed?: readonly ResourceDelta[];
}

/** From `at` on `agent` says this. At first an agent is no task and has no resources. */
export interface FactsDelta extends FactsChanged {
  readonly at: VirtualTime;
  readonly agent: AgentId;
}

const NO_TASK: TaskFacts = { waitsFor: null, holds: [] };

export class FactsEncoder {
  readonly #known = new Map<AgentId, Facts>();

  /** Returns what has changed; undefined if the agent said the same before. */
  take({ at, agent, facts }: FactsChange): FactsDelta | undefined {
    const before = this.#known.get(agent) ?? {};
    this.#known.set(agent, { task: facts.task, resources: facts.resources });
    const changes = { ...taskDelta(before.task, facts.task), ...resourcesDelta(before.resources, facts.resources) };
    return Object.keys(changes).length === 0 ? undefined : { at, agent, ...changes };
  }
}

function taskDelta(before: TaskFacts | undefined, after: TaskFacts | undefined): Partial<FactsDelta> {
  if (before === after) return {};
  const [old, now] = [before ?? NO_TASK, after ?? NO_TASK];
  const holds = listChange([old.holds], [now.holds], equalHolds);
  return {
    ...((before === undefined) !== (after === undefined) && { task: after !== undefined }),
    ...(!equalWaits(old.waitsFor, now.waitsFor) && { wait: now.waitsFor && waitAlone(now.waitsFor) }),
    ...(holds && { holds: { ...holds, added: holds.added.map(({ resource, mode }) => ({ resource, mode })) } }),
  };
}

function resourcesDelta(
  before: readonly ResourceFacts[] = [],
  after: readonly ResourceFacts[] = [],
): Partial<FactsDelta> {
  if (before === after) return {};
  const names = listChange([before.map(nameOf)], [after.map(nameOf)], Object.is);
  const stayed = new Map<string, ResourceFacts>();
  const isGone = (place: number) => names !== undefined && place >= names.from && place < names.from + names.removed;
  for (const [place, facts] of before.entries()) if (!isGone(place)) stayed.set(facts.resource, facts);
  const changed = after.flatMap((facts) => resourceDelta(stayed.get(facts.resource), facts));
  return { ...(names && { resources: names }), ...(changed.length > 0 && { changed }) };
}

function resourceDelta(before: ResourceFacts | undefined, after: ResourceFacts): ResourceDelta[] {
  if (before === after) return [];
  const holders = listChange(before?.holders ?? [], after.holders, Object.is);
  const waiters = listChange(before?.waiters ?? [], after.waiters, equalWaiters);
  if (holders === undefined && waiters === undefined) return [];
  const tasks = waiters && { ...waiters, added: waiters.added.map(({ task }) => task) };
  return [{ resource: after.resource, ...(holders && { holders }), ...(tasks && { waiters: tasks }) }];
}

const nameOf = ({ resource }: ResourceFacts): string => resource;
const equalHolds = (a: Hold, b: Hold): boolean => a.resource === b.resource && a.mode === b.mode;
const equalWaiters = (a: Waiter, b: Waiter): boolean => a.task === b.task;

/** A wait may be a view of more. */
const waitAlone = ({ resource, mode, lock, stack }: Wait): Wait => ({ resource, mode, lock, stack });

function equalWaits(a: Wait | null, b: Wait | null): boolean {
  if (a === b) return true;
  if (a === null || b === null || a.resource !== b.resource || a.mode !== b.mode || a.lock !== b.lock) return false;
  return a.stack.length === b.stack.length && a.stack.every((frame, i) => frame === b.stack[i]);
}

/** Returns what makes `after` of `before`. Of a long list only the chunks that are not the same are looked at. */
function listChange<T>(before: Chunks<T>, after: Chunks<T>, equal: (a: T, b: T) => boolean): ListChange<T> | undefined {
  if (before === after) return undefined;
  const [head, tail] = common(before, after, Object.is);
  const old = before.slice(head, before.length - tail).flat();
  const now = after.slice(head, after.length - tail).flat();
  const [first, last] = common(old, now, equal);
  const removed = old.length - first - last;
  const added = now.slice(first, now.length - last);
  if (removed === 0 && added.length === 0) return undefined;
  // Most who come stand at the end: so that all of these are the same change.
  const isEnd = first === old.length && tail === 0;
  const from = isEnd ? -1 : before.slice(0, head).reduce((sum, chunk) => sum + chunk.length, first);
  return { from, removed, added };
}

/** Returns how many items at the start and at the end, behind those, are the same. */
function common<T>(a: readonly T[], b: readonly T[], equal: (a: T, b: T) => boolean): readonly [number, number] {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && equal(a[head] as T, b[head] as T)) head += 1;
  let tail = 0;
  while (tail < shorter - head && equal(a[a.length - 1 - tail] as T, b[b.length - 1 - tail] as T)) tail += 1;
  return [head, tail];
}

export class FactsDecoder {
  readonly #known = new Map<AgentId, Facts>();

  /** Returns what the agent says. What has not changed is the same object as in its change before. */
  take(delta: FactsDelta): FactsChange {
    const { at, agent } = delta;
    const facts = factsAfter(this.#known.get(agent) ?? {}, delta);
    this.#known.set(agent, facts);
    return { at, agent, facts };
  }
}

/** Returns what an agent says that said `before`. What has not changed is the same object. */
export function factsAfter(before: Facts, { task, wait, holds, resources, changed }: FactsChanged): Facts {
  const known = before.task ?? NO_TASK;
  const isTask = task ?? before.task !== undefined;
  const sameTask = isTask && before.task !== undefined && wait === undefined && holds === undefined;
  return {
    task: sameTask ? before.task : isTask ? taskAfter(known, wait, holds) : undefined,
    resources:
      resources === undefined && changed === undefined
        ? before.resources
        : resourcesAfter(before.resources ?? [], resources, changed ?? []),
  };
}

const taskAfter = (
  { waitsFor, holds }: TaskFacts,
  wait: Wait | null | undefined,
  change: ListChange<Hold> | undefined,
): TaskFacts => ({
  waitsFor: wait === undefined ? waitsFor : wait,
  holds: change === undefined ? holds : changedList(holds, change),
});

function resourcesAfter(
  before: readonly ResourceFacts[],
  names: ListChange<string> | undefined,
  changed: readonly ResourceDelta[],
): readonly ResourceFacts[] {
  const come = names?.added.map((resource): ResourceFacts => ({ resource, holders: [], waiters: [] })) ?? [];
  const all = names === undefined ? before : changedList(before, { ...names, added: come });
  const byName = new Map(changed.map((each) => [each.resource, each]));
  return all.map((facts) => {
    const { holders, waiters } = byName.get(facts.resource) ?? {};
    if (holders === undefined && waiters === undefined) return facts;
    const tasks = waiters && { ...waiters, added: waiters.added.map((task) => ({ task })) };
    return {
      resource: facts.resource,
      holders: spliced(facts.holders, holders),
      waiters: spliced(facts.waiters, tasks),
    };
  });
}

/** Returns the list with the change: chunks that it does not touch are the same. */
function spliced<T>(list: Chunks<T>, change: ListChange<T> | undefined): Chunks<T> {
  if (change === undefined) return list;
  const { from, removed } = change;
  if (from < 0) return [...list.slice(0, -1), ...inChunks([...(list.at(-1) ?? []), ...change.added])];
  let [first, before] = [0, 0];
  for (let chunk = list[0]; chunk !== undefined && before + chunk.length <= from; chunk = list[first]) {
    before += chunk.length;
    first += 1;
  }
  let [last, end] = [first, before];
  // One chunk at least, into which an item is put.
  for (let chunk = list[last]; chunk !== undefined && (last === first || end < from + removed); chunk = list[last]) {
    end += chunk.length;
    last += 1;
  }
  const touched = changedList(list.slice(first, last).flat(), { ...change, from: from - before });
  return [...list.slice(0, first), ...inChunks(touched), ...list.slice(last)];
}

function changedList<T>(list: readonly T[], { from, removed, added }: ListChange<T>): T[] {
  const start = from < 0 ? list.length : from;
  return [...list.slice(0, start), ...added, ...list.slice(start + removed)];
}
