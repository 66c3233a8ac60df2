/** A task that holds s_umount for writing for a while, as umount, remount and freeze do. Linux 6.1 fs/super.c deactivate_super, freeze_super. Leaves out what it does meanwhile. */
import type { AgentId } from '@dragon/engine';
import {
  asleep,
  awake,
  delay,
  effectActions,
  holding,
  type Received,
  released,
  RUNNING,
  showTask,
  type Task,
  type TaskMessage,
  toInodeCache,
  toWatchdog,
  typesOf,
} from '@dragon/kernel';
import { assign, setup } from 'xstate';

type UmountingContext = { readonly self: AgentId; readonly task: Task };
type UmountingEvent = Received<TaskMessage>;

export const umountingTaskMachine = setup({
  types: typesOf<{ context: UmountingContext; events: UmountingEvent; input: { self: AgentId } }>(),
  actions: effectActions,
  delays: { start: ({ context }) => delay(`start ${context.self}`), holdUmount: () => delay('holdUmount') },
}).createMachine({
  id: 'umountingTask',
  context: ({ input }) => ({ self: input.self, task: RUNNING }),
  on: {
    'task.show': {
      actions: { type: 'send', params: ({ context, event }) => toWatchdog(event.from, showTask(context.task)) },
    },
  },
  initial: 'starting',
  states: {
    starting: { after: { start: 'lockingUmount' } },
    lockingUmount: {
      tags: ['blocked'],
      meta: { waitsFor: 's_umount, for writing', sleep: 'uninterruptible' },
      entry: [
        assign({
          task: ({ context }) =>
            asleep(context.task, 's_umount', [
              'rwsem_down_write_slowpath',
              'down_write',
              'deactivate_super',
              'cleanup_mnt',
            ]),
        }),
        { type: 'send', params: toInodeCache({ type: 'inodeCache.lockUmount' }) },
      ],
      on: {
        'task.umountLocked': {
          target: 'holdingUmount',
          actions: assign({ task: ({ context }) => holding(context.task, 's_umount', 'W') }),
        },
      },
      exit: assign({ task: ({ context }) => awake(context.task) }),
    },
    holdingUmount: {
      after: {
        holdUmount: {
          target: 'exited',
          actions: [
            { type: 'send', params: toInodeCache({ type: 'inodeCache.unlockUmount' }) },
            assign({ task: ({ context }) => released(context.task, 's_umount') }),
          ],
        },
      },
    },
    exited: {},
  },
});
