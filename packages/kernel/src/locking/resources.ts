/**
 * Everything that a thread of the simulated kernel can wait for: the name that agents give it in what they say of waits
 * and locks, and the words in which a report speaks of it. A name is made here and never taken apart.
 */
import { numbered } from '../numbered.ts';
import type { Resource } from '@dragon/engine';
import type { AgBuffer } from '../messages.ts';
import type { ShrinkersPolicy } from '../policy/policy.ts';
import type { ResourceKindName } from './resource-kinds.ts';

/** For reading by whoever is in the superblock, for writing by umount, remount and freeze. */
export const S_UMOUNT = 's_umount';
/**
 * The levels of freeze protection: of whoever writes, of a fault that makes a mapped page writable, of a transaction.
 */
export const SB_WRITERS = 'sb_writers';
export const SB_PAGEFAULT = 'sb_pagefault';
export const SB_INTERNAL = 'sb_internal';
/** The lock of an inode: there are many, and nobody waits for one. */
export const ILOCK = 'ILOCK';
/** What a lookup of an inode that is on its way out waits for, without a lock. */
export const INACTIVATION = 'inactivation of an inode';
/** For reading by every walk of the shrinkers, for writing by whoever changes the list. */
export const SHRINKER_RWSEM = 'shrinker_rwsem';
/** The walks that synchronize_srcu waits for. */
export const SHRINKERS_SRCU = 'shrinkers.srcu';

/** A header of an allocation group. */
export const agBuffer = (buffer: AgBuffer, ag: number): string => AG_BUFFERS[buffer](ag);

const AG_BUFFERS = { AGI: numbered((ag) => `AGI ${ag}`), AGF: numbered((ag) => `AGF ${ag}`) };

/** The inodegc work item of a CPU. */
export const inodegcWork: (number: number) => string = numbered((cpu) => `gc[${cpu}].work`);

/** The references to one shrinker (6.7: `shrinker->done`). */
export const shrinkerReference = (shrinker: string): string => `shrinker ${shrinker} refs`;

/** Where a node's direct reclaimers wait for kswapd. */
export const pfmemallocWait = (node: number): string => `pfmemalloc_wait[${node}]`;

/** A disk, which is outside the model. */
export const outsideDisk = (disk: string): string => `outside:disk ${disk}`;

/** A server, which is outside the model, too. */
export const outsideServer = (server: string): string => `outside:server ${server}`;

/** Returns what a thread in unregister_shrinker (or register_shrinker) sleeps on. */
export function shrinkerListLock(mechanism: ShrinkersPolicy, shrinker: string): string {
  switch (mechanism) {
    case 'rwsem':
      return SHRINKER_RWSEM;
    case 'srcu':
      return SHRINKERS_SRCU;
    case 'refcount':
      return shrinkerReference(shrinker);
  }
}

/**
 * What of a machine can be waited for: its nodes, CPUs and groups by number, its shrinkers, disks and servers by name.
 */
export interface Waitable {
  readonly nodes: readonly number[];
  readonly cpus: readonly number[];
  readonly ags: readonly number[];
  readonly shrinkers: readonly string[];
  readonly disks: readonly string[];
  readonly servers?: readonly string[];
}

/** Returns every resource of such a machine, in words. */
export function kernelResources({ nodes, cpus, ags, shrinkers, disks, servers = [] }: Waitable): Resource[] {
  return [
    lock('s_umount', S_UMOUNT),
    lock('sb_writers', SB_WRITERS),
    lock('sb_pagefault', SB_PAGEFAULT),
    lock('sb_internal', SB_INTERNAL),
    lock('ilock', ILOCK),
    lock('waitqueue', INACTIVATION, { noun: `the ${INACTIVATION}` }),
    lock('shrinker_rwsem', SHRINKER_RWSEM),
    {
      id: SHRINKERS_SRCU,
      kind: 'srcu' satisfies ResourceKindName,
      ...placed('SRCU readers', 'the shrinkers'),
      holds: 'is one of',
      took: 'joined',
      holder: ['of which ', ' is one'],
    },
    ...shrinkers.map((shrinker) =>
      lock('reference', shrinkerReference(shrinker), {
        noun: `a reference to the shrinker ${shrinker}`,
        label: { what: `reference to ${shrinker}` },
      }),
    ),
    ...nodes.map((node) => lock('waitqueue', pfmemallocWait(node))),
    ...ags.flatMap((ag) =>
      (['AGI', 'AGF'] as const).map((buffer) => lock('buffer', agBuffer(buffer, ag), placed(buffer, `AG ${ag}`))),
    ),
    ...cpus.map(
      (cpu): Resource => ({
        id: inodegcWork(cpu),
        kind: 'work' satisfies ResourceKindName,
        ...placed('inodegc work', `CPU ${cpu}`),
        holds: 'runs',
        took: 'started',
        holder: ['which ', ' must finish'],
      }),
    ),
    ...disks.map(
      (disk): Resource => ({ ...lock('device', outsideDisk(disk), { noun: `disk ${disk}` }), outside: true }),
    ),
    ...servers.map(
      (server): Resource => ({
        ...lock('server', outsideServer(server), { noun: `the ${server} server`, label: { what: `${server} server` } }),
        outside: true,
      }),
    ),
  ];
}

/** The words for something of which there is one in each place. */
const placed = (what: string, of: string): Pick<Resource, 'noun' | 'label'> => ({
  noun: `the ${what} of ${of}`,
  label: { what, of },
});

const lock = (
  kind: ResourceKindName,
  id: string,
  words: Pick<Resource, 'noun' | 'label'> = { noun: id },
): Resource => ({
  id,
  kind,
  ...words,
  holds: 'holds',
  took: 'took',
  holder: ['held by ', ''],
});
