/**
 * The inodes of an NFS client: a shrinker of somebody else, which sleeps for its server while it has the list of
 * shrinkers. Each inode has a delegation, which goes back to the server when it is evicted. Linux 6.1 fs/super.c
 * super_cache_scan, fs/nfs. Leaves out who uses the mount, and its s_umount; a page of slab comes free when as many
 * inodes are gone as it holds (estimated, with their dentries). The chart is a view: its states follow the context.
 */
import type { Effect } from '@dragon/engine';
import { CONTEXT_COPIERS, type NfsCacheMessage, type Received, toMemory, toTask } from '@dragon/kernel';
import { type Answer, chartKit, effectActions, type MachineOptions, typesOf, unanswered } from '@dragon/statechart';
import { setup } from 'xstate';

/** struct nfs_inode is some 1.1 KiB, a dentry 192 bytes. */
export const NFS_INODES_PER_PAGE = 3;

/** `objects`: how many inodes. `askServer`: each has a delegation. `node`: where its memory is. */
export type NfsCacheParams = { readonly node: number; readonly objects: number; readonly askServer: boolean };

interface NfsCacheContext {
  readonly node: number;
  readonly askServer: boolean;
  /** On the LRU; and evicted by now. */
  readonly objects: number;
  readonly evicted: number;
}

type NfsCacheEvent = Received<NfsCacheMessage>;

const { answer, guard } = chartKit<NfsCacheContext, NfsCacheEvent>();

const pagesOf = (inodes: number): number => Math.floor(inodes / NFS_INODES_PER_PAGE);

function messageAnswered(context: NfsCacheContext, event: NfsCacheEvent): Answer<NfsCacheContext> {
  const { objects, evicted, askServer, node } = context;
  switch (event.type) {
    case 'inodeCache.countObjects':
      return [context, [toTask(event.from, { type: 'task.objectsCounted', count: objects })]];
    case 'inodeCache.scanObjects': {
      const taken = event.gfpFs ? Math.min(event.nrToScan, objects) : 0;
      const scanned = { freed: taken, stop: !event.gfpFs, dispose: [], umountHeld: false, dentries: 0, fsShare: 0 };
      const remote = taken === 0 ? {} : { remote: { count: taken, askServer } };
      return [
        { ...context, objects: objects - taken },
        [toTask(event.from, { type: 'task.objectsScanned', ...scanned, credit: 0, ...remote })],
      ];
    }
    case 'nfsCache.evicted': {
      const gone = evicted + event.count;
      const pages = pagesOf(gone) - pagesOf(evicted);
      const freed: Effect[] = pages === 0 ? [] : [toMemory(node, { type: 'memory.free', pages, use: 'slab' })];
      return [{ ...context, evicted: gone }, freed];
    }
    default:
      return unanswered(event);
  }
}

export const nfsCacheMachine = setup({
  types: typesOf<{ context: NfsCacheContext; events: NfsCacheEvent; input: NfsCacheParams }>(),
  actions: effectActions,
  guards: { isEmpty: guard(({ objects }) => objects === 0) },
}).createMachine({
  id: 'nfsCache',
  context: ({ input: { node, objects, askServer } }) => ({ node, askServer, objects, evicted: 0 }),
  on: {
    'inodeCache.*': { actions: answer(messageAnswered) },
    'nfsCache.*': { actions: answer(messageAnswered) },
  },
  initial: 'cached',
  states: {
    cached: { always: { guard: 'isEmpty', target: 'empty' } },
    empty: {},
  },
});

/** It is no thread: its messages are calls. */
export const nfsCacheOptions: MachineOptions<typeof nfsCacheMachine> = {
  copiers: CONTEXT_COPIERS,
  projection: { constants: ['node', 'askServer'], bookkeeping: [] },
  receiver: 'call',
};
