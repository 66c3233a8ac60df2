/**
 * How the list of shrinkers is walked and changed, in the three ways of `ShrinkersPolicy`: pure functions behind the
 * chart's actions.
 */
import type { AgentId } from '@dragon/engine';
import {
  acquire,
  canRead,
  isContended,
  newHolders,
  release,
  type Rwsem,
  SHRINKER_RWSEM,
  type ShrinkerInfo,
  shrinkerReference,
  SHRINKERS_SRCU,
  toTask,
} from '@dragon/kernel';
import { type Send } from '@dragon/statechart';
import {
  added,
  canRemove,
  type Drain,
  type Operation,
  removed,
  type ShrinkersContext,
  told,
  usersOf,
  withDying,
} from './shrinker-list.ts';

type Change = Partial<ShrinkersContext>;

/** down_read_trylock, srcu_read_lock or rcu_read_lock: only the first can fail. */
export function walkBegun(context: ShrinkersContext, task: AgentId): Change {
  const answer = (entered: boolean, lock: string | null): readonly Send[] => [
    toTask(task, { type: 'task.shrinkSlabBegun', entered, lock }),
  ];
  switch (context.mechanism) {
    case 'rwsem':
      if (!canRead(context.rwsem)) return { replies: answer(false, null) };
      return told({ ...context, rwsem: acquire(context.rwsem, task, 'R'), replies: answer(true, SHRINKER_RWSEM) });
    case 'srcu': {
      const readers = [...context.readers, { task, generation: context.generation }];
      return told({ ...context, readers, replies: answer(true, SHRINKERS_SRCU) });
    }
    case 'refcount':
      return { replies: answer(true, null) };
  }
}

/**
 * The walk is done with `after`: its deferred count and reference come back, and the next shrinker is chosen unless the
 * walk has to end.
 */
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

/**
 * down_write_trylock: if it fails the shrinker stays on the list, harmless, until the list is free. Under srcu and
 * refcount no new walk enters it.
 */
export function unregisterTried(context: ShrinkersContext, task: AgentId, id: string): Change {
  if (canRemove(context, id)) return unregistered(context, task, id);
  const reply = toTask(task, { type: 'task.shrinkerUnregistered', shrinker: id, deferred: true });
  const entries = context.mechanism === 'rwsem' ? context.entries : withDying(context, id);
  return { entries, deferredRemovals: [...context.deferredRemovals, id], replies: [reply] };
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
  return told(
    draining(
      { ...context, entries: withDying(context, operation.id) },
      { task, shrinker: operation.id, readers: usersOf(context, operation.id) },
    ),
  );
}

/** Everybody who got the rwsem for writing changes the list and lets go again, within the instant. */
function granting(context: ShrinkersContext, rwsem: Rwsem): ShrinkersContext {
  let next: ShrinkersContext = { ...context, rwsem, replies: [] };
  let granted = newHolders(context.rwsem, rwsem);
  for (let task = granted[0]; task !== undefined; task = granted[0]) {
    const operation = next.operations[task];
    if (operation === undefined) throw new Error(`${task} got ${SHRINKER_RWSEM} but has nothing to do with it`);
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
  return next;
}

const registeredReply = (task: AgentId, shrinker: string): Send =>
  toTask(task, { type: 'task.shrinkerRegistered', shrinker });
const unregisteredReply = (task: AgentId, shrinker: string): Send =>
  toTask(task, { type: 'task.shrinkerUnregistered', shrinker, deferred: false });

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
