/**
 * The registry's state: the list of shrinkers, who walks it, who waits to change it, and what the wait-for graph is
 * told of that.
 */
import { type AgentId, type Chunks, compareText, type ResourceFacts } from '@dragon/engine';
import {
  allOf,
  appended,
  canWrite,
  FREE_RWSEM,
  holders,
  inChunks,
  type Rwsem,
  SHRINKER_RWSEM,
  type ShrinkerInfo,
  shrinkerListLock,
  type ShrinkersPolicy,
  sortedBy,
} from '@dragon/kernel';

export type ShrinkersParams = { readonly mechanism: ShrinkersPolicy; readonly shrinkers: readonly ShrinkerInfo[] };

/** A change of the list that waits for its turn; an id for a shrinker that is not on it yet leaves it as it is. */
export type Operation =
  | { readonly kind: 'preallocate'; readonly id: string }
  | { readonly kind: 'register'; readonly shrinker: ShrinkerInfo }
  | { readonly kind: 'unregister'; readonly id: string };

export type Entry = {
  readonly info: ShrinkerInfo;
  readonly nrDeferred: number;
  /** Walks inside this shrinker (refcount). */
  readonly users: Chunks<AgentId>;
  /** Taken off the list; freed when its last user leaves. */
  readonly dying: boolean;
};

/** An unregister that waits for walks: all that were under way (srcu), or the users of one shrinker (refcount). */
export type Drain = { readonly task: AgentId; readonly shrinker: string; readonly readers: Chunks<AgentId> };

/** A walk under way (srcu); `stale`: a shrinker was unregistered since it began (shrinker_srcu_generation moved). */
export type Reader = { readonly task: AgentId; readonly stale: boolean };

/** Lists of those who walk are in text order. */
export const byName = sortedBy((task: AgentId) => task);
export const readersByName = sortedBy(({ task }: Reader) => task);

export interface ShrinkersContext {
  readonly mechanism: ShrinkersPolicy;
  /** In the order in which they were registered. */
  readonly entries: readonly Entry[];
  readonly rwsem: Rwsem;
  /** What each waiter of the rwsem will do with it. */
  readonly operations: { readonly [task: AgentId]: Operation };
  readonly readers: Chunks<Reader>;
  readonly drains: readonly Drain[];
  /** Unregistered by trylock while that would have had to wait: taken off as soon as it need not. */
  readonly deferredRemovals: readonly string[];
  readonly resources: readonly ResourceFacts[];
}

export function initialContext({ mechanism, shrinkers }: ShrinkersParams): ShrinkersContext {
  const empty: ShrinkersContext = {
    mechanism,
    entries: [],
    rwsem: FREE_RWSEM,
    operations: {},
    readers: [],
    drains: [],
    deferredRemovals: [],
    resources: [],
  };
  return shrinkers.reduce(shrinkerAdded, empty);
}

export function usersOf(context: ShrinkersContext, id: string): Chunks<AgentId> {
  return context.entries.find((entry) => entry.info.id === id)?.users ?? [];
}

/** Returns whether `id` could be unregistered without waiting for anybody. */
export function canRemove(context: ShrinkersContext, id: string): boolean {
  if (context.mechanism === 'rwsem') return canWrite(context.rwsem);
  return context.readers.length === 0 && usersOf(context, id).length === 0;
}

export function withDying(context: ShrinkersContext, id: string): readonly Entry[] {
  return context.entries.map((entry) => (entry.info.id === id ? { ...entry, dying: true } : entry));
}

export function shrinkerAdded(context: ShrinkersContext, info: ShrinkerInfo): ShrinkersContext {
  return { ...context, entries: [...context.entries, { info, nrDeferred: 0, users: [], dying: false }] };
}

export function shrinkerRemoved(context: ShrinkersContext, id: string): ShrinkersContext {
  return { ...context, entries: context.entries.filter((entry) => entry.info.id !== id) };
}

/** Returns the context without the shrinkers whose removal was put off and is possible now. */
function withoutDeferred(context: ShrinkersContext): ShrinkersContext {
  const ready = context.deferredRemovals.filter((id) => canRemove(context, id));
  if (ready.length === 0) return context;
  const deferredRemovals = context.deferredRemovals.filter((id) => !ready.includes(id));
  return ready.reduce<ShrinkersContext>((next, id) => shrinkerRemoved(next, id), { ...context, deferredRemovals });
}

/** Returns the context after a change: deferred removals made up for, and what the wait-for graph is told. */
export function registrySettled(changed: ShrinkersContext): ShrinkersContext {
  const context = withoutDeferred(changed);
  const resources: ResourceFacts[] = [];
  const held = holders(context.rwsem);
  if (held.length > 0) resources.push({ resource: SHRINKER_RWSEM, holders: held, waiters: context.rwsem.waiters });
  for (const { shrinker, readers, task } of context.drains) {
    const resource = shrinkerListLock(context.mechanism, shrinker);
    const known = resources.findIndex((facts) => facts.resource === resource);
    const { holders: others = [], waiters = [] } = resources[known] ?? {};
    // Two grace periods are one resource, held by whoever holds up either: a later one may delay the earlier.
    const facts = { resource, holders: together(others, readers), waiters: appended(waiters, { task }) };
    if (known < 0) resources.push(facts);
    else resources[known] = facts;
  }
  return {
    ...context,
    resources: resources.length === 0 && context.resources.length === 0 ? context.resources : resources,
  };
}

function together(some: Chunks<AgentId>, others: Chunks<AgentId>): Chunks<AgentId> {
  if (some.length === 0) return others;
  return inChunks([...new Set([...allOf(some), ...allOf(others)])].sort(compareText));
}
