/**
 * The part of a statechart that inactivates one inode: xfs_inactive with its transactions and buffer locks. Linux 6.1 fs/xfs/xfs_inode.c
 * xfs_inactive, xfs_inactive_truncate, xfs_inactive_ifree; fs/xfs/xfs_bmap_util.c xfs_free_eofblocks. Used by the inodegc worker and, under
 * throttle=inline, by whoever evicts. Leaves out CoW forks, attributes, symlinks, quota and the wait for log space.
 */
import type { EventObject, MachineContext } from 'xstate';
import { delay, type Send } from './effects.ts';
import { agOf, type Inode } from './inode.ts';
import { type AgBuffer, toAg } from './messages.ts';
import { asleep, awake, holding, released, type Task } from './task.ts';
import { update } from './update.ts';

/** What the chart needs of its thread's context. `caller` are the stack frames below xfs_inactive. */
export type InactivateContext = {
  readonly task: Task;
  readonly inode: Inode | null;
  readonly caller: readonly string[];
};

type Args = { readonly context: InactivateContext };

/** The delays of the chart, for `setup`. */
export const inactivateDelays = {
  transAlloc: () => delay('transAlloc'),
  trimOrTruncate: ({ context }: Args) => delay(inodeOf(context).fate === 'postEof' ? 'trimPostEof' : 'truncate'),
  ifree: () => delay('ifree'),
};

const agResource = (context: InactivateContext, buffer: AgBuffer): string => `${buffer} ${agOf(inodeOf(context).ino)}`;

function inodeOf(context: InactivateContext): Inode {
  if (context.inode === null) throw new Error('no inode is being inactivated');
  return context.inode;
}

const send = (params: (args: Args) => Send) => ({ type: 'send', params }) as const;

/**
 * Returns the states of a compound state whose `inode` is set on entry; its `onDone` fires when the inode has been inactivated. `C` and `E` are
 * the context and the events of the machine it is built into.
 */
export function inactivateStates<C extends InactivateContext & MachineContext, E extends EventObject>() {
  const setTask = (task: (context: InactivateContext) => Task) =>
    update<InactivateContext, C, E>((context) => ({ task: task(context) }));

  /** A blocked state in which the thread sleeps in down() on a buffer of the inode's AG; `next` is entered with the buffer locked. */
  const locking = (buffer: AgBuffer, frames: (context: InactivateContext) => readonly string[], next: string) =>
    ({
      tags: ['blocked'],
      meta: { waitsFor: `${buffer} of the inode's AG`, sleep: 'uninterruptible' },
      entry: [
        setTask((context) =>
          asleep(context.task, agResource(context, buffer), [
            'down',
            'xfs_buf_lock',
            ...frames(context),
            'xfs_inactive',
            ...context.caller,
          ]),
        ),
        send(({ context }) => toAg(agOf(inodeOf(context).ino), { type: 'ag.lock', buffer })),
      ],
      on: {
        'task.bufferLocked': {
          target: next,
          actions: setTask((context) => holding(context.task, agResource(context, buffer))),
        },
      },
      exit: setTask((context) => awake(context.task)),
    }) as const;

  const joinTransaction = setTask((context) => holding(holding(context.task, 'sb_internal', 'R'), 'ILOCK', 'W'));

  /** The buffer is unlocked when the transaction lets go of it, and so are the freeze protection and the inode. */
  const commit = (buffer: AgBuffer) =>
    [
      send(({ context }) => toAg(agOf(inodeOf(context).ino), { type: 'ag.unlock', buffer })),
      setTask((context) => released(context.task, agResource(context, buffer), 'sb_internal', 'ILOCK')),
    ] as const;

  return {
    starting: {
      always: [
        { guard: ({ context }: Args) => context.inode?.fate === 'unlinkedEmpty', target: 'reservingIfree' },
        { target: 'reservingTruncate' },
      ],
    },
    reservingTruncate: { after: { transAlloc: { target: 'lockingAgf', actions: joinTransaction } } },
    lockingAgf: locking(
      'AGF',
      (context) => [
        'xfs_read_agf',
        'xfs_alloc_read_agf',
        'xfs_free_extent',
        'xfs_itruncate_extents_flags',
        inodeOf(context).fate === 'postEof' ? 'xfs_free_eofblocks' : 'xfs_inactive_truncate',
      ],
      'truncating',
    ),
    truncating: {
      after: {
        trimOrTruncate: [
          {
            guard: ({ context }: Args) => context.inode?.fate === 'unlinked',
            target: 'reservingIfree',
            actions: commit('AGF'),
          },
          { target: 'inactivated', actions: commit('AGF') },
        ],
      },
    },
    reservingIfree: { after: { transAlloc: { target: 'lockingAgi', actions: joinTransaction } } },
    lockingAgi: locking(
      'AGI',
      () => ['xfs_read_agi', 'xfs_ialloc_read_agi', 'xfs_difree', 'xfs_ifree', 'xfs_inactive_ifree'],
      'freeing',
    ),
    freeing: { after: { ifree: { target: 'inactivated', actions: commit('AGI') } } },
    inactivated: { type: 'final' },
  } as const;
}
