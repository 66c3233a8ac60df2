/** The kernel's public names. */
export {
  type ScheduledDefinition,
  scheduledThread,
  type ThreadState,
} from './sched/scheduled-thread.ts';
export * from './sched/cfs.ts';
export { threadHandlers } from './sched/thread-handlers.ts';
export {
  EVICT_STACK,
  type EvictContext,
  evictDelays,
  evictStates,
  UNLINK_STACK,
  unlinkStates,
} from './xfs/evict-chart.ts';
export { type InactivateContext, inactivateDelays, inactivateStates } from './xfs/inactivate-chart.ts';
export {
  afterBatch,
  beginScan,
  deferredAfter,
  nextBatch,
  type ShrinkerInfo,
  type SlabScan,
} from './mm/do-shrink-slab.ts';
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
} from './xfs/inode.ts';
export { allInodes, appendInodes, EMPTY_INODE_LIST, type InodeList, longestRuns, takeFirstInodes } from './xfs/inode-list.ts';
export {
  addInodes,
  emptyInodeSet,
  firstStretch,
  hasInode,
  type InodeSet,
  membersFrom,
  membersInSlab,
  NO_SLAB_OBJECTS,
  removeInodes,
  type SlabObjects,
  slabPages,
  splitBySet,
} from './xfs/inode-set.ts';
export * from './messages.ts';
export {
  type CensusFields,
  hit,
  type KernelHit,
  type TracepointFields,
  type TracepointName,
} from './tracepoints.ts';
export {
  EMPTY_QUEUE,
  INODES_PER_CLUSTER,
  type InodegcQueue,
  queueInodes,
  XFS_INODEGC_MAX_BACKLOG,
} from './xfs/inodegc-queue.ts';
export { nearest } from './policy/nearest.ts';
export * from './policy/policy.ts';
export {
  formatExactDuration,
  formatPolicy,
  formatThrottle,
  parseDuration,
  parsePolicy,
} from './policy/policy-parser.ts';
export {
  MAX_RECLAIM_RETRIES,
  noProgressLoopsAfter,
  reclaimCouldSuffice,
  shouldReclaimRetry,
} from './mm/reclaim-retry.ts';
export * from './locking/resources.ts';
export * from './locking/rwsem.ts';
export { down, FREE_SEMAPHORE, type Semaphore, up } from './locking/semaphore.ts';
export { asleep, awake, cpuTime, holding, released, RUNNING, showTask, type Task } from './sched/task.ts';
export { INLINE_CALLER } from './xfs/throttle-chart.ts';
export { allocationMark, type AllocationPath, victimMark, type Watermarks, watermarks } from './mm/watermarks.ts';
export { type RetryVerdict, type RetryZone, retryVerdict, zoneReclaimablePages } from './mm/retry-zone.ts';
export { memAvailable, type MeminfoCounts } from './mm/mem-available.ts';
export {
  type Allocation,
  type AllocationRequest,
  type AllocContext,
  type Allocator,
  allocatorContext,
  allocatorDefaults,
  DEF_PRIORITY,
  SWAP_CLUSTER_MAX,
  DIRECT_RECLAIM_CALLER,
  NO_ALLOCATION,
  requestPages,
  type RetryMode,
} from './mm/allocation.ts';
export { allocDelays, allocHandlers, allocStates } from './mm/alloc-chart.ts';
export * from './workqueue/work-item.ts';
export { shrinkSlabDelays, shrinkSlabStates } from './mm/shrink-slab-chart.ts';
export { EVICT_BATCH, NEW_WALK, type ReclaimContext, type SlabWalk } from './mm/slab-walk.ts';
export {
  HUNG_TASK_TIMEOUT,
  hungTaskLines,
  showTaskLines,
  type SleepingThread,
  taintLine,
  threadName,
} from './sched/hung-task.ts';
