/**
 * Whole walks of the shrinkers: what is scanned at which priority, and that every isolated inode goes on exactly once.
 */
import type { Effect, Message } from '@dragon/engine';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import type { ShrinkerInfo } from './do-shrink-slab.ts';
import { effectActions, typesOf, fromMachine } from '@dragon/statechart';
import { countInodes, type InodeFate, type InodeRun, takeInodes } from '../xfs/inode.ts';
import type { Received, TaskMessage } from '../messages.ts';
import { type Policy, profileNamed } from '../policy/policy.ts';
import { parsePolicy } from '../policy/policy-parser.ts';
import { shrinkSlabDelays, shrinkSlabStates } from './shrink-slab-chart.ts';
import { type ReclaimContext, reclaimContext } from './slab-walk.ts';
import { threadHandlers } from '../sched/task.ts';

type Params = { readonly policy: Policy; readonly priority: number; readonly gfpFs: boolean };
interface Context extends ReclaimContext {
  readonly walks: number;
}
type ReclaimerEvent = Received<TaskMessage>;

const reclaimer = fromMachine(
  'reclaimer',
  setup({
    types: typesOf<{ context: Context; events: ReclaimerEvent; input: Params & { self: string } }>(),
    actions: effectActions,
    delays: shrinkSlabDelays,
  }).createMachine({
    id: 'reclaimer',
    context: ({ input }) => ({
      ...reclaimContext({ ...input, cpus: [0, 1], kswapd: true, reclaimState: true, caller: 'kswapd' }),
      walks: 0,
    }),
    on: { ...threadHandlers, 'task.workFlushed': {} },
    initial: 'walking',
    states: {
      walking: {
        initial: 'lockingShrinkers',
        states: shrinkSlabStates,
        onDone: { target: 'done', actions: assign({ walks: ({ context }) => context.walks + 1 }) },
      },
      done: {},
    },
  }),
);

const SUPERBLOCK: ShrinkerInfo = { id: 'sb-xfs:sda', owner: 'inode-cache', seeks: 2, batch: 1024 };
const INODEGC: ShrinkerInfo = { id: 'xfs-inodegc:sda', owner: 'inode-cache', seeks: 0, batch: 2049 };

type Cache = {
  readonly count: (shrinker: string) => number;
  readonly scan: (shrinker: string, nrToScan: number) => Partial<Extract<TaskMessage, { type: 'task.objectsScanned' }>>;
  /** Of so many inodes offered, how many the queue takes, and whether the last of them makes its caller wait. */
  readonly queue?: (offered: number) => { readonly count: number; readonly throttle: boolean };
};

/** The machine around one reclaimer: answers at once, fires its timers in turn, and notes what it asked for. */
class Machine {
  readonly deferred = new Map<string, number>();
  readonly scans: { readonly shrinker: string; readonly nrToScan: number }[] = [];
  readonly queued: InodeRun[] = [];
  readonly clean: InodeRun[] = [];
  readonly inactivated: InodeRun[] = [];
  readonly traces: string[] = [];
  readonly cpuTimes = new Map<string, number>();
  readonly #cache: Cache;
  readonly #shrinkers: readonly ShrinkerInfo[];
  #pending: { readonly message: Message; readonly from: string; readonly timer?: string }[] = [];

  constructor(cache: Cache, shrinkers: readonly ShrinkerInfo[] = [SUPERBLOCK]) {
    this.#cache = cache;
    this.#shrinkers = shrinkers;
  }

  /** Returns the context after one walk. */
  walk({ priority, gfpFs = true, policy = profileNamed('v6.1').policy }: Partial<Params>): Context {
    let { state, effects } = reclaimer.init({ policy, priority: priority ?? 0, gfpFs }, 'kswapd/0');
    this.#pending = [];
    for (;;) {
      this.#hear(effects);
      const next = this.#pending.shift();
      if (next === undefined) break;
      ({ state, effects } = reclaimer.receive(state, { message: next.message, from: next.from, at: 0 }));
    }
    expect(reclaimer.describe(state)).toBe('done');
    expect(state.context.task).toMatchObject({ holds: [], waitsFor: null });
    return state.context as Context;
  }

  /** Returns how many objects were asked for since the last time. */
  takeScanned(shrinker: string): number {
    const sum = this.scans
      .filter((scan) => scan.shrinker === shrinker)
      .reduce((all, { nrToScan }) => all + nrToScan, 0);
    this.scans.splice(0);
    return sum;
  }

  #hear(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'trace') this.traces.push(effect.event);
      if (effect.kind === 'setTimer') {
        const { name, times, pausable } = effect.delay;
        if (pausable) this.cpuTimes.set(name, (this.cpuTimes.get(name) ?? 0) + times);
        this.#pending.push({ message: effect.message, from: 'kswapd/0', timer: effect.timer });
      }
      if (effect.kind === 'cancelTimer') this.#pending = this.#pending.filter(({ timer }) => timer !== effect.timer);
      if (effect.kind === 'send') this.#answer(effect.to, effect.message);
    }
  }

  #say(from: string, message: TaskMessage): void {
    this.#pending.push({ message, from });
  }

  #answer(to: string, message: { readonly type: string; readonly [field: string]: unknown }): void {
    switch (message.type) {
      case 'shrinkers.beginShrinkSlab':
        return this.#say(to, { type: 'task.shrinkSlabBegun', entered: true, lock: 'shrinker_rwsem' });
      case 'shrinkers.nextShrinker': {
        const after = message['after'] as string | null;
        if (after !== null) this.deferred.set(after, (this.deferred.get(after) ?? 0) + (message['deferred'] as number));
        const shrinker = this.#shrinkers[this.#shrinkers.findIndex(({ id }) => id === after) + 1] ?? null;
        const nrDeferred = shrinker === null ? 0 : (this.deferred.get(shrinker.id) ?? 0);
        if (shrinker !== null) this.deferred.set(shrinker.id, 0);
        return this.#say(to, { type: 'task.shrinkerChosen', shrinker, nrDeferred, lock: null });
      }
      case 'inodeCache.countObjects':
        return this.#say(to, { type: 'task.objectsCounted', count: this.#cache.count(message['shrinker'] as string) });
      case 'inodeCache.scanObjects': {
        const [shrinker, nrToScan] = [message['shrinker'] as string, message['nrToScan'] as number];
        this.scans.push({ shrinker, nrToScan });
        return this.#say(to, { ...NOTHING, ...this.#cache.scan(shrinker, nrToScan) });
      }
      case 'inodeCache.reclaimInodes':
        return this.#say(to, { type: 'task.inodesReclaimed', looked: 64, freed: 10, credit: 0 });
      case 'inodeCache.evicted':
        this.clean.push(...(message['inodes'] as InodeRun[]));
        return;
      case 'inodeCache.setReclaimable':
        this.inactivated.push(...(message['inodes'] as InodeRun[]));
        return;
      case 'inodegc.queueInodes': {
        const inodes = message['inodes'] as InodeRun[];
        const offered = countInodes(inodes);
        const { count, throttle } = this.#cache.queue?.(offered) ?? { count: offered, throttle: false };
        this.queued.push(...takeInodes(inodes, count)[0]);
        return this.#say(to, { type: 'task.inodesQueued', count, throttle });
      }
      case 'inodegc.flush':
        return this.#say(to, { type: 'task.workFlushed', token: message['token'] as number });
      case 'ag.lock':
        return this.#say(to, { type: 'task.bufferLocked', buffer: message['buffer'] as 'AGI', neighbours: 0 });
      default:
        return;
    }
  }
}

const NOTHING: Extract<TaskMessage, { type: 'task.objectsScanned' }> = {
  type: 'task.objectsScanned',
  freed: 0,
  stop: false,
  dispose: [],
  umountHeld: false,
  dentries: 0,
  fsShare: 0,
  credit: 0,
};

describe('priorities', () => {
  test('500,000 objects, everything scannable: the table of kernel reference 3.6', () => {
    const machine = new Machine({ count: () => 500_000, scan: (_, n) => ({ freed: n, umountHeld: true }) });
    const scanned = Array.from({ length: 13 }, (_, i) => {
      machine.walk({ priority: 12 - i });
      return machine.takeScanned('sb-xfs:sda');
    });
    expect(scanned).toEqual([0, 0, 0, 1024, 3072, 7168, 15360, 30720, 62464, 124928, 250880, 501760, 999424]);
  });

  test('the inodegc shrinker scans from the second walk of a ladder on, once each, and is stopped', () => {
    const machine = new Machine({ count: () => 4096, scan: () => ({ stop: true }) }, [INODEGC]);
    const scanned = [12, 11, 10, 9].map((priority) => {
      machine.walk({ priority });
      return machine.takeScanned('xfs-inodegc:sda');
    });
    expect(scanned).toEqual([0, 2049, 2049, 2049]);
    expect(machine.deferred.get('xfs-inodegc:sda')).toBe(8192);
  });

  test('a NOFS caller leaves all that was due to the next one, which takes its share by priority', () => {
    const stopped = { count: () => 50_000, scan: () => ({ stop: true }) };
    const machine = new Machine(stopped);
    machine.walk({ priority: 6, gfpFs: false });
    expect([machine.takeScanned('sb-xfs:sda'), machine.deferred.get('sb-xfs:sda')]).toEqual([1024, 1562]);
    machine.walk({ priority: 6, gfpFs: false });
    expect(machine.deferred.get('sb-xfs:sda')).toBe(3124);
  });

  test('nothing to count: the deferred count stays, and no tracepoint is hit', () => {
    const machine = new Machine({ count: () => 0, scan: () => ({}) });
    machine.deferred.set('sb-xfs:sda', 77);
    machine.walk({ priority: 0 });
    expect([machine.scans, machine.traces, machine.deferred.get('sb-xfs:sda')]).toEqual([[], [], 77]);
  });
});

test('a scan takes CPU time by what it did, and hits its tracepoints in order', () => {
  const dispose: InodeRun[] = [{ ino: 0, count: 40, fate: 'postEof' }];
  const once = { freed: 340, umountHeld: true, dispose, dentries: 300, fsShare: 24 };
  const machine = new Machine({ count: () => 1000, scan: () => once });
  const { walk } = machine.walk({ priority: 1 });
  expect(Object.fromEntries(machine.cpuTimes)).toEqual({
    callShrinker: 1,
    isolateInode: 1000 - 24,
    pruneDentry: 300,
    evictInode: 40,
    lookAtInode: 64,
    reclaimInode: 10,
  });
  expect(walk).toMatchObject({ freed: 340, credit: 0 });
  expect(machine.traces).toEqual([
    'mm_shrink_slab_start',
    'prune_icache_begin',
    'prune_icache_end',
    'reclaim_nr_begin',
    'reclaim_nr_end',
    'mm_shrink_slab_end',
  ]);
});

describe('every isolated inode goes on exactly once', () => {
  const fates: InodeFate[] = ['clean', 'postEof', 'unlinked', 'unlinkedEmpty'];
  const runs = fc.array(
    fc.record({ count: fc.integer({ min: 1, max: 70 }), fate: fc.constantFrom<InodeFate>(...fates) }),
    { maxLength: 12 },
  );
  const each = (all: readonly InodeRun[]): string[] =>
    all.flatMap(({ ino, count, fate }) => Array.from({ length: count }, (_, i) => `${ino + i} ${fate}`));

  test.each([
    'throttle=always',
    'throttle=skip-kswapd',
    'throttle=timed(10ms)',
    'throttle=watermarks(64,8)',
    'throttle=outside-rwsem',
    'throttle=allocators',
    'throttle=inline',
  ])('%s', (text) => {
    const policy = parsePolicy(text, profileNamed('v6.1').policy);
    fc.assert(
      fc.property(runs, fc.array(fc.integer({ min: 1, max: 33 }), { minLength: 1, maxLength: 5 }), (shapes, takes) => {
        let ino = 0;
        const dispose = shapes.map(({ count, fate }): InodeRun => {
          const run = { ino, count, fate };
          ino += count + (count % 2);
          return run;
        });
        let call = 0;
        const machine = new Machine({
          count: () => 1000,
          scan: () => ({ dispose, freed: countInodes(dispose), umountHeld: true }),
          queue: (offered) => {
            const take = takes[call % takes.length] ?? 1;
            call += 1;
            return { count: Math.min(offered, take), throttle: take <= offered };
          },
        });
        const { walk } = machine.walk({ priority: 1, policy });
        expect(walk.freed).toBe(countInodes(dispose));
        const needed = dispose.filter(({ fate }) => fate !== 'clean');
        expect(each(machine.clean)).toEqual(each(dispose.filter(({ fate }) => fate === 'clean')));
        expect(each(text === 'throttle=inline' ? machine.inactivated : machine.queued)).toEqual(each(needed));
        expect(walk.debts).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
