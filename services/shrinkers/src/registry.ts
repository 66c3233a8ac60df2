/** The list of shrinkers and what protects it, in the three ways of `ShrinkersPolicy`: pure functions behind the chart's actions. */
import type { AgentId, ResourceFacts } from '@dragon/engine';
import {
  acquire,
  canRead,
  canWrite,
  FREE_RWSEM,
  holders,
  isContended,
  newHolders,
  release,
  type Rwsem,
  type Send,
  type ShrinkerInfo,
  shrinkerReference,
  type ShrinkersPolicy,
  toTask,
} from '@dragon/kernel';

export type ShrinkersParams = { readonly mechanism: ShrinkersPolicy; readonly shrinkers: readonly ShrinkerInfo[] };

/** A change of the list that waits for its turn. */
type Operation =
  | { readonly kind: 'register'; readonly shrinker: ShrinkerInfo }
  | { readonly kind: 'unregister'; readonly id: string };

type Entry = {
  readonly info: ShrinkerInfo;
  /** Registration order: a walk goes on from where it was even if its shrinker has gone. */
  readonly order: number;
  readonly nrDeferred: number;
  /** Walks inside this shrinker (refcount). */
  readonly users: readonly AgentId[];
  /** Taken off the list; freed when its last user leaves. */
  readonly dying: boolean;
};

/** An unregister that waits for walks: all that were under way (srcu), or the users of one shrinker (refcount). */
type Drain = { readonly task: AgentId; readonly shrinker: string; readonly readers: readonly AgentId[] };

export interface ShrinkersContext {
  readonly mechanism: ShrinkersPolicy;
  readonly entries: readonly Entry[];
  readonly nextOrder: number;
  readonly rwsem: Rwsem;
  /** What each waiter of the rwsem will do with it. */
  readonly operations: { readonly [task: AgentId]: Operation };
  /** Walks under way (srcu), each with the generation it began in. */
  readonly readers: readonly { readonly task: AgentId; readonly generation: number }[];
  readonly generation: number;
  readonly drains: readonly Drain[];
  /** Unregistered by trylock while the list was locked: taken off when it next is free. */
  readonly deferredRemovals: readonly string[];
  readonly resources: readonly ResourceFacts[];
  readonly replies: readonly Send[];
}

type Change = Partial<ShrinkersContext>;

export function initialContext({ mechanism, shrinkers }: ShrinkersParams): ShrinkersContext {
  const empty: ShrinkersContext = {
    mechanism,
    entries: [],
    nextOrder: 0,
    rwsem: FREE_RWSEM,
    operations: {},
    readers: [],
    generation: 0,
    drains: [],
    deferredRemovals: [],
    resources: [],
    replies: [],
  };
  return shrinkers.reduce(added, empty);
}

/** down_read_trylock, srcu_read_lock or rcu_read_lock: only the first can fail. */
export function walkBegun(context: ShrinkersContext, task: AgentId): Change {
  const answer = (entered: boolean, lock: string | null): readonly Send[] => [
    toTask(task, { type: 'task.shrinkSlabBegun', entered, lock }),
  ];
  switch (context.mechanism) {
    case 'rwsem':
      if (!canRead(context.rwsem)) return { replies: answer(false, null) };
      return told({ ...context, rwsem: acquire(context.rwsem, task, 'R'), replies: answer(true, 'shrinker_rwsem') });
    case 'srcu': {
      const readers = [...context.readers, { task, generation: context.generation }];
      return told({ ...context, readers, replies: answer(true, 'shrinkers.srcu') });
    }
    case 'refcount':
      return { replies: answer(true, null) };
  }
}

/** The walk is done with `after`: its deferred count and reference come back, and the next shrinker is chosen unless the walk has to end. */
export function nextChosen(context: ShrinkersContext, task: AgentId, after: string | null, deferred: number): Change {
  const returned = put(withDeferred(context, after, deferred), task, after);
  const from =
    returned.context.entries.find((entry) => entry.info.id === after)?.order ??
    context.entries.find((entry) => entry.info.id === after)?.order ??
    -1;
  const next = mustBreakOff(context, task, after)
    ? undefined
    : returned.context.entries.find((entry) => entry.order > from && !entry.dying);
  const reply = toTask(task, {
    type: 'task.shrinkerChosen',
    shrinker: next?.info ?? null,
    nrDeferred: next?.nrDeferred ?? 0,
    lock: next !== undefined && context.mechanism === 'refcount' ? shrinkerReference(next.info.id) : null,
  });
  const entries = returned.context.entries.map((entry) =>
    entry === next
      ? { ...entry, nrDeferred: 0, users: context.mechanism === 'refcount' ? [...entry.users, task] : entry.users }
      : entry,
  );
  return told({ ...returned.context, entries, replies: [...returned.replies, reply] });
}

/** up_read or srcu_read_unlock. */
export function walkEnded(context: ShrinkersContext, task: AgentId): Change {
  switch (context.mechanism) {
    case 'rwsem':
      return told(granting(context, release(context.rwsem, task)));
    case 'srcu':
      return told(drained({ ...context, readers: context.readers.filter((reader) => reader.task !== task) }, task));
    case 'refcount':
      return { replies: [] };
  }
}

export function registered(context: ShrinkersContext, task: AgentId, shrinker: ShrinkerInfo): Change {
  return changed(context, task, { kind: 'register', shrinker });
}

export function unregistered(context: ShrinkersContext, task: AgentId, id: string): Change {
  return changed(context, task, { kind: 'unregister', id });
}

/** down_write_trylock: if it fails the shrinker stays on the list, harmless, until the list is free. */
export function unregisterTried(context: ShrinkersContext, task: AgentId, id: string): Change {
  const free =
    context.mechanism === 'rwsem'
      ? canWrite(context.rwsem)
      : context.readers.length === 0 && usersOf(context, id).length === 0;
  if (free) return unregistered(context, task, id);
  const reply = toTask(task, { type: 'task.shrinkerUnregistered', shrinker: id, deferred: true });
  return { deferredRemovals: [...context.deferredRemovals, id], replies: [reply] };
}

function changed(context: ShrinkersContext, task: AgentId, operation: Operation): Change {
  if (context.mechanism === 'rwsem') {
    const operations = { ...context.operations, [task]: operation };
    return told(granting({ ...context, operations }, acquire(context.rwsem, task, 'W')));
  }
  // shrinker_mutex is held for the list operation only: nobody can be seen waiting for it.
  if (operation.kind === 'register')
    return told({ ...added(context, operation.shrinker), replies: [registeredReply(task, operation.shrinker.id)] });
  if (context.mechanism === 'srcu') {
    const readers = context.readers.map((reader) => reader.task);
    return told(
      draining(
        { ...removed(context, operation.id), generation: context.generation + 1 },
        { task, shrinker: operation.id, readers },
      ),
    );
  }
  const entries = context.entries.map((entry) => (entry.info.id === operation.id ? { ...entry, dying: true } : entry));
  return told(
    draining({ ...context, entries }, { task, shrinker: operation.id, readers: usersOf(context, operation.id) }),
  );
}

/** Everybody who got the rwsem for writing changes the list and lets go again, within the instant. */
function granting(context: ShrinkersContext, rwsem: Rwsem): ShrinkersContext {
  let next: ShrinkersContext = { ...context, rwsem, replies: [] };
  let granted = newHolders(context.rwsem, rwsem);
  for (let task = granted[0]; task !== undefined; task = granted[0]) {
    const operation = next.operations[task];
    if (operation === undefined) throw new Error(`${task} got shrinker_rwsem but has nothing to do with it`);
    const { [task]: _done, ...operations } = next.operations;
    const isRegister = operation.kind === 'register';
    const reply = isRegister ? registeredReply(task, operation.shrinker.id) : unregisteredReply(task, operation.id);
    next = {
      ...(isRegister ? added(next, operation.shrinker) : removed(next, operation.id)),
      operations,
      replies: [...next.replies, reply],
    };
    const after = release(next.rwsem, task);
    granted = newHolders(next.rwsem, after);
    next = { ...next, rwsem: after };
  }
  return canWrite(next.rwsem) ? next.deferredRemovals.reduce(removed, { ...next, deferredRemovals: [] }) : next;
}

const registeredReply = (task: AgentId, shrinker: string): Send =>
  toTask(task, { type: 'task.shrinkerRegistered', shrinker });
const unregisteredReply = (task: AgentId, shrinker: string): Send =>
  toTask(task, { type: 'task.shrinkerUnregistered', shrinker, deferred: false });

function usersOf(context: ShrinkersContext, id: string): readonly AgentId[] {
  return context.entries.find((entry) => entry.info.id === id)?.users ?? [];
}

/** rwsem_is_contended after each shrinker, or a new SRCU generation: the walk gives way. */
function mustBreakOff(context: ShrinkersContext, task: AgentId, after: string | null): boolean {
  if (after === null) return false;
  if (context.mechanism === 'rwsem') return isContended(context.rwsem);
  return (
    context.mechanism === 'srcu' &&
    context.readers.some((reader) => reader.task === task && reader.generation !== context.generation)
  );
}

function withDeferred(context: ShrinkersContext, id: string | null, deferred: number): ShrinkersContext {
  if (id === null || deferred === 0) return context;
  return {
    ...context,
    entries: context.entries.map((entry) =>
      entry.info.id === id ? { ...entry, nrDeferred: entry.nrDeferred + deferred } : entry,
    ),
  };
}

/** shrinker_put: the last reference completes an unregister. */
function put(
  context: ShrinkersContext,
  task: AgentId,
  id: string | null,
): { context: ShrinkersContext; replies: readonly Send[] } {
  if (id === null || context.mechanism !== 'refcount') return { context, replies: [] };
  const entries = context.entries.map((entry) =>
    entry.info.id === id ? { ...entry, users: entry.users.filter((user) => user !== task) } : entry,
  );
  const after = drained({ ...context, entries, replies: [] }, task, id);
  return { context: after, replies: after.replies };
}

/** Starts to wait for `drain.readers`; with none left the unregister is done. */
function draining(context: ShrinkersContext, drain: Drain): ShrinkersContext {
  if (drain.readers.length > 0) return { ...context, drains: [...context.drains, drain], replies: [] };
  return { ...removed(context, drain.shrinker), replies: [unregisteredReply(drain.task, drain.shrinker)] };
}

/** A walk has ended, or left shrinker `only`: unregisters that waited for nothing else are done. */
function drained(context: ShrinkersContext, reader: AgentId, only?: string): ShrinkersContext {
  const drains = context.drains.map((drain) =>
    only === undefined || drain.shrinker === only
      ? { ...drain, readers: drain.readers.filter((task) => task !== reader) }
      : drain,
  );
  const done = drains.filter((drain) => drain.readers.length === 0);
  const without = done.reduce<ShrinkersContext>((next, drain) => removed(next, drain.shrinker), {
    ...context,
    drains: drains.filter((drain) => drain.readers.length > 0),
  });
  return { ...without, replies: done.map((drain) => unregisteredReply(drain.task, drain.shrinker)) };
}

function added(context: ShrinkersContext, info: ShrinkerInfo): ShrinkersContext {
  const entry: Entry = { info, order: context.nextOrder, nrDeferred: 0, users: [], dying: false };
  return { ...context, entries: [...context.entries, entry], nextOrder: context.nextOrder + 1 };
}

function removed(context: ShrinkersContext, id: string): ShrinkersContext {
  return { ...context, entries: context.entries.filter((entry) => entry.info.id !== id) };
}

/** Returns the context with what the wait-for graph is told. */
function told(context: ShrinkersContext): ShrinkersContext {
  const resources: ResourceFacts[] = [];
  const held = holders(context.rwsem);
  if (held.length > 0)
    resources.push({
      resource: 'shrinker_rwsem',
      holders: held,
      waiters: context.rwsem.waiters.map(({ task }) => task),
    });
  for (const drain of context.drains) {
    const resource = context.mechanism === 'srcu' ? 'shrinkers.srcu' : shrinkerReference(drain.shrinker);
    resources.push({ resource, holders: drain.readers, waiters: [drain.task] });
  }
  return {
    ...context,
    resources: resources.length === 0 && context.resources.length === 0 ? context.resources : resources,
  };
}
