/** A mount for tests: the inode cache under random but possible messages. */
import type { AgentDefinition, Effect, Input, Message, Step } from '@dragon/engine';
import {
  countInodes,
  entriesOf,
  inodeNumber,
  type InodeRun,
  LOG_ITEM_BYTES,
  PAGES_PER_CLUSTER,
  profileNamed,
} from '@dragon/kernel';
import fc from 'fast-check';
import { conserved, initialSlabPages, type InodeCacheContext } from './cache-state.ts';
import { definitions } from './index.ts';

export const definition = definitions[0] as AgentDefinition;

const run = (ag: number, agino: number, count: number, fate: InodeRun['fate'] = 'unlinked'): InodeRun => ({
  ino: inodeNumber(ag, agino),
  count,
  fate,
});
export const inosOf = (runs: readonly InodeRun[]): number[] =>
  runs.flatMap(({ ino, count }) => Array.from({ length: count }, (_, i) => ino + i));

export const PARAMS = {
  node: 0,
  scheduled: true,
  policy: profileNamed('v6.1').policy,
  lru: [run(0, 0, 100, 'postEof'), run(1, 40, 20, 'clean')],
  cached: [run(0, 200, 90, 'postEof'), run(2, 0, 50, 'clean')],
  cachedPages: 300,
  // Among them a chunk.
  inUse: [run(1, 310, 80)],
  buffers: 10,
  clusterBuffers: true,
  // The CIL is at its limit with 48 inodes.
  log: 8 * 48 * 301,
  synced: 40,
  geometry: { clustersAtOnce: 1 },
};

/**
 * The agent under random but possible messages: those who send them know what they hold, as the kernel's threads do.
 */
export class Mount {
  state: unknown;
  readonly timers = new Map<string, Message>();
  readonly live = new Set<number>(inosOf(PARAMS.inUse));
  /** Isolated by a scan or without references: in somebody's hands. */
  readonly evicting: InodeRun[] = [];
  /** The page allocator's view. */
  slab: number;
  logItems = 0;
  cachedFile: number;
  nextAgino = 5_000;
  /** CPUs that have callbacks to run. */
  readonly raised = new Set<number>();
  /** What the last scan leaves to be asked for. */
  fsShare = 0;

  /** Is told each step. */
  readonly seen: ((before: unknown, input: Input, step: Step<unknown>) => void) | undefined;

  constructor(seen?: Mount['seen']) {
    this.seen = seen;
    const step = definition.init(PARAMS, 'inode-cache');
    this.state = step.state;
    this.slab = initialSlabPages(PARAMS);
    this.cachedFile = PARAMS.cachedPages;
    this.#carryOut(step.effects);
  }

  give(message: Message, from = 'kswapd/0'): void {
    const step = definition.receive(this.state, { message, from, at: 0 });
    this.seen?.(this.state, { message, from, at: 0 }, step);
    this.state = step.state;
    conserved(this.context);
    this.#carryOut(step.effects);
    this.state = definition.restore(JSON.parse(JSON.stringify(definition.save(this.state))));
  }

  /** A worker has inactivated inodes, and has taken what that takes; `itemPages` are its own affair. */
  inactivated(inodes: readonly InodeRun[]): void {
    const logged = countInodes(inodes);
    const itemPages = logged % 3;
    this.slab += itemPages;
    this.logItems += logged * LOG_ITEM_BYTES;
    this.give({ type: 'inodeCache.setReclaimable', inodes, logged, itemPages }, 'inodegc/0');
  }

  /** If the CPU has been told to. */
  runCallbacks(cpu: number): void {
    if (!this.raised.delete(cpu)) return;
    this.give({ type: 'inodeCache.runCallbacks', cpu }, `cpu/${cpu}`);
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
      const { to, message } = effect;
      if (message.type === 'cpu.raiseSoftirq' || message['more'] === true) {
        const cpu = Number(to.slice('cpu/'.length));
        if (this.raised.has(cpu)) throw new Error(`${to} is told twice`);
        this.raised.add(cpu);
      }
      if (message.type === 'memory.free') {
        if (message['use'] === 'slab' || message['use'] === 'buffers') this.slab -= message['pages'] as number;
        else this.cachedFile -= message['pages'] as number;
      }
      if (message.type === 'memory.freeLogItems') this.logItems -= message['bytes'] as number;
      if (message.type === 'task.inodesCreated') this.slab += message['slabPages'] as number;
      if (message.type === 'task.objectsScanned') {
        this.evicting.push(...(message['dispose'] as InodeRun[]));
        this.fsShare = message['fsShare'] as number;
      }
    }
  }
}

export type Action = (mount: Mount) => void;

const scan = fc.integer({ min: 1, max: 60 }).map(
  (nrToScan): Action =>
    (mount) => {
      mount.give({ type: 'inodeCache.scanObjects', shrinker: 'sb-xfs:sda', nrToScan, gfpFs: true, cpu: nrToScan % 2 });
      if (mount.fsShare > 0)
        mount.give({ type: 'inodeCache.reclaimInodes', nrToScan: mount.fsShare, cpu: nrToScan % 2 });
      mount.give({ type: 'inodeCache.scanFinished' });
    },
);
const create = fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 40 })).map(
  ([ag, count]): Action =>
    (mount) => {
      const inodes = [run(ag, mount.nextAgino, count)];
      mount.nextAgino += count;
      for (const ino of inosOf(inodes)) mount.live.add(ino);
      mount.give({ type: 'inodeCache.created', inodes });
    },
);
/** Takes some of those in use, from random positions. */
const someLive = fc.tuple(fc.nat(1_000), fc.integer({ min: 1, max: 30 }));
export const takeLive = (mount: Mount, [at, count]: readonly [number, number]): InodeRun[] => {
  const all = [...mount.live];
  const inos = all.slice(at % Math.max(1, all.length)).slice(0, count);
  for (const ino of inos) mount.live.delete(ino);
  return inos.map((ino) => ({ ino, count: 1, fate: 'unlinked' }));
};
const unlink = someLive.map(
  (which): Action =>
    (mount) => {
      const inodes = takeLive(mount, which);
      mount.give({ type: 'inodeCache.lastReference', inodes, cpu: 0 });
      mount.evicting.push(...inodes);
    },
);
const close = fc.tuple(someLive, fc.nat(90)).map(
  ([which, pages]): Action =>
    (mount) => {
      const inodes = takeLive(mount, which);
      if (inodes.length === 0) return;
      mount.cachedFile += pages;
      mount.give({ type: 'inodeCache.released', inodes, pages });
    },
);
/** Unlinks what is cached: behind a dentry, for its page cache, or on the LRU. */
const unlinkCached = fc.nat(400).map(
  (at): Action =>
    (mount) => {
      const { context } = mount;
      const inos = [
        ...setMembers(context.behindDentry),
        ...setMembers(context.onLru),
        ...setMembers(context.pageCache.inodes),
      ];
      const ino = inos[at % Math.max(1, inos.length)];
      if (ino === undefined) return;
      mount.give({ type: 'inodeCache.lastReference', inodes: [{ ino, count: 1, fate: 'unlinked' }], cpu: 1 });
      mount.evicting.push({ ino, count: 1, fate: 'unlinked' });
    },
);
const finishEviction = fc.tuple(fc.nat(5), fc.boolean()).map(
  ([count, clean]): Action =>
    (mount) => {
      const inodes = mount.evicting.splice(0, count);
      if (clean) mount.give({ type: 'inodeCache.evicted', inodes }, 'inodegc/0');
      else mount.inactivated(inodes);
    },
);
const reclaimPages = fc.nat(60).map(
  (wanted): Action =>
    (mount) => {
      const pages = Math.min(wanted, mount.cachedFile);
      mount.cachedFile -= pages;
      mount.give({ type: 'inodeCache.pageCacheReclaimed', pages });
    },
);
const scanBuffers = fc.constant((mount: Mount): void =>
  mount.give({ type: 'inodeCache.scanObjects', shrinker: 'xfs-buf:sda', nrToScan: 5, gfpFs: false, cpu: 0 }),
);
const readBuffer = fc.nat(119).map((at) => (mount: Mount): void => {
  mount.slab += PAGES_PER_CLUSTER;
  mount.give({ type: 'inodeCache.bufferRead', ino: inodeNumber(0, at) }, 'inodegc/0');
});
const softirq = fc.nat(1).map(
  (cpu) =>
    (mount: Mount): void =>
      mount.runCallbacks(cpu),
);
export const TIMERS = [
  'writeIclog',
  'logForce',
  'logWorker',
  'xfsaildSleep',
  'writeCluster',
  'rcuGracePeriod',
  'reclaimWork',
];
const time = fc.constantFrom(...TIMERS).map(
  (name): Action =>
    (mount) =>
      mount.fire(name),
);
export const steps = fc.array(
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
    readBuffer,
    softirq,
    time,
    time,
    time,
  ),
  { maxLength: 120 },
);

/** Members by brute force, as the words say. */
export function setMembers({ perSlab, ags }: InodeCacheContext['live']): number[] {
  return entriesOf(ags).flatMap(([ag, list]) =>
    list.flatMap(({ at, words }) =>
      words.flatMap((word, w) =>
        Array.from({ length: perSlab }, (_, bit) => bit)
          .filter((bit) => (word & (1 << bit)) !== 0)
          .map((bit) => inodeNumber(ag, (at * 64 + w) * perSlab + bit)),
      ),
    ),
  );
}
