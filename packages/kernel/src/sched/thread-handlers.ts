/**
 * What every thread's chart answers in any state: khungtaskd's look at it, and the news that it goes on on another CPU.
 */
import type { EventObject, MachineContext } from 'xstate';
import { type Received, type ShowHungTask, type TaskMessage, toWatchdog } from '../messages.ts';
import { showTask, type Task } from './task.ts';
import { update } from '@dragon/statechart';

type ThreadContext = { readonly task: Task; readonly cpu: number };

/** Returns handlers for the root of a thread's machine. `C` and `E` are its context and events. */
export function threadHandlers<C extends ThreadContext & MachineContext, E extends EventObject>() {
  return {
    'task.show': {
      actions: {
        type: 'send',
        params: ({ context, event }: { context: ThreadContext; event: EventObject }) =>
          toWatchdog((event as Received<ShowHungTask>).from, showTask(context.task)),
      },
    },
    'task.migrated': {
      actions: update<ThreadContext, C, E>((_context, event) => ({
        cpu: (event as unknown as Extract<TaskMessage, { type: 'task.migrated' }>).cpu,
      })),
    },
  } as const;
}
