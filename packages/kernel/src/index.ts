/** The kernel's public names. */
export * from './census.ts';
export * from './chunked-list.ts';
export { CONTEXT_COPIERS } from './context-copiers.ts';
export { OFF_CPU, type ScheduledDefinition, scheduledThread } from './sched/scheduled-thread.ts';
export { onlyCpu, type ThreadState } from './sched/thread-state.ts';
export * from './sched/cfs.ts';
export * from './sched/llc.ts';
export { kernelPlanFrom, MOST_CPUS } from './kernel-plan.ts';
export {
  endUnlink,
  type EvictContext,
  evictDelays,
  evictProjection,
  evictStates,
  unlinkFailed,
  unlinkStates,
} from './xfs/evict-chart.ts';
export { type FlushWorksContext, flushWorksStates } from './xfs/flush-works-chart.ts';
export {
  type Finish,
  type InactivateContext,
  inactivateDelays,
  inactivateStates,
  lockingFirst,
  transactionJoined,
} from './xfs/inactivate-chart.ts';
export {
  BUSY_EXTENT,
  INODE_ITEMS_PER_PAGE,
  inodesPerLogItemSlab,
  INTENT,
  LOG_ITEM_BYTES,
  LOG_VECTOR,
  logItemSlabPages,
} from './xfs/log-items.ts';
export { readingUmount, umountRead } from './xfs/iterate-supers-chart.ts';
export {
  afterBatch,
  beginScan,
  deferredAfter,
  nextBatch,
  type ShrinkerInfo,
  type SlabScan,
} from './mm/do-shrink-slab.ts';
export { type FileGroups, groupOfFile, groupsOf, inodesOfFiles } from './xfs/file-groups.ts';
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
export { clusterOf, firstOfCluster, PAGES_PER_CLUSTER } from './xfs/inode-cluster.ts';
export {
  allInodes,
  appendInodes,
  EMPTY_INODE_LIST,
  type InodeList,
  longestRuns,
  takeFirstInodes,
} from './xfs/inode-list.ts';
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
} from './xfs/inode-set.ts';
export { type MountShrinker, mountShrinker, mountShrinkerId, mountShrinkers } from './xfs/mount-shrinkers.ts';
export { emptySlabs, type SlabObjects, slabPages } from './xfs/slab-objects.ts';
export * from './messages.ts';
export type { CpuMessage } from './sched/cpu-messages.ts';
export type { FaultAttr } from './mm/fault-attr.ts';
export type {
  RecordedDeed,
  RecordedDemand,
  RecordedFacts,
  RecordedReclaimer,
  RecordedRemoval,
} from './recorded-facts.ts';
export {
  actingTask,
  hit,
  type HitContext,
  type KernelHit,
  kernelHit,
  type Syscall,
  type TracepointFields,
  type TracepointName,
} from './tracepoints.ts';
export * from './faults/admissions.ts';
export type { Admission } from './faults/admission.ts';
export * from './faults/admitted-fates.ts';
export * from './faults/admitted-timers.ts';
export * from './faults/fate-kinds.ts';
export * from './faults/fault.ts';
export type { FaultGroup, FaultKind, FaultName, FaultParam, FaultTarget } from './faults/fault-kind.ts';
export * from './faults/fault-kinds.ts';
export * from './faults/fault-text.ts';
export * from './geometry.ts';
export * from './number-table.ts';
export { EMPTY_QUEUE, type InodegcQueue, queueInodes } from './xfs/inodegc-queue.ts';
export { nearest, unknownName } from './policy/nearest.ts';
export { shellWord } from './shell-word.ts';
export * from './policy/policy.ts';
export {
  formatPolicy,
  optionWithValue,
  parsePolicy,
  policyChanges,
  policyParts,
  policyValues,
} from './policy/policy-parser.ts';
export { formatExactDuration, parseDuration } from './policy/duration-text.ts';
export { PolicyError } from './policy/policy-error.ts';
export { type Throttle } from './policy/policy-values.ts';
export {
  memAvailable,
  type MeminfoCounts,
  noProgressLoopsAfter,
  reclaimCouldSuffice,
  type RetryVerdict,
  type RetryZone,
  shouldReclaimRetry,
  zoneReclaimablePages,
} from './mm/should-reclaim-retry.ts';
export * from './locking/freeze-levels.ts';
export * from './locking/resource-kinds.ts';
export * from './locking/resources.ts';
export * from './locking/rwsem.ts';
export { down, FREE_SEMAPHORE, type Semaphore, up } from './locking/semaphore.ts';
export {
  asleep,
  awake,
  cpuTime,
  holding,
  nap,
  released,
  RUNNING,
  showTask,
  type Task,
  threadHandlers,
  wakeUp,
} from './sched/task.ts';
export { allocationMark, type AllocationPath, victimMark, type Watermarks, watermarks } from './mm/watermarks.ts';
export {
  type Allocation,
  allocationForgotten,
  type AllocationRequest,
  type AllocContext,
  type Allocator,
  allocatorContext,
  allocProjection,
  NO_ALLOCATION,
  requestPages,
  type RetryMode,
} from './mm/allocation.ts';
export { allocDelays, allocHandlers, allocStates } from './mm/alloc-chart.ts';
export * from './workqueue/work-item.ts';
export { disposeStates } from './xfs/dispose-chart.ts';
export { shrinkNodeDelays, shrinkNodeStates } from './mm/shrink-node-chart.ts';
export { reclaimHandlers, shrinkSlabDelays, shrinkSlabStates } from './mm/shrink-slab-chart.ts';
export {
  inodesReclaimed,
  inodesToDispose,
  type ReclaimContext,
  reclaimContext,
  reclaimProjection,
} from './mm/slab-walk.ts';
export { NEW_WALK, type SlabWalk } from './mm/walk-state.ts';
export {
  HUNG_TASK_TIMEOUT,
  hungTaskLines,
  showTaskLines,
  type SleepingThread,
  taintLine,
  threadName,
} from './sched/hung-task.ts';
export { isOneOf, type Kernels, type KernelVersion, kernelVersionOf } from './stacks/kernel-versions.ts';
export { functionOf, holdsIn, type StackHold, type StackWait, waitIn } from './stacks/read-stack.ts';
export { STACK_RESOURCES, type StackResource, type StackResourceName } from './stacks/stack-resources.ts';
export type { CallPath, FrameSource, PathPiece } from './stacks/call-path.ts';
export { callPaths, stackSource } from './stacks/stack-source.ts';
export { type Caller, stackOf, STACKS } from './stacks/stacks.ts';
