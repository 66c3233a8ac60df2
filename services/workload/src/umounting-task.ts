/**
 * A task that holds s_umount for writing for a while, as umount, remount and freeze do. Linux 6.1 fs/super.c
 * deactivate_super, freeze_super. Leaves out what it does meanwhile.
 */
import type { AgentId } from '@dragon/engine';
import {
  asleep,
  holding,
  type Received,
  released,
  RUNNING,
  S_UMOUNT,
  STACKS,
  type Task,
  type TaskMessage,
  threadHandlers,
  toInodeCache,
  wakeUp,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

type UmountingContext = { readonly self: AgentId; readonly cpu: number; readonly task: Task };
type UmountingEvent = Received<TaskMessage>;

export const umountingTaskProjection: Projection<UmountingContext> = { constants: ['self'], bookkeeping: ['task'] };

const { send, change } = chartKit<UmountingContext, UmountingEvent>();

export const umountingTaskMachine = setup({
  types: typesOf<{ context: UmountingContext; events: UmountingEvent; input: { self: AgentId; cpu?: number } }>(),
  actions: effectActions,
  delays: { start: ({ context }) => delay(`start ${context.self}`), holdUmount: () => delay('holdUmount') },
}).createMachine({
  id: 'umountingTask',
  context: ({ input }) => ({ self: input.self, cpu: input.cpu ?? 0, task: RUNNING }),
  on: threadHandlers,
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'lockingUmount' } },
    lockingUmount: {
      tags: ['blocked'],
      meta: { waitsFor: 's_umount, for writing', sleep: 'uninterruptible' },
      entry: [
        change(({ task }) => ({
          task: asleep(task, S_UMOUNT, STACKS.umount.frames, 'uninterruptible', 'W'),
        })),
        send(() => toInodeCache({ type: 'inodeCache.lockUmount' })),
      ],
      on: {
        'task.umountLocked': {
          target: 'holdingUmount',
          actions: change(({ task }) => ({ task: holding(task, S_UMOUNT, 'W') })),
        },
      },
      exit: wakeUp,
    },
    holdingUmount: {
      tags: ['sleeping'],
      after: {
        holdUmount: {
          target: 'exited',
          actions: [
            send(() => toInodeCache({ type: 'inodeCache.unlockUmount' })),
            change(({ task }) => ({ task: released(task, S_UMOUNT) })),
          ],
        },
      },
    },
    exited: { tags: ['sleeping'] },
  },
});
