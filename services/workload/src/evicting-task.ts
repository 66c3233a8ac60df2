/**
 * A task that removes files. `unlink`: unlink(2) takes the AGI, and the last iput evicts the inode in the same call.
 * `close`: the files were unlinked while open, so closing them evicts without touching the AGI first. Killed, the one
 * ends between two files, and the other goes on: exit_files closes the rest. An unlink that ends with EIO ends the
 * task: all others would. Linux 6.1 fs/namei.c do_unlinkat; fs/xfs/xfs_super.c xfs_fs_statfs; fs/file.c exit_files.
 */
import type { AgentId } from '@dragon/engine';
import {
  cpuTime,
  endUnlink,
  type EvictContext,
  evictDelays,
  evictProjection,
  evictStates,
  type FileGroups,
  type FlushWorksContext,
  flushWorksStates,
  groupOfFile,
  hit,
  type InodeFate,
  inodeNumber,
  type Policy,
  type Received,
  RUNNING,
  STACKS,
  type TaskMessage,
  threadHandlers,
  toInodegc,
  unlinkFailed,
  unlinkStates,
  writerHandlers,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

/** The files are inodes `firstAgino` and upwards, each of its allocation group. */
export type EvictingTaskParams = {
  readonly program: 'unlink' | 'close';
  readonly policy: Policy;
  readonly cpu: number;
  readonly ag: FileGroups;
  readonly firstAgino: number;
  readonly files: number;
  readonly fate: InodeFate;
  /** The latency after which it begins: one of many tasks that begin alike has none of its own. */
  readonly start?: string;
  /** The latency that it sleeps for after each file; null to go on at once. */
  readonly pause?: string | null;
  /** CPUs whose workers statfs pushes, or flushes, when the last file is gone. */
  readonly statfs?: number;
  readonly nearQuota?: boolean;
};

interface EvictingTaskContext extends EvictContext, FlushWorksContext {
  readonly self: AgentId;
  readonly program: 'unlink' | 'close';
  readonly ag: FileGroups;
  readonly firstAgino: number;
  readonly files: number;
  readonly fate: InodeFate;
  readonly start: string;
  readonly pause: string | null;
  readonly done: number;
  readonly killed: boolean;
}

export const evictingTaskProjection: Projection<EvictingTaskContext> = {
  ...evictProjection,
  constants: [
    ...evictProjection.constants,
    ...(['self', 'program', 'ag', 'firstAgino', 'files', 'fate', 'start', 'pause', 'inodegcCpus'] as const),
  ],
};

type EvictingTaskEvent = Received<TaskMessage>;

const { send, trace, change, guard } = chartKit<EvictingTaskContext, EvictingTaskEvent>();

const die = change(() => ({ killed: true }));

const statfsBegins = trace(() => hit('syscall_begin', { call: 'statfs' }));

const takeInode = change(({ ag, firstAgino, done, fate }) => ({
  inode: { ino: inodeNumber(groupOfFile(ag, done), firstAgino + done), fate },
}));

export const evictingTaskMachine = setup({
  types: typesOf<{
    context: EvictingTaskContext;
    events: EvictingTaskEvent;
    input: EvictingTaskParams & { self: AgentId };
  }>(),
  actions: effectActions,
  delays: {
    ...evictDelays,
    start: ({ context }) => delay(context.start),
    betweenFiles: () => cpuTime('betweenFiles'),
    pause: ({ context }) => delay(context.pause ?? 'jiffy'),
  },
  guards: {
    allDone: ({ context }) => context.done === context.files,
    unlinks: ({ context }) => context.program === 'unlink',
    pauses: ({ context }) => context.pause !== null && !context.killed,
    dies: ({ context }) => context.program === 'unlink' && context.killed,
  },
}).createMachine({
  id: 'evictingTask',
  context: ({ input }) => ({
    self: input.self,
    program: input.program,
    policy: input.policy,
    cpu: input.cpu,
    ag: input.ag,
    firstAgino: input.firstAgino,
    files: input.files,
    fate: input.fate,
    start: input.start ?? `start ${input.self}`,
    pause: input.pause ?? null,
    inodegcCpus: input.statfs ?? 0,
    unflushed: [],
    nearQuota: input.nearQuota ?? false,
    queuedOn: null,
    done: 0,
    killed: false,
    inode: null,
    neighbours: 0,
    caller: input.program,
    token: 0,
    task: RUNNING,
    frozen: null,
  }),
  on: { ...threadHandlers, ...writerHandlers, 'task.killed': { actions: die } },
  initial: 'starting',
  states: {
    starting: {
      tags: ['sleeping'],
      after: { start: 'nextFile' },
      on: { 'task.killed': { target: 'nextFile', actions: die } },
    },
    nextFile: {
      always: [
        { guard: 'dies', target: 'exited' },
        { guard: 'allDone', target: 'exiting' },
        { guard: 'unlinks', target: 'unlinking', actions: takeInode },
        { target: 'evicting', actions: takeInode },
      ],
    },
    unlinking: {
      initial: 'wantingWrite',
      states: unlinkStates,
      onDone: [{ guard: ({ context }) => unlinkFailed(context), target: 'exited' }, { target: 'evicting' }],
    },
    evicting: {
      initial: 'evicting',
      states: evictStates,
      onDone: [{ guard: 'unlinks', target: 'fileDone', actions: endUnlink }, { target: 'fileDone' }],
    },
    fileDone: {
      entry: change(({ done }) => ({ done: done + 1 })),
      after: { betweenFiles: [{ guard: 'pauses', target: 'pausing' }, { target: 'nextFile' }] },
    },
    pausing: {
      tags: ['sleeping'],
      after: { pause: 'nextFile' },
      on: { 'task.killed': { target: 'nextFile', actions: die } },
    },
    exiting: {
      always: [
        { guard: guard(({ killed, inodegcCpus }) => killed || inodegcCpus === 0), target: 'exited' },
        { guard: guard(({ policy }) => policy.statfs === 'flush'), target: 'flushing', actions: statfsBegins },
        {
          target: 'exited',
          actions: send(({ inodegcCpus }) =>
            Array.from({ length: inodegcCpus }, (_, cpu) => toInodegc(cpu, { type: 'inodegc.push' })),
          ),
        },
      ],
    },
    flushing: {
      initial: 'flushingWorks',
      states: flushWorksStates(STACKS.statfs),
      onDone: { target: 'exited', actions: trace(() => hit('syscall_end', { call: 'statfs' })) },
    },
    exited: { tags: ['sleeping'] },
  },
});
