/**
 * How the list of shrinkers is walked and changed, in the three ways of `ShrinkersPolicy`: pure functions behind the
 * chart's actions.
 */
import type { AgentId, Effect } from '@dragon/engine';
import {
  acquire,
  allOf,
  canRead,
  inChunks,
  isContended,
  release,
  type RwsemStep,
  SHRINKER_RWSEM,
  type ShrinkerInfo,
  shrinkerReference,
  SHRINKERS_SRCU,
  toTask,
} from '@dragon/kernel';
import { type Answer } from '@dragon/statechart';
import {
  byName,
  canRemove,
  type Drain,
  type Operation,
  readersByName,
  registrySettled,
  shrinkerAdded,
  shrinkerRemoved,
  type ShrinkersContext,
  usersOf,
  withDying,
} from './shrinker-list.ts';

/** The registry after a message, and what is replied. */
type Outcome = readonly [context: ShrinkersContext, replies: readonly Effect[]];

const settled = ([context, replies]: Outcome): Outcome => [registrySettled(context), replies];

/** down_read_trylock, srcu_read_lock or rcu_read_lock: only the first can fail. */
export function walkBegun(context: ShrinkersContext, task: AgentId): Answer<ShrinkersContext> {
  const replies = (entered: boolean, lock: string | null): readonly Effect[] => [
    toTask(task, { type: 'task.shrinkSlabBegun', entered, lock }),
  ];
  switch (context.mechanism) {
    case 'rwsem':
      if (!canRead(context.rwsem)) return [context, replies(false, null)];
      return settled([{ ...context, rwsem: acquire(context.rwsem, task, 'R').rwsem }, replies(true, SHRINKER_RWSEM)]);
    case 'srcu': {
      const readers = readersByName.inserted(context.readers, { task, stale: false });
      return settled([{ ...context, readers }, replies(true, SHRINKERS_SRCU)]);
    }
    case 'refcount':
      return [context, replies(true, null)];
  }
}

/**
 * The walk is done with `after`: its deferred count and reference come back, and the next shrinker is chosen unless the
 * walk has to end. It goes on from where `after` was even if that has gone.
 */
export function shrinkerChosen(
  context: ShrinkersContext,
  task: AgentId,
  after: string | null,
  deferred: number,
): Answer<ShrinkersContext> {
  const [returned, replies] = referencePut(withDeferred(context, after, deferred), task, after);
  const from = context.entries.findIndex(({ info }) => info.id === after);
  const next = mustBreakOff(context, task, after)
    ? undefined
    : context.entries.slice(from + 1).find((entry) => !entry.dying && returned.entries.includes(entry));
  const reply = toTask(task, {
    type: 'task.shrinkerChosen',
    shrinker: next?.info ?? null,
    nrDeferred: next?.nrDeferred ?? 0,
    lock: next !== undefined && context.mechanism === 'refcount' ? shrinkerReference(next.info.id) : null,
  });
  const isCounted = context.mechanism === 'refcount';
  if (next === undefined || (next.nrDeferred === 0 && !isCounted)) {
    // Most often nothing changes; and what has not changed was settled before.
    return returned === context ? [context, [reply]] : settled([returned, [...replies, reply]]);
  }
  const users = isCounted ? byName.inserted(next.users, task) : next.users;
  const entries = returned.entries.map((entry) => (entry === next ? { ...entry, nrDeferred: 0, users } : entry));
  return settled([{ ...returned, entries }, [...replies, reply]]);
}

/** up_read or srcu_read_unlock. */
export function walkEnded(context: ShrinkersContext, task: AgentId): Answer<ShrinkersContext> {
  switch (context.mechanism) {
    case 'rwsem':
      return settled(writersServed(context, release(context.rwsem, task)));
    case 'srcu':
      return settled(readerGone({ ...context, readers: readersByName.removed(context.readers, task) }, task));
    case 'refcount':
      return [context, []];
  }
}

/** prealloc_memcg_shrinker: with the lock of the list, and without a change of it. */
export function shrinkerPreallocated(context: ShrinkersContext, task: AgentId, id: string): Answer<ShrinkersContext> {
  return listChanged(context, task, { kind: 'preallocate', id });
}

export function shrinkerRegistered(
  context: ShrinkersContext,
  task: AgentId,
  shrinker: ShrinkerInfo,
): Answer<ShrinkersContext> {
  return listChanged(context, task, { kind: 'register', shrinker });
}

export function shrinkerUnregistered(context: ShrinkersContext, task: AgentId, id: string): Answer<ShrinkersContext> {
  return listChanged(context, task, { kind: 'unregister', id });
}

/**
 * down_write_trylock: if it fails the shrinker stays on the list, harmless, until the list is free. Under srcu and
 * refcount no new walk enters it.
 */
export function unregisterTried(context: ShrinkersContext, task: AgentId, id: string): Answer<ShrinkersContext> {
  if (canRemove(context, id)) return shrinkerUnregistered(context, task, id);
  const reply = toTask(task, { type: 'task.shrinkerUnregistered', shrinker: id, deferred: true });
  const entries = context.mechanism === 'rwsem' ? context.entries : withDying(context, id);
  return [{ entries, deferredRemovals: [...context.deferredRemovals, id] }, [reply]];
}

function listChanged(context: ShrinkersContext, task: AgentId, operation: Operation): Answer<ShrinkersContext> {
  if (context.mechanism === 'rwsem') {
    const operations = { ...context.operations, [task]: operation };
    return settled(writersServed({ ...context, operations }, acquire(context.rwsem, task, 'W')));
  }
  // shrinker_mutex is held for the list operation only: nobody can be seen waiting for it.
  if (operation.kind !== 'unregister') return settled([listAfter(context, operation), [doneReply(task, operation)]]);
  const { id } = operation;
  if (context.mechanism === 'srcu') {
    const readers = allOf(context.readers);
    const stale = readers.map((reader) => (reader.stale ? reader : { ...reader, stale: true }));
    const awaited = inChunks(readers.map((reader) => reader.task));
    const without = { ...shrinkerRemoved(context, id), readers: inChunks(stale) };
    return settled(drainBegun(without, { task, shrinker: id, readers: awaited }));
  }
  return settled(
    drainBegun({ ...context, entries: withDying(context, id) }, { task, shrinker: id, readers: usersOf(context, id) }),
  );
}

/** Everybody who got the rwsem for writing changes the list and lets go again, within the instant. */
function writersServed(context: ShrinkersContext, step: RwsemStep): Outcome {
  let next: ShrinkersContext = { ...context, rwsem: step.rwsem };
  const replies: Effect[] = [];
  let [task] = step.granted;
  while (task !== undefined) {
    const operation = next.operations[task];
    if (operation === undefined) throw new Error(`${task} got ${SHRINKER_RWSEM} but has nothing to do with it`);
    const { [task]: _done, ...operations } = next.operations;
    replies.push(doneReply(task, operation));
    next = { ...listAfter(next, operation), operations };
    const { rwsem, granted } = release(next.rwsem, task);
    next = { ...next, rwsem };
    [task] = granted;
  }
  return [next, replies];
}

/** The registry after a change that nobody is in the way of. */
function listAfter(context: ShrinkersContext, operation: Operation): ShrinkersContext {
  switch (operation.kind) {
    case 'preallocate':
      return context;
    case 'register':
      return shrinkerAdded(context, operation.shrinker);
    case 'unregister':
      return shrinkerRemoved(context, operation.id);
  }
}

function doneReply(task: AgentId, operation: Operation): Effect {
  switch (operation.kind) {
    case 'preallocate':
      return toTask(task, { type: 'task.shrinkerPreallocated', shrinker: operation.id });
    case 'register':
      return toTask(task, { type: 'task.shrinkerRegistered', shrinker: operation.shrinker.id });
    case 'unregister':
      return unregisteredReply(task, operation.id);
  }
}

const unregisteredReply = (task: AgentId, shrinker: string): Effect =>
  toTask(task, { type: 'task.shrinkerUnregistered', shrinker, deferred: false });

/** rwsem_is_contended after each shrinker, or a new SRCU generation: the walk gives way. */
function mustBreakOff(context: ShrinkersContext, task: AgentId, after: string | null): boolean {
  if (after === null) return false;
  if (context.mechanism === 'rwsem') return isContended(context.rwsem);
  return context.mechanism === 'srcu' && readersByName.find(context.readers, task)?.stale === true;
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
function referencePut(context: ShrinkersContext, task: AgentId, id: string | null): Outcome {
  if (id === null || context.mechanism !== 'refcount') return [context, []];
  const entries = context.entries.map((entry) =>
    entry.info.id === id ? { ...entry, users: byName.removed(entry.users, task) } : entry,
  );
  return readerGone({ ...context, entries }, task, id);
}

/** Starts to wait for `drain.readers`; with none left the unregister is done. */
function drainBegun(context: ShrinkersContext, drain: Drain): Outcome {
  if (drain.readers.length > 0) return [{ ...context, drains: [...context.drains, drain] }, []];
  return [shrinkerRemoved(context, drain.shrinker), [unregisteredReply(drain.task, drain.shrinker)]];
}

/** A walk has ended, or left shrinker `only`: unregisters that waited for nothing else are done. */
function readerGone(context: ShrinkersContext, reader: AgentId, only?: string): Outcome {
  const drains = context.drains.map((drain) =>
    only === undefined || drain.shrinker === only
      ? { ...drain, readers: byName.removed(drain.readers, reader) }
      : drain,
  );
  const done = drains.filter((drain) => drain.readers.length === 0);
  const without = done.reduce<ShrinkersContext>((next, drain) => shrinkerRemoved(next, drain.shrinker), {
    ...context,
    drains: drains.filter((drain) => drain.readers.length > 0),
  });
  return [without, done.map((drain) => unregisteredReply(drain.task, drain.shrinker))];
}
