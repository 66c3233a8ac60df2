/** The kernel's public names. */
export { type AgentContext, fromMachine, stateNodes } from './statechart.ts';
export { delay, effectActions, namedDelay, type Send, typesOf } from './effects.ts';
export { type InactivateContext, inactivateDelays, inactivateStates } from './inactivate-chart.ts';
export { afterBatch, beginScan, deferredAfter, nextBatch, type ShrinkerInfo, type SlabScan } from './do-shrink-slab.ts';
export { agOf, countInodes, type Inode, type InodeFate, inodeNumber, type InodeRun, takeInodes } from './inode.ts';
export * from './messages.ts';
export {
  EMPTY_QUEUE,
  INODES_PER_CLUSTER,
  type InodegcQueue,
  queueInodes,
  XFS_INODEGC_MAX_BACKLOG,
} from './inodegc-queue.ts';
export { nearest } from './nearest.ts';
export * from './policy.ts';
export * from './rwsem.ts';
export { down, FREE_SEMAPHORE, type Semaphore, up } from './semaphore.ts';
export { asleep, awake, holding, released, RUNNING, showTask, type Task } from './task.ts';
export { INLINE_CALLER } from './throttle-chart.ts';
export { type Watermarks, watermarks } from './watermarks.ts';
export * from './work-item.ts';
export { shrinkSlabDelays, shrinkSlabStates } from './shrink-slab-chart.ts';
export { EVICT_BATCH, NEW_WALK, type ReclaimContext, type SlabWalk } from './slab-walk.ts';
export { update } from './update.ts';
export { shrinkerListLock, shrinkerReference } from './shrinker-lock.ts';
export {
  HUNG_TASK_TIMEOUT,
  hungTaskLines,
  showTaskLines,
  type SleepingThread,
  taintLine,
  threadName,
} from './hung-task.ts';
