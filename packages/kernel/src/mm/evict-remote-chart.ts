/**
 * The part of a walk of the shrinkers that evicts inodes of an NFS client: for each the reclaimer, kswapd or a task
 * that allocates, returns its delegation and waits until the server has answered, with the list of shrinkers locked for
 * reading. Linux 6.1 fs/nfs/nfs4super.c nfs4_evict_inode, fs/nfs/delegation.c nfs_inode_evict_delegation. Leaves out
 * pages and layouts of the inodes, and that a fatal signal ends a wait.
 */
import { chartKit, delay } from '@dragon/statechart';
import { outsideServer } from '../locking/resources.ts';
import type { Received, TaskMessage } from '../messages.ts';
import { asleep, cpuTime, wakeUp } from '../sched/task.ts';
import { STACKS, stackOf } from '../stacks/stacks.ts';
import { type ReclaimContext, remoteBatch, remoteEvicted } from './slab-walk.ts';

type Args = { readonly context: ReclaimContext };

export const evictRemoteDelays = {
  evictRemote: ({ context }: Args) => cpuTime('evictRemote', remoteBatch(context)),
  serverAnswer: () => delay('serverAnswer'),
};

const { answer, change, guard } = chartKit<ReclaimContext, Received<TaskMessage>>();

const gone = {
  target: 'choosingRemote',
  actions: answer((context) => [
    remoteEvicted(context),
    [
      {
        kind: 'send',
        to: context.walk.shrinker?.owner ?? '',
        message: { type: 'nfsCache.evicted', count: remoteBatch(context) },
      },
    ],
  ]),
} as const;

/** The states of a compound state that starts at `choosingRemote`. */
export const evictRemoteStates = {
  choosingRemote: {
    always: [
      { guard: guard(({ walk }) => walk.answer.remote === 0), target: 'remotesEvicted' },
      { target: 'evictingRemote' },
    ],
  },
  evictingRemote: {
    after: {
      evictRemote: [{ guard: guard(({ walk }) => walk.answer.askServer), target: 'returningDelegation' }, gone],
    },
  },
  returningDelegation: {
    tags: ['blocked'],
    meta: { waitsFor: 'an answer of the NFS server', sleep: 'killable' },
    entry: change(({ task, caller }) => ({
      task: asleep(task, outsideServer('nfs'), stackOf(STACKS.returningDelegation, caller), 'killable'),
    })),
    after: { serverAnswer: gone },
    exit: wakeUp,
  },
  remotesEvicted: { type: 'final' },
} as const;
