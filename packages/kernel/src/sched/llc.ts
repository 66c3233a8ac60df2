/**
 * CPUs that share a last-level cache (LLC): a thread wakes up on one of them, and is pulled from one to another. Linux
 * 6.1 kernel/sched/topology.c update_top_cache_domain: what they share (sd_llc_shared) goes by the first of them
 * (sd_llc_id). The reference is silent on topology: consecutive numbers, 16 to a cache (estimated). Leaves out SMT, and
 * all that moves a thread from one cache to another.
 */
import { type AgentId, kindOf, MICROSECOND } from '@dragon/engine';

/** Few enough for the bits of a mask. */
export const LLC_CPUS = 16;

/** sysctl_sched_migration_cost: a thread that has run within it is cache-hot (task_hot), and stays. */
export const MIGRATION_COST = 500 * MICROSECOND;

/** Returns the first CPU that shares the cache of `cpu`. */
export const firstOfLlc = (cpu: number): number => cpu - (cpu % LLC_CPUS);

/** Returns the bit of a CPU in the masks of its LLC. */
export const llcBit = (cpu: number): number => 1 << (cpu % LLC_CPUS);

/**
 * Returns the CPUs of the LLC of `cpu` on a machine of `cpus`, beginning with `cpu` itself: where a thread may run that
 * is there first, and that nobody has bound.
 */
export function cpusOfLlc(cpu: number, cpus: number): number[] {
  const first = firstOfLlc(cpu);
  const count = Math.min(LLC_CPUS, cpus - first);
  return Array.from({ length: count }, (_, i) => first + ((cpu - first + i) % count));
}

/** Returns those of `cpus` that share the cache of `cpu`, as a mask. */
export function llcMask(cpus: readonly number[], cpu: number): number {
  const first = firstOfLlc(cpu);
  let mask = 0;
  for (const each of cpus) if (firstOfLlc(each) === first) mask |= llcBit(each);
  return mask;
}

/** Returns whether a mask has more CPUs than one. */
export const isMovable = (allowed: number): boolean => (allowed & (allowed - 1)) !== 0;

/** is_per_cpu_kthread: of the threads that are agents only the kworkers of the inodegc queues are. */
export const isPerCpuKthread = (thread: AgentId): boolean => kindOf(thread) === 'inodegc';
