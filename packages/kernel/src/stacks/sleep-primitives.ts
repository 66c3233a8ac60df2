/**
 * Functions of the scheduler and of the locks that stand on top of a sleeping task's stack: they say how it sleeps, and
 * nothing of what for. Names of Linux 4.4 to 6.12; which of them leave a frame depends on compiler and architecture.
 */
import type { LockMode } from '@dragon/engine';
import type { StackResourceName } from './stack-resources.ts';

/** How a task sleeps. */
export type SleepPrimitive =
  | 'rwsem'
  | 'percpu rwsem'
  | 'semaphore'
  | 'mutex'
  | 'completion'
  | 'work'
  | 'workqueue'
  | 'folio lock'
  | 'folio writeback'
  | 'bit'
  | 'io'
  | 'rcu'
  | 'srcu'
  | 'freezer'
  | 'timeout'
  | 'sleep'
  | 'schedule';

/** A function of one of them, and what its name tells beside. */
export interface PrimitiveFrame {
  readonly primitive: SleepPrimitive;
  readonly lock: LockMode;
  /** A fatal signal ends the wait, or time does. */
  readonly mode?: 'killable' | 'timed';
}

/** What a wait is for if no caller that is known says more. */
export const PRIMITIVE_WAITS_FOR: Readonly<Record<SleepPrimitive, StackResourceName>> = {
  rwsem: 'rwsem',
  'percpu rwsem': 'percpu rwsem',
  semaphore: 'semaphore',
  mutex: 'mutex',
  completion: 'completion',
  work: 'work',
  workqueue: 'workqueue',
  'folio lock': 'folio lock',
  'folio writeback': 'folio writeback',
  bit: 'wait queue',
  io: 'disk I/O',
  rcu: 'RCU grace period',
  srcu: 'SRCU grace period',
  freezer: 'task freezer',
  // Without a timeout, too: schedule_timeout(MAX_SCHEDULE_TIMEOUT) is a common call.
  timeout: 'wait queue',
  sleep: 'timer',
  schedule: 'wait queue',
};

const named = (primitive: SleepPrimitive, names: string, more: Partial<PrimitiveFrame> = {}) =>
  names.split(' ').map((name): [string, PrimitiveFrame] => [name, { primitive, lock: '', ...more }]);

/**
 * By name. Where several stand on one stack the outermost counts: `schedule` below `schedule_timeout` below
 * `__wait_for_common` below `__flush_work` is the wait for a work item.
 */
export const SLEEP_PRIMITIVES: ReadonlyMap<string, PrimitiveFrame> = new Map([
  ...named('schedule', '__switch_to __switch_to_asm context_switch __schedule schedule schedule_preempt_disabled'),
  ...named('schedule', 'preempt_schedule_common preempt_schedule __cond_resched _cond_resched schedule_rtlock'),
  ...named('schedule', 'prepare_to_wait_event wait_woken'),
  ...named('timeout', 'schedule_timeout schedule_hrtimeout_range_clock schedule_hrtimeout_range schedule_hrtimeout'),
  ...named('sleep', 'schedule_timeout_uninterruptible schedule_timeout_killable schedule_timeout_interruptible'),
  ...named('sleep', 'schedule_timeout_idle msleep usleep_range usleep_range_state do_nanosleep'),
  ...named('io', 'io_schedule io_schedule_timeout io_schedule_prepare blk_wait_io submit_bio_wait'),
  ...named('io', 'bit_wait_io __wait_on_buffer wait_on_buffer wait_on_page_buffers sleep_on_buffer bio_await'),
  ...named('bit', 'bit_wait bit_wait_timeout __wait_on_bit __wait_on_bit_lock out_of_line_wait_on_bit'),
  ...named('bit', 'out_of_line_wait_on_bit_lock out_of_line_wait_on_bit_timeout wait_on_bit __wait_on_bit_timeout'),
  ...named('freezer', '__refrigerator refrigerator try_to_freeze'),

  ...named('semaphore', '__down_common ___down_common __down down __down_timeout down_timeout'),
  ...named('semaphore', '__down_killable down_killable', { mode: 'killable' }),

  ...named('mutex', 'mutex_lock __mutex_lock __mutex_lock_common __mutex_lock_slowpath mutex_lock_nested'),
  ...named('mutex', 'mutex_lock_io __ww_mutex_lock ww_mutex_lock mutex_optimistic_spin rt_mutex_slowlock'),
  ...named('mutex', '__rt_mutex_slowlock __rt_mutex_slowlock_locked rt_mutex_slowlock_block rt_spin_lock'),
  ...named('mutex', 'mutex_lock_killable __mutex_lock_killable_slowpath', { mode: 'killable' }),
  ...named('mutex', 'mutex_lock_killable_nested', { mode: 'killable' }),

  // for writing: since 5.3 rwsem_down_write_slowpath, before rwsem_down_write_failed, on x86 below an assembler stub.
  ...named('rwsem', 'rwsem_down_failed_common'),
  ...named('rwsem', 'rwsem_down_write_slowpath __down_write __down_write_common', { lock: 'W' }),
  ...named('rwsem', 'rwsem_down_write_failed __rwsem_down_write_failed_common', { lock: 'W' }),
  ...named('rwsem', 'call_rwsem_down_write_failed down_write down_write_nested', { lock: 'W' }),
  ...named('rwsem', 'rwbase_write_lock __rwbase_write_lock _down_write_nest_lock', { lock: 'W' }),
  ...named('rwsem', 'down_write_killable __down_write_killable', { lock: 'W', mode: 'killable' }),
  ...named('rwsem', 'rwsem_down_write_failed_killable', { lock: 'W', mode: 'killable' }),
  ...named('rwsem', 'call_rwsem_down_write_failed_killable', { lock: 'W', mode: 'killable' }),
  ...named('rwsem', 'rwsem_down_read_slowpath __down_read __down_read_common', { lock: 'R' }),
  ...named('rwsem', 'rwsem_down_read_failed __rwsem_down_read_failed_common', { lock: 'R' }),
  ...named('rwsem', 'call_rwsem_down_read_failed down_read down_read_nested', { lock: 'R' }),
  ...named('rwsem', '__rwbase_read_lock rwbase_read_lock down_read_non_owner', { lock: 'R' }),
  ...named('rwsem', 'down_read_killable __down_read_killable', { lock: 'R', mode: 'killable' }),
  ...named('rwsem', 'rwsem_down_read_failed_killable', { lock: 'R', mode: 'killable' }),
  ...named('rwsem', 'call_rwsem_down_read_failed_killable', { lock: 'R', mode: 'killable' }),

  // percpu_rwsem_wait serves both; a writer has percpu_down_write below it. __sb_start_write: up to 5.9.
  ...named('percpu rwsem', 'percpu_rwsem_wait __percpu_down_read percpu_down_read', { lock: 'R' }),
  ...named('percpu rwsem', '__sb_start_write sb_start_write sb_start_intwrite', { lock: 'R' }),
  ...named('percpu rwsem', 'percpu_down_write sb_wait_write', { lock: 'W' }),

  ...named('completion', '__wait_for_common wait_for_common do_wait_for_common wait_for_completion'),
  ...named('completion', 'wait_for_completion_state'),
  ...named('io', 'wait_for_completion_io wait_for_common_io'),
  ...named('completion', 'wait_for_completion_killable', { mode: 'killable' }),
  ...named('completion', 'wait_for_completion_timeout', { mode: 'timed' }),

  ...named('io', 'wait_for_completion_io_timeout', { mode: 'timed' }),

  ...named('work', '__flush_work flush_work flush_delayed_work __cancel_work_timer __cancel_work_sync'),
  ...named('work', 'cancel_work_sync cancel_delayed_work_sync flush_rcu_work start_flush_work'),
  ...named('workqueue', '__flush_workqueue flush_workqueue drain_workqueue flush_scheduled_work'),
  ...named('rcu', '__wait_rcu_gp wait_rcu_gp synchronize_rcu synchronize_rcu_normal synchronize_sched'),
  ...named('rcu', 'synchronize_rcu_expedited synchronize_sched_expedited rcu_barrier synchronize_net'),
  ...named('rcu', 'synchronize_rcu_expedited_wait synchronize_rcu_expedited_wait_once'),
  ...named('srcu', '__synchronize_srcu synchronize_srcu synchronize_srcu_expedited srcu_barrier'),

  ...named('folio lock', 'folio_wait_bit_common wait_on_page_bit_common wait_on_page_bit folio_wait_bit'),
  ...named('folio lock', '__folio_lock __lock_page folio_put_wait_locked put_and_wait_on_page_locked'),
  ...named('folio lock', '__folio_lock_killable __lock_page_killable', { mode: 'killable' }),
  ...named('folio lock', 'folio_wait_bit_killable wait_on_page_bit_killable', { mode: 'killable' }),
  ...named('folio lock', '__folio_lock_or_retry __lock_page_or_retry folio_wait_locked'),
  ...named('folio writeback', 'folio_wait_writeback wait_on_page_writeback folio_wait_stable'),
  ...named('folio writeback', 'wait_for_stable_page'),
]);
