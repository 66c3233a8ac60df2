/**
 * The shrinker registry and its lock. Linux 6.1 mm/vmscan.c shrink_slab, register_shrinker, unregister_shrinker
 * (rwsem); 6.4-rc (SRCU); 6.7 mm/shrinker.c (reference counts). Leaves out memory cgroups' bitmaps and the mutex that
 * later kernels hold for the list operation alone.
 */
import { effectActions, typesOf } from '@dragon/statechart';
import { type Received, type ShrinkersMessage } from '@dragon/kernel';
import { assign, setup } from 'xstate';
import { nextChosen, registered, unregistered, unregisterTried, walkBegun, walkEnded } from './registry.ts';
import { initialContext, type ShrinkersContext, type ShrinkersParams } from './shrinker-list.ts';

type ShrinkersEvent = Received<ShrinkersMessage>;

const reply = { type: 'send', params: ({ context }: { context: ShrinkersContext }) => context.replies } as const;

const isWalked = ({ context }: { context: ShrinkersContext }): boolean =>
  context.rwsem.readers.length > 0 ||
  context.readers.length > 0 ||
  context.entries.some((entry) => entry.users.length > 0);
const isAwaited = ({ context }: { context: ShrinkersContext }): boolean =>
  context.rwsem.waiters.length > 0 || context.drains.length > 0;

export const shrinkersMachine = setup({
  types: typesOf<{ context: ShrinkersContext; events: ShrinkersEvent; input: ShrinkersParams }>(),
  actions: effectActions,
  guards: { isWalked, isAwaited, isIdle: (args: { context: ShrinkersContext }) => !isWalked(args) && !isAwaited(args) },
}).createMachine({
  id: 'shrinkers',
  context: ({ input }) => initialContext(input),
  on: {
    'shrinkers.beginShrinkSlab': { actions: [assign(({ context, event }) => walkBegun(context, event.from)), reply] },
    'shrinkers.nextShrinker': {
      actions: [assign(({ context, event }) => nextChosen(context, event.from, event.after, event.deferred)), reply],
    },
    'shrinkers.endShrinkSlab': { actions: [assign(({ context, event }) => walkEnded(context, event.from)), reply] },
    'shrinkers.register': {
      actions: [assign(({ context, event }) => registered(context, event.from, event.shrinker)), reply],
    },
    'shrinkers.unregister': {
      actions: [assign(({ context, event }) => unregistered(context, event.from, event.shrinker)), reply],
    },
    'shrinkers.tryUnregister': {
      actions: [assign(({ context, event }) => unregisterTried(context, event.from, event.shrinker)), reply],
    },
  },
  initial: 'idle',
  states: {
    idle: {
      always: [
        { guard: 'isAwaited', target: 'awaited' },
        { guard: 'isWalked', target: 'walked' },
      ],
    },
    /** Walks are under way and nobody minds. */
    walked: {
      always: [
        { guard: 'isAwaited', target: 'awaited' },
        { guard: 'isIdle', target: 'idle' },
      ],
    },
    /** Somebody waits to change the list: under the rwsem every new walk fails from here on. */
    awaited: {
      always: [
        { guard: 'isIdle', target: 'idle' },
        { guard: ({ context }) => !isAwaited({ context }), target: 'walked' },
      ],
    },
  },
});
