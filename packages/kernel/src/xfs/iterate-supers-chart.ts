/**
 * The part of a statechart in which a thread comes by the mount in a walk over all superblocks: it waits for s_umount,
 * and has it for reading while it is there. Linux 6.1 fs/super.c iterate_supers.
 */
import { chartKit } from '@dragon/statechart';
import { S_UMOUNT } from '../locking/resources.ts';
import { type Received, type TaskMessage, toInodeCache } from '../messages.ts';
import { asleep, awake, holding, released, type Task } from '../sched/task.ts';
import type { CallPath } from '../stacks/call-path.ts';

type WalkContext = { readonly task: Task };

const { change, send } = chartKit<WalkContext, Received<TaskMessage>>();

/** down_read(s_umount), which is not tried but waited for. */
export const readingUmount = <Next extends string>(stack: CallPath, next: Next) =>
  ({
    tags: ['blocked'],
    meta: { waitsFor: 's_umount, for reading', sleep: 'uninterruptible' },
    entry: [
      change(({ task }) => ({ task: asleep(task, S_UMOUNT, stack.frames, 'uninterruptible', 'R') })),
      send(() => toInodeCache({ type: 'inodeCache.readUmount' })),
    ],
    on: {
      'task.umountLocked': {
        target: next,
        actions: change(({ task }) => ({ task: holding(awake(task), S_UMOUNT, 'R') })),
      },
    },
  }) as const;

/** up_read(s_umount). */
export const umountRead = [
  change(({ task }) => ({ task: released(task, S_UMOUNT) })),
  send(() => toInodeCache({ type: 'inodeCache.unlockUmount' })),
] as const;
