/**
 * No inode is lost and no page comes from nowhere, whatever messages come in whatever order; and the check itself
 * catches one that is.
 */
import type { AgentDefinition, Effect, Message } from '@dragon/engine';
import { inodeNumber, type InodeRun, profileNamed } from '@dragon/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { census, conserved, initialContext, initialSlabPages, type InodeCacheContext } from './cache-state.ts';
import { definitions } from './index.ts';
import { lastReference, setReclaimable } from './vfs-cache.ts';

const definition = definitions[0] as AgentDefinition;

const run = (ag: number, agino: number, count: number, fate: InodeRun['fate'] = 'unlinked'): InodeRun => ({
  ino: inodeNumber(ag, agino),
  count,
  fate,
});
const inosOf = (runs: readonly InodeRun[]): number[] =>
  runs.flatMap(({ ino, count }) => Array.from({ length: count }, (_, i) => ino + i));

const PARAMS = {
  node: 0,
  policy: profileNamed('v6.1').policy,
  lru: [run(0, 0, 100, 'postEof'), run(1, 40, 20, 'clean')],
  cached: [run(0, 200, 90, 'postEof'), run(2, 0, 50, 'clean')],
  cachedPages: 300,
  referenced: 60,
  inUse: [run(1, 300, 80)],
  buffers: 10,
  cilInodes: 48,
};

/**
 * The agent under random but possible messages: those who send them know what they hold, as the kernel's threads do.
 */
class Mount {
  state: unknown;
  readonly timers = new Map<string, Message>();
  readonly live = new Set<number>(inosOf(PARAMS.inUse));
  /** Isolated by a scan or without references: in somebody's hands. */
  readonly evicting: InodeRun[] = [];
  /** The page allocator's view. */
  slab: number;
  cachedFile: number;
  nextAgino = 5_000;
  /** What the last scan leaves to be asked for. */
  fsShare = 0;

  constructor() {
    const step = definition.init(PARAMS, 'inode-cache');
    this.state = step.state;
    this.slab = initialSlabPages(PARAMS);
    this.cachedFile = PARAMS.cachedPages;
    this.#carryOut(step.effects);
  }

  give(message: Message, from = 'kswapd/0'): void {
    const step = definition.receive(this.state, { message, from, at: 0 });
    this.state = step.state;
    this.#carryOut(step.effects);
    this.state = definition.restore(JSON.parse(JSON.stringify(definition.save(this.state))));
  }

  fire(name: string): void {
    const message = this.timers.get(name);
    if (message === undefined) return;
    this.timers.delete(name);
    this.give(message, 'inode-cache');
  }

  get context(): InodeCacheContext {
    return (definition.save(this.state) as unknown as { context: InodeCacheContext }).context;
  }

  #carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'setTimer') this.timers.set(effect.delay.name, effect.message);
      if (effect.kind !== 'send') continue;
      const { message } = effect;
      if (message.type === 'memory.free') {
        if (message['use'] === 'slab') this.slab -= message['pages'] as number;
        else this.cachedFile -= message['pages'] as number;
      }
      if (message.type === 'task.inodesCreated') this.slab += message['slabPages'] as number;
      if (message.type === 'task.objectsScanned') {
        this.evicting.push(...(message['dispose'] as InodeRun[]));
        this.fsShare = message['fsShare'] as number;
      }
    }
  }
}

type Step = (mount: Mount) => void;

const scan = fc.integer({ min: 1, max: 60 }).map(
  (nrToScan): Step =>
    (mount) => {
      mount.give({ type: 'inodeCache.scanObjects', shrinker: 'sb-xfs:sda', nrToScan, gfpFs: true });
      if (mount.fsShare > 0) mount.give({ type: 'inodeCache.reclaimInodes', nrToScan: mount.fsShare });
      mount.give({ type: 'inodeCache.scanFinished' });
    },
);
const create = fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 40 })).map(
  ([ag, count]): Step =>
    (mount) => {
      const inodes = [run(ag, mount.nextAgino, count)];
      mount.nextAgino += count;
      for (const ino of inosOf(inodes)) mount.live.add(ino);
      mount.give({ type: 'inodeCache.created', inodes });
    },
);
/** Takes some of those in use, from random positions. */
const someLive = fc.tuple(fc.nat(1_000), fc.integer({ min: 1, max: 30 }));
const takeLive = (mount: Mount, [at, count]: readonly [number, number]): InodeRun[] => {
  const all = [...mount.live];
  const inos = all.slice(at % Math.max(1, all.length)).slice(0, count);
  for (const ino of inos) mount.live.delete(ino);
  return inos.map((ino) => ({ ino, count: 1, fate: 'unlinked' }));
};
const unlink = someLive.map(
  (which): Step =>
    (mount) => {
      const inodes = takeLive(mount, which);
      mount.give({ type: 'inodeCache.lastReference', inodes });
      mount.evicting.push(...inodes);
    },
);
const close = fc.tuple(someLive, fc.nat(90)).map(
  ([which, pages]): Step =>
    (mount) => {
      const inodes = takeLive(mount, which);
      if (inodes.length === 0) return;
      mount.cachedFile += pages;
      mount.give({ type: 'inodeCache.released', inodes, pages });
    },
);
/** Unlinks what is cached: behind a dentry, for its page cache, or on the LRU. */
const unlinkCached = fc.nat(400).map(
  (at): Step =>
    (mount) => {
      const { context } = mount;
      const inos = [
        ...setMembers(context.behindDentry),
        ...setMembers(context.onLru),
        ...setMembers(context.pageCache.inodes),
      ];
      const ino = inos[at % Math.max(1, inos.length)];
      if (ino === undefined) return;
      mount.give({ type: 'inodeCache.lastReference', inodes: [{ ino, count: 1, fate: 'unlinked' }] });
      mount.evicting.push({ ino, count: 1, fate: 'unlinked' });
    },
);
const finishEviction = fc.tuple(fc.nat(5), fc.boolean()).map(
  ([count, clean]): Step =>
    (mount) => {
      const inodes = mount.evicting.splice(0, count);
      mount.give({ type: clean ? 'inodeCache.evicted' : 'inodeCache.setReclaimable', inodes }, 'inodegc/0');
    },
);
const reclaimPages = fc.nat(60).map(
  (wanted): Step =>
    (mount) => {
      const pages = Math.min(wanted, mount.cachedFile);
      mount.cachedFile -= pages;
      mount.give({ type: 'inodeCache.pageCacheReclaimed', pages });
    },
);
const scanBuffers = fc.constant((mount: Mount): void =>
  mount.give({ type: 'inodeCache.scanObjects', shrinker: 'xfs-buf:sda', nrToScan: 5, gfpFs: false }),
);
const TIMERS = ['logForce', 'logWorker', 'xfsaildSleep', 'writeCluster', 'rcuGracePeriod', 'reclaimWork'];
const time = fc.constantFrom(...TIMERS).map(
  (name): Step =>
    (mount) =>
      mount.fire(name),
);
const steps = fc.array(
  fc.oneof(
    scan,
    scan,
    create,
    unlink,
    close,
    unlinkCached,
    finishEviction,
    finishEviction,
    reclaimPages,
    scanBuffers,
    time,
    time,
    time,
  ),
  { maxLength: 120 },
);

/** Members by brute force, as the words say. */
function setMembers({ perSlab, ags }: InodeCacheContext['live']): number[] {
  return ags.flatMap((chunks, ag) =>
    chunks.flatMap((chunk, c) =>
      (chunk?.words ?? []).flatMap((word, w) =>
        Array.from({ length: perSlab }, (_, bit) => bit)
          .filter((bit) => (word & (1 << bit)) !== 0)
          .map((bit) => inodeNumber(ag, (c * 64 + w) * perSlab + bit)),
      ),
    ),
  );
}

/** Every inode by name: each population from its own set or list. */
function named(context: InodeCacheContext): number[] {
  const { pageCache, behindDentry, rcuNext, rcuWaiting } = context;
  const behind = new Set(setMembers(behindDentry));
  const lists = [rcuNext.inodes, rcuWaiting.inodes].flatMap(({ head, chunks }) => chunks.slice(head).flat());
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

test('after every message each inode in the slabs is in exactly one population, and the pages add up', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const mount = new Mount();
      for (const step of all) {
        step(mount);
        const { context } = mount;
        expect(named(context)).toEqual(setMembers(context.slab.inodes).toSorted((a, b) => a - b));
        expect(census(context).slabPages + 4 * context.buffers.reduce((sum, { count }) => sum + count, 0)).toBe(
          mount.slab,
        );
        const cached = context.pageCache.pages.flat().flatMap((slabs) => slabs ?? []);
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
      mount.give({ type: 'inodeCache.lastReference', inodes: takeLive(mount, [0, 10_000]) });
      mount.give({ type: 'inodeCache.pageCacheReclaimed', pages: mount.cachedFile });
      for (let round = 0; census(mount.context).slabObjects > 0 && round < 200; round += 1) {
        mount.evicting.splice(0);
        const freeing = setMembers(mount.context.freeing).map((ino): InodeRun => ({ ino, count: 1, fate: 'unlinked' }));
        mount.give({ type: 'inodeCache.setReclaimable', inodes: freeing });
        mount.give({ type: 'inodeCache.scanObjects', shrinker: 'sb-xfs:sda', nrToScan: 1024, gfpFs: true });
        mount.give({ type: 'inodeCache.reclaimInodes', nrToScan: 1024 });
        mount.give({ type: 'inodeCache.scanFinished' });
        for (const name of TIMERS) mount.fire(name);
      }
      for (const name of [...TIMERS, ...TIMERS]) mount.fire(name);
      expect(census(mount.context)).toMatchObject({ slabObjects: 0, slabPages: 0, rcu: 0 });
      expect(mount.slab).toBe(4 * mount.context.buffers.reduce((sum, { count }) => sum + count, 0));
    }),
    { numRuns: 30 },
  );
});

describe('the check catches', () => {
  const context = initialContext(PARAMS);
  const [inode] = PARAMS.inUse as [InodeRun];

  test('a lost inode', () => {
    const lost = { ...context, ...lastReference(context, [inode]) };
    expect(() => conserved({ ...lost, freeing: context.freeing })).toThrow('lost or counted twice');
  });

  test('an inode in two populations', () => {
    const both = { ...context, ...lastReference(context, [inode]) };
    expect(() => conserved({ ...both, live: context.live })).toThrow('lost or counted twice');
    expect(() => conserved({ ...context, pageCached: 1 })).toThrow('lost or counted twice');
    expect(() => conserved({ ...context, pageCached: -1, live: { ...context.live, count: 81 } })).toThrow(
      'counted twice',
    );
  });

  test('a double free', () => {
    const evicted = { ...context, ...lastReference(context, [inode]) };
    const once = { ...evicted, ...setReclaimable(evicted, [inode]) };
    expect(() => setReclaimable(once, [inode])).toThrow('is not there');
    expect(() => lastReference(once, [inode])).toThrow('not in use or cached');
  });

  test('a slab that lost an object by itself', () => {
    const { inodes } = context.slab;
    expect(() =>
      conserved({ ...context, slab: { ...context.slab, inodes: { ...inodes, count: inodes.count - 1 } } }),
    ).toThrow('lost or counted twice');
  });
});
