/**
 * The shrinker registry and its lock. Linux 6.1 mm/vmscan.c shrink_slab, prealloc_shrinker, register_shrinker,
 * unregister_shrinker (rwsem); 6.4-rc (SRCU); 6.7 mm/shrinker.c (reference counts). Leaves out memory cgroups' bitmaps
 * and the mutex that later kernels hold for the list operation alone. The chart is a view: its states follow the
 * context.
 */
import type { Json } from '@dragon/engine';
import { allOf, CONTEXT_COPIERS, type Received, type ShrinkersMessage } from '@dragon/kernel';
import { type Answer, chartKit, effectActions, type MachineOptions, typesOf, unanswered } from '@dragon/statechart';
import { setup } from 'xstate';
import {
  shrinkerChosen,
  shrinkerPreallocated,
  shrinkerRegistered,
  shrinkerUnregistered,
  unregisterTried,
  walkBegun,
  walkEnded,
} from './registry.ts';
import { initialContext, type ShrinkersContext, type ShrinkersParams } from './shrinker-list.ts';

type ShrinkersEvent = Received<ShrinkersMessage>;

const { answer, guard } = chartKit<ShrinkersContext, ShrinkersEvent>();

function messageAnswered(context: ShrinkersContext, event: ShrinkersEvent): Answer<ShrinkersContext> {
  switch (event.type) {
    case 'shrinkers.beginShrinkSlab':
      return walkBegun(context, event.from);
    case 'shrinkers.nextShrinker':
      return shrinkerChosen(context, event.from, event.after, event.deferred);
    case 'shrinkers.endShrinkSlab':
      return walkEnded(context, event.from);
    case 'shrinkers.preallocate':
      return shrinkerPreallocated(context, event.from, event.shrinker);
    case 'shrinkers.register':
      return shrinkerRegistered(context, event.from, event.shrinker);
    case 'shrinkers.unregister':
      return shrinkerUnregistered(context, event.from, event.shrinker);
    case 'shrinkers.tryUnregister':
      return unregisterTried(context, event.from, event.shrinker);
    default:
      return unanswered(event);
  }
}

const walks = ({ rwsem, readers, entries }: ShrinkersContext): boolean =>
  rwsem.readers.length > 0 || readers.length > 0 || entries.some((entry) => entry.users.length > 0);
const waits = ({ rwsem, drains }: ShrinkersContext): boolean => rwsem.waiters.length > 0 || drains.length > 0;

const isWalked = guard(walks);
const isAwaited = guard(waits);
const isUnawaited = guard((context) => !waits(context));
const isIdle = guard((context) => !walks(context) && !waits(context));

export const shrinkersMachine = setup({
  types: typesOf<{ context: ShrinkersContext; events: ShrinkersEvent; input: ShrinkersParams }>(),
  actions: effectActions,
  guards: { isWalked, isAwaited, isUnawaited, isIdle },
}).createMachine({
  id: 'shrinkers',
  context: ({ input }) => initialContext(input),
  on: { 'shrinkers.*': { actions: answer(messageAnswered) } },
  initial: 'idle',
  states: {
    /** Nobody is in the list's way: whoever wants to change it does so at once. */
    idle: { always: { guard: 'isWalked', target: 'walked' } },
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
        { guard: 'isUnawaited', target: 'walked' },
      ],
    },
  },
});

/** Returns the registry without how its lists are cut into chunks. */
function registryBehaviour({ rwsem, readers, entries, drains, ...context }: ShrinkersContext): Json {
  const behaviour = {
    ...context,
    rwsem: { ...rwsem, readers: allOf(rwsem.readers), waiters: allOf(rwsem.waiters) },
    readers: allOf(readers),
    entries: entries.map((entry) => ({ ...entry, users: allOf(entry.users) })),
    drains: drains.map((drain) => ({ ...drain, readers: allOf(drain.readers) })),
  };
  return behaviour as unknown as Json;
}

/** What of the registry is behaviour. It is no thread: its messages are calls. */
export const shrinkersOptions: MachineOptions<typeof shrinkersMachine> = {
  copiers: CONTEXT_COPIERS,
  projection: {
    constants: ['mechanism'],
    bookkeeping: ['resources'],
    normal: registryBehaviour,
  },
  receiver: 'call',
};
