/**
 * A task that looks up files, one after the other, whose inodes may be on their way out. Linux 6.1 fs/xfs/xfs_icache.c
 * xfs_iget, xfs_iget_cache_hit: for one that waits for inactivation it starts the workers and tries again a jiffy
 * later, as its caller might hold an AGI that they need. It holds no lock meanwhile, but each try queues the works
 * anew, and whoever waits behind one slips. Leaves out the dentry cache, reading an inode that is no longer in memory,
 * xfs_iget_recycle of one that is reclaimable, and that no worker is started for one that is being evicted only.
 */
import type { AgentId } from '@dragon/engine';
import {
  asleep,
  hit,
  INACTIVATION,
  inodeNumber,
  type Received,
  RUNNING,
  STACKS,
  type Task,
  type TaskMessage,
  threadHandlers,
  toInodeCache,
  toInodegc,
  wakeUp,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

/** The files are inodes `firstAgino` and upwards of allocation group `ag`; `inodegcCpus` CPUs have an inodegc queue. */
export type LookupTaskParams = {
  readonly cpu: number;
  readonly inodegcCpus: number;
  readonly ag: number;
  readonly firstAgino: number;
  readonly lookups: number;
};

type LookupContext = LookupTaskParams & { readonly self: AgentId; readonly done: number; readonly task: Task };

export const lookupTaskProjection: Projection<LookupContext> = {
  constants: ['self', 'inodegcCpus', 'ag', 'firstAgino', 'lookups'],
  bookkeeping: ['task'],
};

type LookupEvent = Received<TaskMessage>;

const { send, trace, change, guard, guardOn } = chartKit<LookupContext, LookupEvent>();

export const lookupTaskMachine = setup({
  types: typesOf<{ context: LookupContext; events: LookupEvent; input: LookupTaskParams & { self: AgentId } }>(),
  actions: effectActions,
  delays: {
    start: ({ context }) => delay(`start ${context.self}`),
    jiffy: () => delay('jiffy'),
    pause: () => delay('lookupPause'),
  },
}).createMachine({
  id: 'lookupTask',
  context: ({ input: { self, cpu, inodegcCpus, ag, firstAgino, lookups } }) => ({
    self,
    cpu,
    inodegcCpus,
    ag,
    firstAgino,
    lookups,
    done: 0,
    task: RUNNING,
  }),
  on: threadHandlers,
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'calling' } },
    calling: { entry: trace(() => hit('syscall_begin', { call: 'stat' })), always: 'lookingUp' },
    lookingUp: {
      entry: send(({ ag, firstAgino, done }) =>
        toInodeCache({ type: 'inodeCache.lookUp', ino: inodeNumber(ag, firstAgino + done) }),
      ),
      on: {
        'task.inodeLookedUp': [
          { guard: guardOn('task.inodeLookedUp', (_context, { again }) => again), target: 'waitingAJiffy' },
          { target: 'returned' },
        ],
      },
    },
    waitingAJiffy: {
      tags: ['blocked'],
      meta: { waitsFor: 'the inactivation of the inode', sleep: 'polling' },
      entry: [
        change(({ task }) => ({ task: asleep(task, INACTIVATION, STACKS.lookup.frames, 'polling') })),
        send(({ inodegcCpus }) =>
          Array.from({ length: inodegcCpus }, (_, cpu) => toInodegc(cpu, { type: 'inodegc.push' })),
        ),
      ],
      after: { jiffy: 'lookingUp' },
      exit: wakeUp,
    },
    returned: {
      entry: [trace(() => hit('syscall_end', { call: 'stat' })), change(({ done }) => ({ done: done + 1 }))],
      always: [{ guard: guard(({ done, lookups }) => done === lookups), target: 'exited' }, { target: 'pausing' }],
    },
    pausing: { tags: ['sleeping'], after: { pause: 'calling' } },
    exited: { tags: ['sleeping'] },
  },
});
