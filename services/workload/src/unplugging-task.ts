/**
 * A task that takes a CPU offline, `echo 0 > /sys/devices/system/cpu/cpu1/online`. Linux 6.1 kernel/cpu.c _cpu_down;
 * fs/xfs/xfs_super.c xfs_cpu_dead; fs/xfs/xfs_icache.c xfs_inodegc_cpu_dead, which is gone since 6.6: there the list
 * stays, and its worker, which is no more bound, runs it elsewhere. Leaves out the other callbacks, cpu_hotplug_lock
 * and whoever waits for it, RCU, which counts no CPUs here, timers, which fire wherever they are, and the way back
 * online.
 */
import type { AgentId } from '@dragon/engine';
import {
  asleep,
  awake,
  cpuId,
  inodegcWork,
  type InodeRun,
  type Received,
  RUNNING,
  STACKS,
  type Task,
  type TaskMessage,
  threadHandlers,
  toInodegc,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

/** `dead`: the CPU. `cpus`: the others that are online. `folds`: the list of inodes is folded into another CPU's. */
export type UnpluggingTaskParams = { readonly dead: number; readonly cpus: readonly number[]; readonly folds: boolean };

type UnpluggingContext = {
  readonly self: AgentId;
  readonly cpu: number;
  readonly dead: number;
  readonly online: readonly number[];
  readonly folds: boolean;
  /** Inodes in hand between the two lists. */
  readonly folded: readonly InodeRun[];
  readonly task: Task;
};

export const unpluggingTaskProjection: Projection<UnpluggingContext> = {
  constants: ['self', 'dead', 'online', 'folds'],
  bookkeeping: ['task'],
};

type UnpluggingEvent = Received<TaskMessage>;

const { send, change, guard, on } = chartKit<UnpluggingContext, UnpluggingEvent>();

/** Nobody makes it wait, and the work is queued at once. */
const FOLDER = {
  kswapd: false,
  nofs: false,
  reclaimState: false,
  journalInfo: false,
  disarmed: true,
  nearQuota: true,
};

export const unpluggingTaskMachine = setup({
  types: typesOf<{
    context: UnpluggingContext;
    events: UnpluggingEvent;
    input: UnpluggingTaskParams & { self: AgentId };
  }>(),
  actions: effectActions,
  delays: { start: ({ context }) => delay(`start ${context.self}`) },
}).createMachine({
  id: 'unpluggingTask',
  context: ({ input: { self, dead, cpus, folds } }) => ({
    self,
    cpu: cpus[0] ?? 0,
    dead,
    online: cpus,
    folds,
    folded: [],
    task: RUNNING,
  }),
  on: threadHandlers,
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'takingCpuDown' } },
    takingCpuDown: {
      entry: send(({ dead, online }) => [{ kind: 'send', to: cpuId(dead), message: { type: 'cpu.unplug', online } }]),
      on: {
        'task.cpuUnplugged': [{ guard: guard(({ folds }) => folds), target: 'cancellingWork' }, { target: 'exited' }],
      },
    },
    cancellingWork: {
      tags: ['blocked'],
      meta: { waitsFor: 'the inodegc work of the dead CPU', sleep: 'uninterruptible' },
      entry: [
        change(({ task, dead }) => ({ task: asleep(task, inodegcWork(dead), STACKS.cancelling.frames) })),
        send(({ dead }) => [toInodegc(dead, { type: 'inodegc.cancelWork', token: 0 })]),
      ],
      on: { 'task.workFlushed': { target: 'takingList', actions: change(({ task }) => ({ task: awake(task) })) } },
    },
    takingList: {
      entry: send(({ dead }) => [toInodegc(dead, { type: 'inodegc.takeList' })]),
      on: {
        'task.inodegcListTaken': {
          target: 'folding',
          actions: on('task.inodegcListTaken', (_context, { inodes }) => ({ folded: inodes })),
        },
      },
    },
    folding: {
      always: { guard: guard(({ folded }) => folded.length === 0), target: 'exited' },
      entry: send(({ cpu, folded }) =>
        folded.length === 0 ? [] : [toInodegc(cpu, { type: 'inodegc.queueInodes', inodes: folded, caller: FOLDER })],
      ),
      on: { 'task.inodesQueued': { target: 'exited', actions: change(() => ({ folded: [] })) } },
    },
    exited: { tags: ['sleeping'] },
  },
});
