/**
 * Freeze protection of the mount: which levels a freezer has, for whom it waits at the next, and who waits for the
 * thaw. Linux 6.1 fs/super.c freeze_super, sb_wait_write, thaw_super; kernel/locking/percpu-rwsem.c percpu_down_write,
 * percpu_up_write. Nobody in the model makes mapped pages writable, so the middle level is free at once.
 */
import type { AgentId, Effect } from '@dragon/engine';
import { type FreezeLevel, type InodeCacheMessage, isShutOut, toTask } from '@dragon/kernel';
import type { CacheAnswer, InodeCacheContext } from './cache-state.ts';
import { type Freeze, withLocks } from './superblock-locks.ts';

type Asked = Extract<InodeCacheMessage, { readonly type: 'inodeCache.freeze' }>;

/** percpu_down_write of one level more. Who comes when it is unmounted fails, as one that would have to open it. */
export function levelWanted(
  context: InodeCacheContext,
  from: AgentId,
  { level, writers }: Omit<Asked, 'type'>,
): CacheAnswer {
  const { freeze, quiescer } = context;
  if (freeze === null ? quiescer !== null : freeze.freezer !== from)
    return [context, [toTask(from, { type: 'task.levelFrozen', level, busy: true })]];
  const told = level === 'pagefault' ? [] : writers;
  const { levels, waiting } = freeze ?? { levels: [], waiting: [] };
  return readersCounted(
    context,
    { freezer: from, writers, levels, wanted: level, unheard: told.length, inside: [], waiting },
    told.map((task) => toTask(task, { type: 'task.freezing', level })),
  );
}

/** A writer that was told says whether it is inside. */
export function writerSeen(context: InodeCacheContext, from: AgentId, inside: boolean): CacheAnswer {
  const freeze = freezeOf(context);
  return readersCounted(context, {
    ...freeze,
    unheard: freeze.unheard - 1,
    inside: inside ? [...freeze.inside, from].sort() : freeze.inside,
  });
}

/** A writer that was inside has left. */
export function writerLeft(context: InodeCacheContext, from: AgentId): CacheAnswer {
  const freeze = freezeOf(context);
  return readersCounted(context, { ...freeze, inside: freeze.inside.filter((each) => each !== from) });
}

/** readers_active_check: the level is the freezer's when nobody is inside. */
function readersCounted(context: InodeCacheContext, freeze: Freeze, effects: readonly Effect[] = []): CacheAnswer {
  const { freezer, levels, wanted, unheard, inside } = freeze;
  if (wanted === null || unheard > 0 || inside.length > 0) return [withLocks(context, { freeze }), effects];
  return [
    withLocks(context, { freeze: { ...freeze, levels: [...levels, wanted], wanted: null } }),
    [...effects, toTask(freezer, { type: 'task.levelFrozen', level: wanted, busy: false })],
  ];
}

/** percpu_down_read, by a task that has found the level taken. */
export function thawAwaited(context: InodeCacheContext, task: AgentId, level: FreezeLevel): CacheAnswer {
  const { freeze } = context;
  if (freeze === null || !isShutOut(freeze.wanted ?? freeze.levels.at(-1) ?? null, level))
    return [context, [toTask(task, { type: 'task.mayWrite' })]];
  return [withLocks(context, { freeze: { ...freeze, waiting: [...freeze.waiting, { task, level }] } }), []];
}

/** sb_freeze_unlock. */
export function thawed(context: InodeCacheContext): CacheAnswer {
  const { writers, waiting } = freezeOf(context);
  return [
    { ...withLocks(context, { freeze: null }), quiescer: null },
    [
      ...writers.map((task) => toTask(task, { type: 'task.thawed' })),
      ...waiting.map(({ task }) => toTask(task, { type: 'task.mayWrite' })),
    ],
  ];
}

function freezeOf({ freeze }: InodeCacheContext): Freeze {
  if (freeze === null) throw new Error('nobody freezes the file system');
  return freeze;
}
