/** The kernel's public names. */
export { type AgentContext, fromMachine, type StatechartDefinition, stateNodes } from './statechart.ts';
export {
  type ScheduledDefinition,
  scheduledThread,
  type ScheduledThreadOptions,
  type ThreadState,
} from './scheduled-thread.ts';
export * from './cfs.ts';
export { threadHandlers } from './thread-handlers.ts';
export { cpuTime, delay, effectActions, namedDelay, type Send, type Tracepoint, typesOf } from './effects.ts';
export { EVICT_STACK, type EvictContext, evictDelays, evictStates, UNLINK_STACK, unlinkStates } from './evict-chart.ts';
export { type InactivateContext, inactivateDelays, inactivateStates } from './inactivate-chart.ts';
export { afterBatch, beginScan, deferredAfter, nextBatch, type ShrinkerInfo, type SlabScan } from './do-shrink-slab.ts';
export {
  agOf,
  countInodes,
  type Inode,
  type InodeFate,
  inodeNumber,
  type InodeRun,
  pushRun,
  takeInodes,
  withFate,
} from './inode.ts';
export { allInodes, appendInodes, EMPTY_INODE_LIST, type InodeList, takeFirstInodes } from './inode-list.ts';
export {
  addInodes,
  emptyInodeSet,
  firstStretch,
  hasInode,
  type InodeSet,
  membersFrom,
  membersInSlab,
  removeInodes,
  splitBySet,
} from './inode-set.ts';
export { NO_SLAB_OBJECTS, type SlabObjects, slabPages } from './slab-pages.ts';
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
export { formatExactDuration, formatPolicy, formatThrottle, parseDuration, parsePolicy } from './policy-parser.ts';
export { MAX_RECLAIM_RETRIES, noProgressLoopsAfter, reclaimCouldSuffice, shouldReclaimRetry } from './reclaim-retry.ts';
export * from './rwsem.ts';
export { down, FREE_SEMAPHORE, type Semaphore, up } from './semaphore.ts';
export { asleep, awake, holding, released, RUNNING, showTask, type Task } from './task.ts';
export { INLINE_CALLER } from './throttle-chart.ts';
export { allocationMark, type AllocationPath, victimMark, type Watermarks, watermarks } from './watermarks.ts';
export { type RetryVerdict, type RetryZone, retryVerdict, zoneReclaimablePages } from './retry-zone.ts';
export { memAvailable, type MeminfoCounts } from './mem-available.ts';
export {
  type Allocation,
  type AllocationRequest,
  type AllocContext,
  type Allocator,
  allocatorContext,
  allocatorDefaults,
  DEF_PRIORITY,
  DIRECT_RECLAIM_CALLER,
  NO_ALLOCATION,
  requestPages,
  type RetryMode,
  throttleResource,
} from './allocation.ts';
export { allocDelays, allocHandlers, allocStates } from './alloc-chart.ts';
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
