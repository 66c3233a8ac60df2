/**
 * Keeps its own books of pages, from what agents say to each other: who was given how many, who gave how many back,
 * what the inode cache has taken of them.
 */
import type { AgentId, Effect, Message } from '@dragon/engine';
import { type BufferCache, bufferPages } from '@dragon/inode-cache';
import { entriesOf, type NumberTable, PAGES_PER_CLUSTER, slabPages, type SlabObjects } from '@dragon/kernel';
import type { SeenStep, Witness } from './witness.ts';

type Pages = readonly (readonly { readonly owner: string; readonly pages: number }[])[];

const pagesOf = (pages: Pages, owner: string): number => pages.flat().find((each) => each.owner === owner)?.pages ?? 0;
type List = { readonly runs: readonly { readonly owner: AgentId; readonly pages: number }[]; readonly pages: number };

interface Memory {
  readonly managed: number;
  readonly freePages: number;
  readonly slab: number;
  readonly logItems: { readonly pages: number; readonly bytes: number };
  readonly anon: Pages;
  readonly anonPages: number;
  readonly lru: { readonly active: List; readonly inactive: List };
  readonly other: number;
  readonly takenBack: Pages;
}

interface Cache {
  readonly slab: SlabObjects;
  readonly itemPages: number;
  readonly logged: { readonly count: number };
  readonly cil: { readonly count: number };
  readonly checkpoints: { readonly [which in 'recordWaits' | 'committing']: { readonly inodes: number } };
  readonly policy: { readonly throttle: { readonly kind: string } };
  readonly buffers: BufferCache;
  readonly pageCache: { readonly pages: NumberTable<NumberTable<readonly number[]>>; readonly partly: number };
}

interface Thread {
  readonly reclaimState?: boolean;
}

interface Worker {
  readonly stock: { readonly bytes: number };
}

interface NfsCache {
  readonly objects: number;
  readonly evicted: number;
}

const INODES_PER_PAGE = 3;
const PAGE_SIZE = 4096;

/** Buffers are counted with slab, but in page blocks of another type. */
const isSlab = (use: unknown): boolean => use === 'slab' || use === 'buffers';

export class PageWitness implements Witness {
  /** Given and not given back, by use and owner. */
  readonly #given = new Map<string, number>();
  /** Slab that the cache has taken without asking for it yet; that inodegc workers have; that is on its way back. */
  #owed = 0;
  #workers = 0;
  #returning = 0;
  /** Slab that workers have told the cache of, on the way to it. */
  #handedOver = 0;
  /** Bytes of log items that were allocated and not freed. */
  #items = 0;
  readonly #stocks = new Map<AgentId, number>();
  #cachePages = 0;
  #nfsInodes = 0;
  #nfsPages = 0;
  /** Pages that shrinkers, or RCU in an interrupt, freed for a thread, and that it has not told the node of. */
  readonly #credit = new Map<AgentId, number>();
  #memory: Memory | undefined;
  #cache: Cache | undefined;

  see(step: SeenStep, complain: (text: string) => void): void {
    for (const effect of step.effects) if (effect.kind === 'send') this.#sent(step.agent, effect.message, effect.to);
    if (step.kind === 'inode-cache') this.#seeCache(step, complain);
    if (step.kind === 'nfs-cache') this.#seeNfs(step);
    if (step.kind === 'memory') this.#seeMemory(step, complain);
    if (step.kind === 'inodegc') this.#stocks.set(step.agent, (step.after.context as Worker).stock.bytes);
    if (step.message?.type === 'task.rcuFreed' && (step.after.context as Thread).reclaimState === true)
      this.#credited(step.agent, step.message['pages'] as number);
    for (const [agent, pages] of this.#credit)
      if (pages < 0) complain(`${agent} has told of ${-pages} pages more than was freed for it`);
    // At the start, not all who have slab have been seen.
    if (this.#memory === undefined || step.message === undefined) return;
    const slab = this.#cachePages + this.#nfsPages + this.#workers + this.#handedOver + this.#returning - this.#owed;
    if (this.#memory.slab !== slab)
      complain(
        `${this.#memory.slab} pages of slab, but ${this.#cachePages} in the cache, ${this.#nfsPages} in that of an NFS mount, ${this.#workers} with workers, ${this.#returning} on their way back, ${this.#owed} not yet asked for`,
      );
  }

  /**
   * Of a run that is over: page cache of closed files, as allocator and inode cache see it; nothing is under way then.
   */
  atRest(): string[] {
    const [memory, cache] = [this.#memory, this.#cache];
    if (memory === undefined || cache === undefined) return ['there is no memory'];
    const cached = entriesOf(cache.pageCache.pages).flatMap(([, chunks]) =>
      entriesOf(chunks).flatMap(([, slabs]) => slabs),
    );
    const pages = cached.reduce((sum, count) => sum + count, 0) - cache.pageCache.partly;
    const { cil, checkpoints, logged } = cache;
    const pushed = checkpoints.recordWaits.inodes + checkpoints.committing.inodes;
    const stocks = [...this.#stocks.values()].reduce((sum, bytes) => sum + bytes, 0);
    const taken =
      cache.policy.throttle.kind === 'inline'
        ? 0
        : 455 * (cil.count - pushed) + (64 + 1024) * cil.count + 1024 * logged.count;
    const items = stocks + taken;
    const owned = ownedBy(memory).get('cached-files') ?? 0;
    return [
      ...(pages === owned ? [] : [`${pages} pages of page cache have an inode, and ${owned} are on the LRU`]),
      ...(this.#items === items ? [] : [`${this.#items} bytes of log items, and ${items} have an owner`]),
      ...(this.#workers === 0 ? [] : [`the workers kept ${this.#workers} pages`]),
      ...(this.#returning === 0 ? [] : [`${this.#returning} pages never came back`]),
      ...(this.#owed === 0 ? [] : [`${this.#owed} pages were never asked for`]),
      ...(memory.anonPages === 0 ? [] : [`${memory.anonPages} anonymous pages have outlived their tasks`]),
    ];
  }

  #sent(from: AgentId, message: Message, to: AgentId): void {
    const pages = message['pages'] as number;
    switch (message.type) {
      case 'memory.free':
        if (!isSlab(message['use'])) return;
        this.#returning += pages;
        if (from.startsWith('inodegc/')) this.#workers -= pages;
        return;
      case 'inodeCache.setReclaimable':
        this.#workers -= message['itemPages'] as number;
        this.#handedOver += message['itemPages'] as number;
        return;
      case 'inodeCache.bufferRead':
        this.#workers -= PAGES_PER_CLUSTER;
        this.#handedOver += PAGES_PER_CLUSTER;
        return;
      case 'memory.slabReclaimed':
        this.#credited(from, -pages);
        return;
      case 'task.inodesCreated':
        this.#owed += message['slabPages'] as number;
        return;
      case 'task.objectsScanned':
        this.#credited(to, message['credit'] as number);
        return;
      default:
    }
  }

  #credited(thread: AgentId, pages: number): void {
    this.#credit.set(thread, (this.#credit.get(thread) ?? 0) + pages);
  }

  #seeCache({ message, after, effects }: SeenStep, complain: (text: string) => void): void {
    const cache = after.context as Cache;
    this.#cache = cache;
    this.#cachePages = slabPages(cache.slab) + cache.itemPages + bufferPages(cache.buffers);
    if (message?.type === 'inodeCache.setReclaimable') this.#handedOver -= message['itemPages'] as number;
    if (message?.type === 'inodeCache.bufferRead') this.#handedOver -= PAGES_PER_CLUSTER;
    if (message?.type !== 'inodeCache.scanObjects' && message?.type !== 'inodeCache.runCallbacks') return;
    const freed = sumOf(effects, 'memory.free', (sent) => (isSlab(sent['use']) ? (sent['pages'] as number) : 0));
    const credit =
      sumOf(effects, 'task.objectsScanned', (sent) => sent['credit'] as number) +
      sumOf(effects, 'cpu.callbacksRun', (sent) => sent['pages'] as number);
    if (freed !== credit) complain(`a scan or a softirq freed ${freed} pages, and takes credit for ${credit}`);
  }

  /** A page is free when its last inode is gone, not when that was taken off the list. */
  #seeNfs({ message, after }: SeenStep): void {
    const { objects, evicted } = after.context as NfsCache;
    if (message === undefined) this.#nfsInodes = objects;
    this.#nfsPages = Math.floor(this.#nfsInodes / INODES_PER_PAGE) - Math.floor(evicted / INODES_PER_PAGE);
  }

  #seeMemory({ message, from = '', before, after, effects }: SeenStep, complain: (text: string) => void): void {
    const memory = after.context as Memory;
    this.#memory = memory;
    const was = before?.context as Memory | undefined;
    if (message === undefined) this.#items = memory.logItems.bytes;
    if (message === undefined) for (const [owner, pages] of ownedBy(memory)) this.#give('file', owner, pages);
    if (message?.type === 'memory.allocate') {
      const granted = sumOf(effects, 'task.pagesAllocated', (sent) => sent['granted'] as number);
      const use = message['use'] as string;
      if (use === 'log-items') this.#items += granted * PAGE_SIZE;
      else if (!isSlab(use))
        this.#give(use === 'cached-file' ? 'file' : use, use === 'cached-file' ? 'cached-files' : from, granted);
      else if (from.startsWith('inodegc/')) this.#workers += granted;
      else this.#owed -= granted;
    }
    if (message?.type === 'memory.free') {
      const use = message['use'] as string;
      const pages = message['pages'] as number;
      if (isSlab(use)) this.#returning -= pages;
      else this.#give(use === 'cached-file' ? 'file' : use, use === 'cached-file' ? 'cached-files' : from, -pages);
    }
    if (message?.type === 'memory.freeLogItems') this.#items -= message['bytes'] as number;
    if (memory.logItems.bytes !== this.#items || memory.logItems.pages * PAGE_SIZE < this.#items)
      complain(`${this.#items} bytes of log items, and ${JSON.stringify(memory.logItems)} of them in the node`);
    if (message?.type === 'memory.shrinkLruvec') {
      const reclaimed = sumOf(effects, 'task.lruShrunk', (sent) => sent['reclaimed'] as number);
      const gone = filePages(was as Memory) - filePages(memory);
      if (reclaimed !== gone) complain(`${gone} pages went from the LRU, and ${reclaimed} are said to be reclaimed`);
    }
    const { managed, freePages, slab, logItems, anonPages, other } = memory;
    const total = freePages + slab + logItems.pages + anonPages + other + filePages(memory);
    if (total !== managed) complain(`${total} pages of ${managed}`);
    if (was !== undefined && was.other !== other) complain('pages came from or went to what is in use for good');
    this.#checkOwners(memory, complain);
  }

  /** What an owner was given is still its own, or was taken from it and will be given back by name. */
  #checkOwners(memory: Memory, complain: (text: string) => void): void {
    const owned = ownedBy(memory);
    for (const [what, given] of this.#given) {
      const [use, owner = ''] = what.split(' ');
      const has = use === 'anon' ? pagesOf(memory.anon, owner) : (owned.get(owner) ?? 0);
      const taken = pagesOf(memory.takenBack, `${owner} ${use}`);
      if (has + taken !== given)
        complain(`${owner} was given ${given} pages (${use}); it has ${has}, and ${taken} were taken from it`);
    }
    const anon = memory.anon.flat().reduce((sum, { pages }) => sum + pages, 0);
    if (anon !== memory.anonPages) complain(`${memory.anonPages} anonymous pages, but the tasks have ${anon}`);
  }

  #give(use: string, owner: AgentId, pages: number): void {
    const what = `${use} ${owner}`;
    this.#given.set(what, (this.#given.get(what) ?? 0) + pages);
  }
}

const filePages = ({ lru }: Memory): number => lru.active.pages + lru.inactive.pages;

function ownedBy({ lru }: Memory): Map<AgentId, number> {
  const owned = new Map<AgentId, number>();
  for (const list of [lru.active, lru.inactive])
    for (const { owner, pages } of list.runs) owned.set(owner, (owned.get(owner) ?? 0) + pages);
  return owned;
}

function sumOf(effects: readonly Effect[], type: string, count: (message: Message) => number): number {
  return effects.reduce(
    (sum, effect) => (effect.kind === 'send' && effect.message.type === type ? sum + count(effect.message) : sum),
    0,
  );
}
