/**
 * No inode is lost and no page comes from nowhere, whatever messages come in whatever order; and the check itself
 * catches one that is.
 */
import { allInodes, entriesOf, type InodeRun } from '@dragon/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bufferPages } from './buffer-cache.ts';
import { census, conserved, initialContext, type InodeCacheContext } from './cache-state.ts';
import { inosOf, Mount, PARAMS, setMembers, steps, takeLive, TIMERS } from './mount.fixture.ts';
import { lastReferenceDropped, setReclaimable } from './vfs-cache.ts';

/** Every inode by name: each population from its own set or list. */
function named(context: InodeCacheContext): number[] {
  const { pageCache, behindDentry, rcuNext, rcuWaiting, rcuDone } = context;
  const behind = new Set(setMembers(behindDentry));
  const lists = [rcuNext, rcuWaiting, rcuDone].flatMap(entriesOf).flatMap(([, { inodes }]) => allInodes(inodes));
  return [
    ...setMembers(context.live),
    ...behind,
    ...setMembers(pageCache.inodes).filter((ino) => !behind.has(ino)),
    ...setMembers(context.onLru),
    ...setMembers(context.freeing),
    ...setMembers(context.reclaimable),
    ...inosOf(lists),
  ].toSorted((a, b) => a - b);
}

/** Bytes of log items of each inode: intent, busy extent and two vectors, of which one stays with it to the end. */
const itemBytes = ({ cil, checkpoints: { recordWaits, committing }, logged }: InodeCacheContext): number =>
  455 * (cil.count - recordWaits.inodes - committing.inodes) + (64 + 1024) * cil.count + 1024 * logged.count;

test('after every message each inode in the slabs is in exactly one population, and the pages add up', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const mount = new Mount();
      for (const step of all) {
        step(mount);
        const { context } = mount;
        expect(named(context)).toEqual(setMembers(context.slab.inodes).toSorted((a, b) => a - b));
        expect(census(context).slabPages + context.itemPages + bufferPages(context.buffers)).toBe(mount.slab);
        expect(mount.logItems).toBe(itemBytes(context));
        const cached = entriesOf(context.pageCache.pages).flatMap(([, chunks]) =>
          entriesOf(chunks).flatMap(([, slabs]) => slabs),
        );
        expect(cached.reduce((sum, pages) => sum + pages, 0) - context.pageCache.partly).toBe(mount.cachedFile);
        expect(census(context).live).toBe(mount.live.size);
        expect(census(context).freeing).toBe(mount.evicting.reduce((sum, { count }) => sum + count, 0));
      }
    }),
    { numRuns: 60 },
  );
});

test('with time enough, all that is evicted is freed, and all its pages come back', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const mount = new Mount();
      for (const step of all) step(mount);
      mount.give({ type: 'inodeCache.lastReference', inodes: takeLive(mount, [0, 10_000]), cpu: 1 });
      mount.give({ type: 'inodeCache.pageCacheReclaimed', pages: mount.cachedFile });
      for (let round = 0; census(mount.context).slabObjects > 0 && round < 200; round += 1) {
        mount.evicting.splice(0);
        const freeing = setMembers(mount.context.freeing).map((ino): InodeRun => ({ ino, count: 1, fate: 'unlinked' }));
        mount.inactivated(freeing);
        mount.give({ type: 'inodeCache.scanObjects', shrinker: 'sb-xfs:sda', nrToScan: 1024, gfpFs: true, cpu: 0 });
        mount.give({ type: 'inodeCache.reclaimInodes', nrToScan: 1024, cpu: 0 });
        mount.give({ type: 'inodeCache.scanFinished' });
        for (const name of TIMERS) mount.fire(name);
        mount.runCallbacks(0);
        mount.runCallbacks(1);
      }
      for (const name of [...TIMERS, ...TIMERS]) mount.fire(name);
      while (mount.raised.size > 0) for (const cpu of [0, 1]) mount.runCallbacks(cpu);
      expect(census(mount.context)).toMatchObject({ slabObjects: 0, slabPages: 0, rcu: 0 });
      expect([mount.logItems, mount.context.logged.count, mount.context.itemPages]).toEqual([0, 0, 0]);
      expect(mount.slab).toBe(bufferPages(mount.context.buffers));
    }),
    { numRuns: 30 },
  );
});

describe('the check catches', () => {
  const context = initialContext(PARAMS);
  const [inode] = PARAMS.inUse as [InodeRun];

  test('a lost inode', () => {
    const lost = { ...context, ...lastReferenceDropped(context, [inode], 0)[0] };
    expect(() => conserved({ ...lost, freeing: context.freeing })).toThrow('lost or counted twice');
  });

  test('an inode in two populations', () => {
    const both = { ...context, ...lastReferenceDropped(context, [inode], 0)[0] };
    expect(() => conserved({ ...both, live: context.live })).toThrow('lost or counted twice');
    expect(() => conserved({ ...context, pageCached: 1 })).toThrow('lost or counted twice');
    expect(() => conserved({ ...context, pageCached: -1, live: { ...context.live, count: 81 } })).toThrow(
      'counted twice',
    );
  });

  test('a double free', () => {
    const evicted = { ...context, ...lastReferenceDropped(context, [inode], 0)[0] };
    const done = { type: 'inodeCache.setReclaimable', inodes: [inode], logged: 1, itemPages: 0 } as const;
    const once = { ...evicted, ...setReclaimable(evicted, done)[0] };
    expect(() => setReclaimable(once, done)).toThrow('is not there');
    expect(() => lastReferenceDropped(once, [inode], 0)).toThrow('not in use or cached');
  });

  test('a slab that lost an object by itself', () => {
    const { inodes } = context.slab;
    expect(() =>
      conserved({ ...context, slab: { ...context.slab, inodes: { ...inodes, count: inodes.count - 1 } } }),
    ).toThrow('lost or counted twice');
  });
});
