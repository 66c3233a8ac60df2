/**
 * `echo 2 > /proc/sys/vm/drop_caches`: walks the shrinkers at priority 0 in a user's task, without reclaim_state. Linux
 * 6.1 fs/drop_caches.c, mm/vmscan.c drop_slab. Of `echo 1`, the page cache, only the walk over the superblocks: what it
 * drops is left out.
 */
import type { AgentId } from '@dragon/engine';
import {
  type Geometry,
  NEW_WALK,
  type Policy,
  readingUmount,
  type Received,
  reclaimContext,
  type ReclaimContext,
  reclaimProjection,
  shrinkSlabDelays,
  shrinkSlabStates,
  STACKS,
  type TaskMessage,
  threadHandlers,
  umountRead,
  writerHandlers,
} from '@dragon/kernel';
import { chartKit, delay, effectActions, type Projection, typesOf } from '@dragon/statechart';
import { setup } from 'xstate';

export type DropCachesParams = {
  readonly policy: Policy;
  readonly cpus: readonly number[];
  /** What is written: 2, the default, for slab; 1 for page cache; 3 for both, page cache first. */
  readonly what?: 1 | 2 | 3;
  readonly geometry?: Partial<Geometry>;
};

interface DropCachesContext extends ReclaimContext {
  /** 2 to the power of shift: drop_slab goes on while freed >> shift++ is more than 1, and freed may be LONG_MAX. */
  readonly divisor: number;
  readonly what: 1 | 2 | 3;
}

export const dropCachesProjection: Projection<DropCachesContext> = {
  ...reclaimProjection,
  constants: [...reclaimProjection.constants, 'what'],
};

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
    what: input.what ?? 2,
  }),
  on: { ...threadHandlers, ...writerHandlers, 'task.workFlushed': {} },
  initial: 'starting',
  states: {
    starting: {
      tags: ['sleeping'],
      after: {
        start: [{ guard: guard(({ what }) => what !== 2), target: 'readingUmount' }, { target: 'droppingSlab' }],
      },
    },
    readingUmount: readingUmount(STACKS.dropPagecache, 'pagesDropped'),
    pagesDropped: {
      entry: [...umountRead],
      always: [{ guard: guard(({ what }) => what !== 1), target: 'droppingSlab' }, { target: 'exited' }],
    },
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
