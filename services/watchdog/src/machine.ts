/**
 * khungtaskd. Linux 6.1 kernel/hung_task.c watchdog, check_hung_uninterruptible_tasks, check_hung_task. A thread is
 * reported when two looks find it in the same uninterruptible sleep. Leaves out the panic option, lock dumps and the
 * limit of 10 warnings.
 */
import type { AgentId, Chunks, TaskName } from '@dragon/engine';
import {
  CONTEXT_COPIERS,
  HUNG_TASK_TIMEOUT,
  hungTaskLines,
  type Received,
  type ShowHungTask,
  sortedBy,
  toTask,
} from '@dragon/kernel';
import {
  type Answer,
  backgroundDelay,
  chartKit,
  effectActions,
  type MachineOptions,
  typesOf,
} from '@dragon/statechart';
import { setup } from 'xstate';

type Watched = TaskName & { readonly id: AgentId };
/** `release` is what `uname -r` says. */
export type WatchdogParams = { readonly tasks: readonly Watched[]; readonly release: string };

/** What a look found: the resource and stack of a sleeper, and in how many looks in a row. */
type Sleep = { readonly task: AgentId; readonly waitsFor: string; readonly sleeps: number; readonly looks: number };

const byTask = sortedBy(({ task }: Sleep) => task);

interface WatchdogContext extends WatchdogParams {
  readonly sleeps: Chunks<Sleep>;
  readonly answered: number;
}

type WatchdogEvent = Received<ShowHungTask>;

const { answer, change, guard, send } = chartKit<WatchdogContext, WatchdogEvent>();

/** A thread whose count of sleeps has not moved has not been awake in between: `switch_count == last_switch_count`. */
function taskSeen(context: WatchdogContext, event: WatchdogEvent): Answer<WatchdogContext> {
  const answered = context.answered + 1;
  const { from: task, waitsFor } = event;
  if (!event.uninterruptible || waitsFor === null)
    return [{ answered, sleeps: byTask.removed(context.sleeps, task) }, []];
  const before = byTask.find(context.sleeps, task);
  const same = before?.waitsFor === waitsFor && before.sleeps === event.sleeps;
  const looks = same ? before.looks + 1 : 1;
  const sleeps = byTask.placed(context.sleeps, { task, waitsFor, sleeps: event.sleeps, looks });
  const lines = looks > 1 ? hungLines(context, event, (looks - 1) * HUNG_TASK_TIMEOUT) : [];
  return [{ answered, sleeps }, lines.map((text) => ({ kind: 'log', text }))];
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
  delays: { interval: () => backgroundDelay('hungTaskInterval') },
}).createMachine({
  id: 'watchdog',
  context: ({ input }) => ({ tasks: input.tasks, release: input.release, sleeps: [], answered: 0 }),
  initial: 'sleeping',
  states: {
    sleeping: { after: { interval: 'looking' } },
    looking: {
      entry: [
        change(() => ({ answered: 0 })),
        send(({ tasks }) => tasks.map((task) => toTask(task.id, { type: 'task.show' }))),
      ],
      on: { 'watchdog.taskShown': { actions: answer(taskSeen) } },
      always: { guard: guard(({ answered, tasks }) => answered === tasks.length), target: 'sleeping' },
    },
  },
});

/**
 * What of khungtaskd is behaviour: it reads its table for its log alone. Its messages are calls, as it looks at other
 * threads without their help: nobody waits for it.
 */
export const watchdogOptions: MachineOptions<typeof watchdogMachine> = {
  copiers: CONTEXT_COPIERS,
  projection: { constants: ['tasks', 'release'], bookkeeping: ['sleeps'] },
  receiver: 'call',
};
