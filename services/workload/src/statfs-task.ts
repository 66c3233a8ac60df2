/**
 * A task that asks how full the file system is, as df and monitors do. Linux 6.1 fs/xfs/xfs_super.c xfs_fs_statfs,
 * which pushes the inodegc workers so that what they give back is soon counted; from 5.15 to 5.18 it waits for them
 * (xfs_inodegc_flush). Leaves out the counting itself.
 */
import type { AgentId } from '@dragon/engine';
import {
  type FlushWorksContext,
  flushWorksStates,
  hit,
  type Policy,
  type Received,
  RUNNING,
  STACKS,
  type TaskMessage,
  threadHandlers,
  toInodegc,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

/** `inodegcCpus`: how many CPUs have an inodegc queue. `calls`: how often it asks, every `statfsPause`. */
export type StatfsTaskParams = {
  readonly policy: Policy;
  readonly cpu: number;
  readonly inodegcCpus: number;
  readonly calls: number;
};

type StatfsContext = FlushWorksContext & {
  readonly self: AgentId;
  readonly cpu: number;
  readonly flushes: boolean;
  readonly left: number;
};

export const statfsTaskProjection: Projection<StatfsContext> = {
  constants: ['self', 'inodegcCpus', 'flushes'],
  bookkeeping: ['task'],
};

type StatfsEvent = Received<TaskMessage>;

const { send, trace, change, guard } = chartKit<StatfsContext, StatfsEvent>();

export const statfsTaskMachine = setup({
  types: typesOf<{ context: StatfsContext; events: StatfsEvent; input: StatfsTaskParams & { self: AgentId } }>(),
  actions: effectActions,
  delays: { start: ({ context }) => delay(`start ${context.self}`), pause: () => delay('statfsPause') },
}).createMachine({
  id: 'statfsTask',
  context: ({ input: { self, cpu, policy, inodegcCpus, calls } }) => ({
    self,
    cpu,
    flushes: policy.statfs === 'flush',
    inodegcCpus,
    left: calls,
    unflushed: [],
    task: RUNNING,
  }),
  on: threadHandlers,
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'calling' } },
    calling: {
      entry: trace(() => hit('syscall_begin', { call: 'statfs' })),
      always: [{ guard: guard(({ flushes }) => flushes), target: 'flushing' }, { target: 'pushing' }],
    },
    flushing: { initial: 'flushingWorks', states: flushWorksStates(STACKS.statfs), onDone: 'returned' },
    pushing: {
      entry: send(({ inodegcCpus }) =>
        Array.from({ length: inodegcCpus }, (_, cpu) => toInodegc(cpu, { type: 'inodegc.push' })),
      ),
      always: 'returned',
    },
    returned: {
      entry: [trace(() => hit('syscall_end', { call: 'statfs' })), change(({ left }) => ({ left: left - 1 }))],
      always: [{ guard: guard(({ left }) => left === 0), target: 'exited' }, { target: 'pausing' }],
    },
    pausing: { tags: ['sleeping'], after: { pause: 'calling' } },
    exited: { tags: ['sleeping'] },
  },
});
