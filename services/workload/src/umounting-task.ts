/**
 * A task that holds s_umount for writing for a while, as umount, remount and freeze do. Linux 6.1 fs/super.c
 * deactivate_super, freeze_super. Leaves out what it does meanwhile.
 */
import type { AgentId } from '@dragon/engine';
import {
  asleep,
  awake,
  holding,
  type Received,
  released,
  RUNNING,
  S_UMOUNT,
  type Task,
  type TaskMessage,
  threadHandlers,
  toInodeCache,
} from '@dragon/kernel';
import { delay, effectActions, typesOf } from '@dragon/statechart';
import { assign, setup } from 'xstate';

type UmountingContext = { readonly self: AgentId; readonly cpu: number; readonly task: Task };
type UmountingEvent = Received<TaskMessage>;

export const umountingTaskMachine = setup({
  types: typesOf<{ context: UmountingContext; events: UmountingEvent; input: { self: AgentId; cpu?: number } }>(),
  actions: effectActions,
  delays: { start: ({ context }) => delay(`start ${context.self}`), holdUmount: () => delay('holdUmount') },
}).createMachine({
  id: 'umountingTask',
  context: ({ input }) => ({ self: input.self, cpu: input.cpu ?? 0, task: RUNNING }),
  on: threadHandlers<UmountingContext, UmountingEvent>(),
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'lockingUmount' } },
    lockingUmount: {
      tags: ['blocked'],
      meta: { waitsFor: 's_umount, for writing', sleep: 'uninterruptible' },
      entry: [
        assign({
          task: ({ context }) =>
            asleep(
              context.task,
              S_UMOUNT,
              ['rwsem_down_write_slowpath', 'down_write', 'deactivate_super', 'cleanup_mnt'],
              'uninterruptible',
              'W',
            ),
        }),
        { type: 'send', params: toInodeCache({ type: 'inodeCache.lockUmount' }) },
      ],
      on: {
        'task.umountLocked': {
          target: 'holdingUmount',
          actions: assign({ task: ({ context }) => holding(context.task, S_UMOUNT, 'W') }),
        },
      },
      exit: assign({ task: ({ context }) => awake(context.task) }),
    },
    holdingUmount: {
      tags: ['sleeping'],
      after: {
        holdUmount: {
          target: 'exited',
          actions: [
            { type: 'send', params: toInodeCache({ type: 'inodeCache.unlockUmount' }) },
            assign({ task: ({ context }) => released(context.task, S_UMOUNT) }),
          ],
        },
      },
    },
    exited: { tags: ['sleeping'] },
  },
});
