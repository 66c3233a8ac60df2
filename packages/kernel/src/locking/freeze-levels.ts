/**
 * Levels of freeze protection as those who write meet them: sb_start_write and sb_start_intwrite. Linux 6.1 fs/super.c,
 * include/linux/fs.h; kernel/locking/percpu-rwsem.c. Each level is a per-CPU rwsem: as long as nobody freezes, who
 * comes and goes tells nobody, and so it is here. A task that freezes has every writer told, each answers whether it is
 * inside, and from then on one that leaves says so, and one that comes has to wait. Leaves out the grace periods of
 * rcu_sync_enter.
 */
import { chartKit, type Send } from '@dragon/statechart';
import { type FreezeLevel, type Received, type TaskMessage, toInodeCache } from '../messages.ts';
import { asleep, released, type Task, wakeUp } from '../sched/task.ts';
import { SB_INTERNAL, SB_PAGEFAULT, SB_WRITERS } from './resources.ts';

const ORDER: Readonly<Record<FreezeLevel, number>> = { write: 1, pagefault: 2, fs: 3 };

const LOCKS: Readonly<Record<FreezeLevel, string>> = { write: SB_WRITERS, pagefault: SB_PAGEFAULT, fs: SB_INTERNAL };

/** Returns what a task waits for at a level, and holds. */
export const freezeLock = (level: FreezeLevel): string => LOCKS[level];

/** Returns whether those who come to `level` have to wait while the file system is frozen up to `frozen`. */
export const isShutOut = (frozen: FreezeLevel | null, level: FreezeLevel): boolean =>
  frozen !== null && ORDER[level] <= ORDER[frozen];

/** What a thread that writes knows of a freeze: the last level that is taken, or being taken. */
export type WriterContext = { readonly task: Task; readonly frozen: FreezeLevel | null };

const { answerTo, change, send, guard } = chartKit<WriterContext, Received<TaskMessage>>();

/** Handlers for the root of its machine. */
export const writerHandlers = {
  'task.freezing': {
    actions: answerTo('task.freezing', ({ task }, { level }) => [
      { frozen: level },
      [toInodeCache({ type: 'inodeCache.writerSeen', inside: isInside(task, level) })],
    ]),
  },
  'task.thawed': { actions: change(() => ({ frozen: null })) },
} as const;

const isInside = ({ holds }: Task, level: FreezeLevel): boolean =>
  holds.some(({ resource }) => resource === LOCKS[level]);

/** The guard of whoever comes to `level` and has to wait. */
export const shutOut = (level: FreezeLevel) => guard(({ frozen }) => isShutOut(frozen, level));

/** Returns what a thread says that leaves `level`. */
export const writerLeft = (frozen: FreezeLevel | null, level: FreezeLevel): readonly Send[] =>
  isShutOut(frozen, level) ? LEFT : NOTHING;

const LEFT: readonly Send[] = [toInodeCache({ type: 'inodeCache.writerLeft' })];
const NOTHING: readonly Send[] = [];

/** Returns the change and what is said when a thread leaves `level`: sb_end_write, sb_end_intwrite. */
export const leaving = (level: FreezeLevel) =>
  [
    change(({ task }) => ({ task: released(task, LOCKS[level]) })),
    send(({ frozen }) => writerLeft(frozen, level)),
  ] as const;

/**
 * Returns the state of a thread that sleeps in percpu_rwsem_wait until the file system thaws, and then tries again at
 * `next`. `frames` is its stack.
 */
export function awaitingThaw<C extends WriterContext, const Next extends string>(
  level: FreezeLevel,
  frames: (context: C) => readonly string[],
  next: Next,
) {
  return {
    tags: ['blocked'],
    meta: { waitsFor: `${LOCKS[level]} of a frozen file system`, sleep: 'uninterruptible' },
    entry: [
      chartKit<C, Received<TaskMessage>>().change(
        (context) =>
          ({ task: asleep(context.task, LOCKS[level], frames(context), 'uninterruptible', 'R') }) as Partial<C>,
      ),
      send(() => toInodeCache({ type: 'inodeCache.awaitThaw', level })),
    ],
    on: { 'task.mayWrite': next },
    exit: wakeUp,
  } as const;
}
