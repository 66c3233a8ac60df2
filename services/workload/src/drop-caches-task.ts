/**
 * `echo 2 > /proc/sys/vm/drop_caches`: walks the shrinkers at priority 0 in a user's task, without reclaim_state. Linux
 * 6.1 fs/drop_caches.c, mm/vmscan.c drop_slab.
 */
import type { AgentId } from '@dragon/engine';
import { delay, effectActions, typesOf } from '@dragon/statechart';
import {
  INLINE_CALLER,
  NEW_WALK,
  type Policy,
  type Received,
  type ReclaimContext,
  RUNNING,
  shrinkSlabDelays,
  shrinkSlabStates,
  type TaskMessage,
  threadHandlers,
} from '@dragon/kernel';
import { assign, setup } from 'xstate';

export type DropCachesParams = { readonly policy: Policy; readonly cpus: readonly number[] };

interface DropCachesContext extends ReclaimContext {
  /** 2 to the power of shift: drop_slab goes on while freed >> shift++ is more than 1, and freed may be LONG_MAX. */
  readonly divisor: number;
}

type DropCachesEvent = Received<TaskMessage>;

export const dropCachesMachine = setup({
  types: typesOf<{
    context: DropCachesContext;
    events: DropCachesEvent;
    input: DropCachesParams & { self: AgentId };
  }>(),
  actions: effectActions,
  delays: { ...shrinkSlabDelays, start: ({ context }) => delay(`start ${context.self}`) },
}).createMachine({
  id: 'dropCaches',
  context: ({ input }) => ({
    self: input.self,
    policy: input.policy,
    cpus: input.cpus,
    cpu: input.cpus[0] ?? 0,
    gfpFs: true,
    kswapd: false,
    reclaimState: false,
    priority: 0,
    walk: NEW_WALK,
    inode: null,
    neighbours: 0,
    caller: [...INLINE_CALLER, 'drop_slab', 'drop_caches_sysctl_handler', 'proc_sys_call_handler', 'vfs_write'],
    token: 0,
    task: RUNNING,
    divisor: 1,
  }),
  on: { ...threadHandlers<DropCachesContext, DropCachesEvent>(), 'task.workFlushed': {} },
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'droppingSlab' } },
    droppingSlab: {
      initial: 'lockingShrinkers',
      states: shrinkSlabStates<DropCachesContext, DropCachesEvent>(),
      onDone: [
        {
          guard: ({ context }) => Math.floor(context.walk.freed / context.divisor) > 1,
          target: 'droppingSlab',
          reenter: true,
          actions: assign({ divisor: ({ context }) => context.divisor * 2 }),
        },
        { target: 'exited' },
      ],
    },
    exited: { tags: ['sleeping'] },
  },
});
