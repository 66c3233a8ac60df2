/**
 * khungtaskd. Linux 6.1 kernel/hung_task.c watchdog, check_hung_uninterruptible_tasks, check_hung_task. A thread is
 * reported when two looks find it in the same uninterruptible sleep. Leaves out the panic option, lock dumps and the
 * limit of 10 warnings.
 */
import type { AgentId } from '@dragon/engine';
import { delay, effectActions, typesOf } from '@dragon/statechart';
import { HUNG_TASK_TIMEOUT, hungTaskLines, type Received, type ShowHungTask, toTask } from '@dragon/kernel';
import { assign, setup } from 'xstate';

type Watched = { readonly id: AgentId; readonly comm: string; readonly pid: number; readonly workqueue?: string };
export type WatchdogParams = { readonly tasks: readonly Watched[]; readonly release: string };

/** What a look found: the resource and stack of a sleeper, and in how many looks in a row. */
type Sleep = { readonly waitsFor: string; readonly sleeps: number; readonly looks: number };

interface WatchdogContext extends WatchdogParams {
  readonly sleeps: { readonly [task: AgentId]: Sleep };
  readonly answered: number;
  readonly lines: readonly string[];
}

type WatchdogEvent = Received<ShowHungTask>;

/** A thread whose count of sleeps has not moved has not been awake in between: `switch_count == last_switch_count`. */
function seen(context: WatchdogContext, event: WatchdogEvent): Partial<WatchdogContext> {
  const answered = context.answered + 1;
  const { [event.from]: before, ...others } = context.sleeps;
  if (!event.uninterruptible || event.waitsFor === null) return { answered, sleeps: others, lines: [] };
  const same = before?.waitsFor === event.waitsFor && before.sleeps === event.sleeps;
  const looks = same ? before.looks + 1 : 1;
  const sleeps = { ...others, [event.from]: { waitsFor: event.waitsFor, sleeps: event.sleeps, looks } };
  return { answered, sleeps, lines: looks > 1 ? hungLines(context, event, (looks - 1) * HUNG_TASK_TIMEOUT) : [] };
}

function hungLines(context: WatchdogContext, event: WatchdogEvent, blockedFor: number): readonly string[] {
  const task = context.tasks.find(({ id }) => id === event.from);
  return task === undefined
    ? []
    : hungTaskLines({ ...task, wait: { mode: 'uninterruptible', stack: event.stack } }, blockedFor, context.release);
}

export const watchdogMachine = setup({
  types: typesOf<{ context: WatchdogContext; events: WatchdogEvent; input: WatchdogParams }>(),
  actions: effectActions,
  delays: { interval: () => delay('hungTaskInterval') },
}).createMachine({
  id: 'watchdog',
  context: ({ input }) => ({ tasks: input.tasks, release: input.release, sleeps: {}, answered: 0, lines: [] }),
  initial: 'sleeping',
  states: {
    sleeping: { after: { interval: 'looking' } },
    looking: {
      entry: [
        assign({ answered: 0 }),
        { type: 'send', params: ({ context }) => context.tasks.map((task) => toTask(task.id, { type: 'task.show' })) },
      ],
      on: {
        'watchdog.taskShown': {
          actions: [
            assign(({ context, event }) => seen(context, event)),
            { type: 'log', params: ({ context }) => ({ lines: context.lines }) },
          ],
        },
      },
      always: { guard: ({ context }) => context.answered === context.tasks.length, target: 'sleeping' },
    },
  },
});
