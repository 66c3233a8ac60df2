/**
 * The registry under random walks, registers and unregisters, in its three variants: no shrinker, reference, deferred
 * count or waiter is lost.
 */
import type { AgentDefinition, Message } from '@dragon/engine';
import type { ShrinkerInfo, ShrinkersPolicy } from '@dragon/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { definitions } from './index.ts';

const [shrinkers] = definitions as readonly [AgentDefinition];

const info = (id: string): ShrinkerInfo => ({ id, owner: null, seeks: 2, batch: 128 });
const MOUNTED = ['sb', 'buf', 'gc'];

/**
 * A thread as the registry's messages make it: outside, walking (and where), or asleep until its change of the list is
 * made.
 */
type Thread =
  | { readonly doing: 'nothing' }
  | { readonly doing: 'walking'; readonly at: string | null; readonly nrDeferred: number; readonly done: boolean }
  | { readonly doing: 'waiting'; readonly id: string; readonly wants: 'preallocate' | 'register' | 'unregister' };

/** Threads that speak to one registry, which answers within the instant. */
class World {
  state: unknown;
  readonly threads = new Map<string, Thread>();
  /** Of each registered shrinker, the deferred work that is with the registry or with a walk. */
  readonly deferred = new Map<string, number>();
  readonly registered = new Set<string>(MOUNTED);
  /** Unregistered, but under the rwsem on the list until those who walk it are out. */
  readonly leaving = new Set<string>();
  readonly #mechanism: ShrinkersPolicy;

  constructor(mechanism: ShrinkersPolicy) {
    this.#mechanism = mechanism;
    this.state = shrinkers.init({ mechanism, shrinkers: MOUNTED.map(info) }, 'shrinkers').state;
  }

  thread(task: string): Thread {
    return this.threads.get(task) ?? { doing: 'nothing' };
  }

  say(task: string, message: Message): void {
    const { state, effects } = shrinkers.receive(this.state, { message, from: task, at: 0 });
    this.state = state;
    for (const effect of effects) if (effect.kind === 'send') this.#hear(effect.to, effect.message);
    expect(JSON.parse(JSON.stringify(shrinkers.save(state)))).toEqual(shrinkers.save(state));
  }

  #hear(task: string, message: Message): void {
    const thread = this.thread(task);
    switch (message.type) {
      case 'task.shrinkSlabBegun':
        if (message['entered'] === true)
          this.threads.set(task, { doing: 'walking', at: null, nrDeferred: 0, done: false });
        else expect(this.#mechanism).toBe('rwsem');
        break;
      case 'task.shrinkerChosen': {
        expect(thread.doing).toBe('walking');
        const chosen = message['shrinker'] as ShrinkerInfo | null;
        const nrDeferred = message['nrDeferred'] as number;
        if (chosen !== null) expect([...this.registered, ...this.leaving]).toContain(chosen.id);
        this.threads.set(task, { doing: 'walking', at: chosen?.id ?? null, nrDeferred, done: chosen === null });
        break;
      }
      case 'task.shrinkerPreallocated':
        expect(thread).toEqual({ doing: 'waiting', id: message['shrinker'], wants: 'preallocate' });
        this.threads.delete(task);
        break;
      case 'task.shrinkerRegistered':
        expect(thread).toEqual({ doing: 'waiting', id: message['shrinker'], wants: 'register' });
        this.registered.add(message['shrinker'] as string);
        this.threads.delete(task);
        break;
      case 'task.shrinkerUnregistered':
        expect(thread).toEqual({ doing: 'waiting', id: message['shrinker'], wants: 'unregister' });
        if (message['deferred'] !== true) {
          // Nobody is inside a shrinker that is gone, whatever protects the list.
          expect(this.#inside(message['shrinker'] as string)).toEqual([]);
          this.leaving.delete(message['shrinker'] as string);
        }
        this.threads.delete(task);
        break;
      default:
        throw new Error(`${task} was sent ${message.type}`);
    }
  }

  #inside(id: string): string[] {
    return [...this.threads].flatMap(([task, thread]) =>
      thread.doing === 'walking' && thread.at === id ? [task] : [],
    );
  }

  /** Goes on with what the thread does: next shrinker, or out. */
  walkOn(task: string, leaves: number): void {
    const thread = this.thread(task);
    if (thread.doing !== 'walking') return;
    if (thread.done) {
      this.threads.delete(task);
      this.say(task, { type: 'shrinkers.endShrinkSlab' });
      return;
    }
    const deferred = thread.at === null ? 0 : thread.nrDeferred + leaves;
    if (thread.at !== null) this.deferred.set(thread.at, (this.deferred.get(thread.at) ?? 0) + leaves);
    this.threads.set(task, { ...thread, at: null, nrDeferred: 0 });
    this.say(task, { type: 'shrinkers.nextShrinker', after: thread.at, deferred });
  }

  /** Returns what the list and the walks hold of deferred work, by shrinker. */
  deferredFound(): Map<string, number> {
    const found = new Map<string, number>();
    const add = (id: string, count: number): unknown => count > 0 && found.set(id, (found.get(id) ?? 0) + count);
    for (const { info: each, nrDeferred } of this.entries()) add(each.id, nrDeferred);
    for (const thread of this.threads.values())
      if (thread.doing === 'walking' && thread.at !== null && this.registered.has(thread.at))
        add(thread.at, thread.nrDeferred);
    return found;
  }

  entries(): readonly {
    readonly info: ShrinkerInfo;
    readonly nrDeferred: number;
    readonly users: readonly string[];
  }[] {
    return (this.#context() as { entries: never }).entries;
  }

  deferredRemovals(): readonly string[] {
    return (this.#context() as { deferredRemovals: never }).deferredRemovals;
  }

  #context(): unknown {
    return (shrinkers.save(this.state) as { context: unknown }).context;
  }
}

const TASKS = ['k0', 'k1', 'd0', 'd1', 'r0', 'r1'];
const actions = fc.array(
  fc.record({
    task: fc.constantFrom(...TASKS),
    what: fc.constantFrom('walk', 'walk', 'walk', 'walk', 'preallocate', 'register', 'unregister', 'tryUnregister'),
    which: fc.nat(9),
  }),
  { maxLength: 120 },
);

test.each(['rwsem', 'srcu', 'refcount'] as const)('%s: nothing is lost', (mechanism) => {
  fc.assert(
    fc.property(actions, (steps) => {
      const world = new World(mechanism);
      let made = 0;
      for (const { task, what, which } of steps) {
        const thread = world.thread(task);
        if (thread.doing === 'waiting') continue;
        if (thread.doing === 'walking') {
          world.walkOn(task, which);
        } else if (what === 'walk') {
          world.say(task, { type: 'shrinkers.beginShrinkSlab' });
        } else if (what === 'preallocate') {
          world.threads.set(task, { doing: 'waiting', id: 'new', wants: 'preallocate' });
          world.say(task, { type: 'shrinkers.preallocate', shrinker: 'new' });
        } else if (what === 'register') {
          const id = `new${(made += 1)}`;
          world.threads.set(task, { doing: 'waiting', id, wants: 'register' });
          world.say(task, { type: 'shrinkers.register', shrinker: info(id) });
        } else {
          const id = [...world.registered][which % world.registered.size];
          if (id === undefined) continue;
          world.registered.delete(id);
          world.deferred.delete(id);
          if (mechanism === 'rwsem') world.leaving.add(id);
          world.threads.set(task, { doing: 'waiting', id, wants: 'unregister' });
          world.say(task, { type: `shrinkers.${what}`, shrinker: id });
        }
        const registered = new Map([...world.deferred].filter(([id, n]) => n > 0 && world.registered.has(id)));
        const found = new Map([...world.deferredFound()].filter(([id]) => world.registered.has(id)));
        expect(found).toEqual(registered);
      }

      // Everybody who is inside leaves: then nobody waits, and the list is what was registered, in the order in which
      // it was.
      for (let left = true; left; ) {
        left = false;
        for (const task of TASKS) {
          if (world.thread(task).doing !== 'walking') continue;
          world.walkOn(task, 0);
          left = true;
        }
      }
      expect([...world.threads.values()].filter(({ doing }) => doing === 'waiting')).toEqual([]);
      expect(world.deferredRemovals()).toEqual([]);
      expect(world.entries().map((entry) => entry.info.id)).toEqual([...world.registered]);
      expect(world.entries().flatMap((entry) => entry.users)).toEqual([]);
      expect(shrinkers.facts(world.state).resources).toEqual([]);
      expect(shrinkers.describe(world.state)).toBe('idle');
    }),
    { numRuns: 150 },
  );
});
