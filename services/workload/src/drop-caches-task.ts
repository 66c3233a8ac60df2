/**
 * `echo 2 > /proc/sys/vm/drop_caches`: walks the shrinkers at priority 0 in a user's task, without reclaim_state. Linux
 * 6.1 fs/drop_caches.c, mm/vmscan.c drop_slab.
 */
import type { AgentId } from '@dragon/engine';
import {
  type Geometry,
  NEW_WALK,
  type Policy,
  type Received,
  type ReclaimContext,
  reclaimContext,
  reclaimProjection,
  shrinkSlabDelays,
  shrinkSlabStates,
  type TaskMessage,
  threadHandlers,
  writerHandlers,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

export type DropCachesParams = {
  readonly policy: Policy;
  readonly cpus: readonly number[];
  readonly geometry?: Partial<Geometry>;
};

interface DropCachesContext extends ReclaimContext {
  /** 2 to the power of shift: drop_slab goes on while freed >> shift++ is more than 1, and freed may be LONG_MAX. */
  readonly divisor: number;
}

export const dropCachesProjection: Projection<DropCachesContext> = reclaimProjection;

type DropCachesEvent = Received<TaskMessage>;

const { change, guard } = chartKit<DropCachesContext, DropCachesEvent>();

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
    ...reclaimContext({
      self: input.self,
      policy: input.policy,
      cpus: input.cpus,
      gfpFs: true,
      kswapd: false,
      reclaimState: false,
      priority: 0,
      caller: 'dropCaches',
      geometry: input.geometry,
    }),
    divisor: 1,
  }),
  on: { ...threadHandlers, ...writerHandlers, 'task.workFlushed': {} },
  initial: 'starting',
  states: {
    starting: { tags: ['sleeping'], after: { start: 'droppingSlab' } },
    droppingSlab: {
      initial: 'lockingShrinkers',
      states: shrinkSlabStates,
      onDone: [
        {
          guard: guard(({ walk, divisor }) => Math.floor(walk.freed / divisor) > 1),
          target: 'droppingSlab',
          reenter: true,
          actions: change(({ divisor }) => ({ divisor: divisor * 2 })),
        },
        { target: 'exited', actions: change(() => ({ walk: NEW_WALK, divisor: 1 })) },
      ],
    },
    exited: { tags: ['sleeping'] },
  },
});
