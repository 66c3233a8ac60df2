/**
 * Follows every inode by its number from its eviction to the reclaimable ones, and counts all others: none is lost,
 * none is anywhere twice.
 */
import type { AgentId, Message } from '@dragon/engine';
import {
  allInodes,
  countInodes,
  entriesOf,
  inodeNumber,
  type InodeList,
  type InodeRun,
  type InodeSet,
  type NumberTable,
  takeInodes,
} from '@dragon/kernel';
import type { AnyMachineSnapshot } from 'xstate';
import type { SeenStep, Witness } from './witness.ts';

type Counted = { readonly count: number };

/** What the inode cache has, as far as it is counted. */
interface Cache {
  readonly live: InodeSet;
  readonly behindDentry: InodeSet;
  readonly pageCached: number;
  readonly pageCache: { readonly inodes: InodeSet };
  readonly onLru: InodeSet;
  readonly freeing: InodeSet;
  readonly reclaimable: InodeSet;
  readonly clean: Counted;
  readonly dirty: Counted;
  readonly cil: Counted;
  readonly checkpoints: {
    readonly recordWaits: { readonly inodes: number };
    readonly committing: { readonly inodes: number };
  };
  readonly synced: number;
  readonly push: { readonly unpushed: number; readonly submitted: number };
  readonly rcuNext: Callbacks;
  readonly rcuWaiting: Callbacks;
  readonly rcuDone: Callbacks;
  readonly slab: { readonly inodes: InodeSet };
  readonly freed: number;
  readonly shutDown: object | null;
  readonly policy: { readonly accounting: string };
}

/** By CPU. */
type Callbacks = NumberTable<{ readonly inodes: InodeList }>;

/** What a thread or an inodegc queue has in hand. */
interface Holder {
  readonly walk?: { readonly dispose: readonly InodeRun[]; readonly evicted: readonly InodeRun[] };
  readonly inode?: object | null;
  readonly queue?: { readonly list: Counted };
  readonly batch?: Counted;
  readonly done?: readonly InodeRun[];
  /** Of a task that folds the list of a dead CPU into another one. */
  readonly folded?: readonly InodeRun[];
}

const callbacksOf = ({ rcuNext, rcuWaiting, rcuDone }: Cache): InodeList[] =>
  [rcuNext, rcuWaiting, rcuDone].flatMap(entriesOf).map(([, { inodes }]) => inodes);

/** Answers of the cache with inodes that are to be disposed of. */
const ISOLATED: ReadonlySet<string> = new Set(['task.objectsScanned', 'task.inodesEvicted']);

const runsIn = (message: { readonly [field: string]: unknown }, field: string): readonly InodeRun[] =>
  message[field] as readonly InodeRun[];

const numbersOf = (runs: readonly InodeRun[]): number[] =>
  runs.flatMap(({ ino, count }) => Array.from({ length: count }, (_, i) => ino + i));

/** A count by agent. */
class Tally {
  readonly #counts = new Map<AgentId, number>();
  of(agent: AgentId): number {
    return this.#counts.get(agent) ?? 0;
  }
  add(agent: AgentId, count: number): void {
    this.#counts.set(agent, this.of(agent) + count);
  }
}

export class InodeWitness implements Witness {
  /** Who has each inode that is being evicted. */
  readonly #where = new Map<number, AgentId>();
  readonly #has = new Tally();
  /** On their way to the cache; isolated by it and not arrived; queued, and the caller does not know yet. */
  readonly #toCache = new Tally();
  readonly #lastReferences = new Tally();
  readonly #isolated = new Tally();
  readonly #acknowledged = new Tally();
  #total = 0;
  #cache: Cache | undefined;

  see(step: SeenStep, complain: (text: string) => void): void {
    if (step.kind === 'inode-cache') this.#seeCache(step, complain);
    else {
      if (step.kind === 'inodegc') this.#seeQueueing(step, complain);
      this.#seeHolder(step, complain);
    }
  }

  /** Returns what is wrong with who is where, inode by inode: for now and then, as it looks at all of them. */
  census(): string[] {
    const cache = this.#cache;
    if (cache === undefined) return ['there is no inode cache'];
    const behind = new Set(membersOf(cache.behindDentry));
    const places = [
      membersOf(cache.live),
      [...behind],
      membersOf(cache.pageCache.inodes).filter((ino) => !behind.has(ino)),
      membersOf(cache.onLru),
      membersOf(cache.freeing),
      membersOf(cache.reclaimable),
      ...callbacksOf(cache).map((list) => numbersOf(allInodes(list))),
    ].flat();
    const all = new Set(places);
    const slab = membersOf(cache.slab.inodes);
    return [
      ...(all.size === places.length ? [] : [`${places.length - all.size} inodes are in two places`]),
      ...(all.size === slab.length && slab.every((ino) => all.has(ino))
        ? []
        : ['the slabs hold others than the lists']),
      ...(membersOf(cache.freeing).every((ino) => this.#where.has(ino))
        ? []
        : ['nobody has an inode that is being freed']),
    ];
  }

  /** Inodes that are being evicted, queued or inactivated. */
  get onTheWay(): number {
    return this.#where.size;
  }

  #seeCache({ message, from = '', before, after, effects }: SeenStep, complain: (text: string) => void): void {
    const cache = after.context as Cache;
    this.#cache = cache;
    if (message === undefined) this.#total = cache.slab.inodes.count;
    if (message !== undefined) this.#seeMessage(message, from, before?.context as Cache, effects, complain);
    for (const effect of effects) {
      if (effect.kind !== 'send' || !ISOLATED.has(effect.message.type)) continue;
      const isolated = runsIn(effect.message, 'dispose');
      this.#isolated.add(effect.to, countInodes(isolated));
      this.#take(effect.to, isolated, complain);
    }
    this.#checkCensus(cache, complain);
  }

  #seeMessage(
    message: Message,
    from: AgentId,
    before: Cache,
    effects: SeenStep['effects'],
    complain: (text: string) => void,
  ): void {
    switch (message.type) {
      case 'inodeCache.created':
        // A file system that is shut down creates none.
        if (before.shutDown === null) this.#total += countInodes(runsIn(message, 'inodes'));
        break;
      case 'inodeCache.lastReference':
        this.#lastReferences.add(from, -countInodes(runsIn(message, 'inodes')));
        this.#take(from, runsIn(message, 'inodes'), complain);
        break;
      case 'inodeCache.evicted':
      case 'inodeCache.setReclaimable':
        this.#toCache.add(from, -countInodes(runsIn(message, 'inodes')));
        for (const ino of numbersOf(runsIn(message, 'inodes'))) this.#drop(ino, from, complain);
        break;
      case 'inodeCache.countObjects':
        if ((message['shrinker'] as string).startsWith('sb-')) this.#checkCount(before, effects, complain);
        break;
      default:
    }
  }

  /**
   * count_objects of the superblock: each inode that can be reclaimed once, and those on their way if the policy says
   * so.
   */
  #checkCount(cache: Cache, effects: SeenStep['effects'], complain: (text: string) => void): void {
    const queued = cache.policy.accounting === 'hidden' ? 0 : cache.freeing.count;
    const right = cache.behindDentry.count + cache.onLru.count + cache.reclaimable.count + queued;
    for (const effect of effects)
      if (effect.kind === 'send' && effect.message['count'] !== right)
        complain(`counts ${effect.message['count'] as number} objects of ${right}`);
  }

  #checkCensus(cache: Cache, complain: (text: string) => void): void {
    const { live, behindDentry, pageCached, onLru, freeing, reclaimable, clean, dirty, cil } = cache;
    const { checkpoints, push, synced } = cache;
    const committing = checkpoints.recordWaits.inodes + checkpoints.committing.inodes;
    const pushed = push.unpushed + push.submitted;
    const counts = [live, behindDentry, onLru, freeing, reclaimable, ...callbacksOf(cache)];
    const inodes = counts.reduce((sum, { count }) => sum + count, pageCached);
    if (inodes !== this.#total - cache.freed)
      complain(`${this.#total} inodes ever and ${cache.freed} freed, but ${inodes} are there`);
    if (cache.slab.inodes.count !== inodes) complain(`${inodes} inodes, but ${cache.slab.inodes.count} in the slabs`);
    if (reclaimable.count !== clean.count + dirty.count + cil.count)
      complain('reclaimable inodes are not pinned, dirty or clean');
    if (committing > cil.count || pushed > synced + dirty.count)
      complain('more inodes are committed or pushed than are logged');
    if (Math.min(committing, push.unpushed, push.submitted, pageCached, ...counts.map(({ count }) => count)) < 0)
      complain('a population is negative');
    if (freeing.count !== this.#where.size)
      complain(`${freeing.count} inodes are being freed, but somebody has ${this.#where.size}`);
  }

  #take(agent: AgentId, runs: readonly InodeRun[], complain: (text: string) => void): void {
    for (const ino of numbersOf(runs)) {
      if (this.#where.has(ino)) complain(`inode ${ino} is evicted by ${agent}, but ${this.#where.get(ino)} has it`);
      this.#where.set(ino, agent);
      this.#has.add(agent, 1);
    }
  }

  #drop(ino: number, agent: AgentId, complain: (text: string) => void): void {
    const owner = this.#where.get(ino);
    if (owner !== agent) complain(`${agent} gives inode ${ino} away, which ${owner ?? 'nobody'} has`);
    if (owner === undefined) return;
    this.#where.delete(ino);
    this.#has.add(owner, -1);
  }

  /** Inodes pass from whoever evicted them to the queue, as many as its answer says. */
  #seeQueueing({ agent, message, from = '', effects }: SeenStep, complain: (text: string) => void): void {
    for (const effect of effects) {
      if (effect.kind !== 'send' || effect.message.type !== 'task.inodegcListTaken') continue;
      const taken = runsIn(effect.message, 'inodes');
      for (const ino of numbersOf(taken)) this.#drop(ino, agent, complain);
      this.#take(effect.to, taken, complain);
      this.#isolated.add(effect.to, countInodes(taken));
    }
    if (message?.type !== 'inodegc.queueInodes') return;
    const answer = effects.find((effect) => effect.kind === 'send' && effect.message.type === 'task.inodesQueued');
    const count = answer?.kind === 'send' ? (answer.message['count'] as number) : 0;
    const [taken] = takeInodes(runsIn(message, 'inodes'), count);
    for (const ino of numbersOf(taken)) this.#drop(ino, from, complain);
    this.#take(agent, taken, complain);
    this.#acknowledged.add(from, count);
  }

  #seeHolder({ agent, kind, message, after, thread, effects }: SeenStep, complain: (text: string) => void): void {
    if (message !== undefined && ISOLATED.has(message.type))
      this.#isolated.add(agent, -countInodes(runsIn(message, 'dispose')));
    if (message?.type === 'task.inodegcListTaken') this.#isolated.add(agent, -countInodes(runsIn(message, 'inodes')));
    if (message?.type === 'task.inodesQueued') this.#acknowledged.add(agent, -(message['count'] as number));
    for (const effect of effects) {
      if (effect.kind !== 'send') continue;
      const { message: sent } = effect;
      if (sent.type === 'inodeCache.lastReference')
        this.#lastReferences.add(agent, countInodes(runsIn(sent, 'inodes')));
      if (sent.type === 'inodeCache.evicted' || sent.type === 'inodeCache.setReclaimable')
        this.#toCache.add(agent, countInodes(runsIn(sent, 'inodes')));
    }
    let [isolated, acknowledged] = [this.#isolated.of(agent), this.#acknowledged.of(agent)];
    for (const { message: unread } of thread?.inbox ?? []) {
      if (ISOLATED.has(unread.type)) isolated += countInodes(runsIn(unread, 'dispose'));
      if (unread.type === 'task.inodegcListTaken') isolated += countInodes(runsIn(unread, 'inodes'));
      if (unread.type === 'task.inodesQueued') acknowledged += unread['count'] as number;
    }
    const has =
      inHand(after.context as Holder, kind, after.value) +
      this.#toCache.of(agent) +
      isolated -
      acknowledged -
      this.#lastReferences.of(agent);
    if (has !== this.#has.of(agent))
      complain(`it should have ${this.#has.of(agent)} inodes, and has ${has} in ${JSON.stringify(after.value)}`);
  }
}

/**
 * The one inode of a task that removes a file, or of one that inactivates what a scan isolated: which states have it.
 */
const REMOVING = /"evicting":(?:"evicting"|\{"queueing":"queueingInode"|\{"inactivatingInline")/;
const INLINE = /"inactivatingInline":\{"inactivating"/;

/** By the value of a state, which is one object however often a chart is in it. */
const singles = new WeakMap<object, 0 | 1>();

function singleIn(value: object | string): 0 | 1 {
  // A state without others in it has none.
  if (typeof value === 'string') return 0;
  let single = singles.get(value);
  if (single === undefined) {
    const state = JSON.stringify(value);
    singles.set(value, (single = REMOVING.test(state) || INLINE.test(state) ? 1 : 0));
  }
  return single;
}

function inHand(
  { walk, inode = null, queue, batch, done = [], folded = [] }: Holder,
  kind: string,
  value: AnyMachineSnapshot['value'],
): number {
  const scanned = walk === undefined ? 0 : countInodes(walk.dispose) + countInodes(walk.evicted);
  if (kind !== 'inodegc') return scanned + singleIn(value) + countInodes(folded);
  return scanned + (queue?.list.count ?? 0) + (batch?.count ?? 0) + (inode === null ? 0 : 1) + countInodes(done);
}

/** The numbers in a set, as its words say. */
function membersOf({ perSlab, ags }: InodeSet): number[] {
  const members: number[] = [];
  entriesOf(ags).forEach(([ag, list]) =>
    list.forEach(({ at, words }) =>
      words.forEach((word, w) => {
        for (let bit = 0; bit < perSlab; bit += 1)
          if ((word & (1 << bit)) !== 0) members.push(inodeNumber(ag, (at * 64 + w) * perSlab + bit));
      }),
    ),
  );
  return members;
}
