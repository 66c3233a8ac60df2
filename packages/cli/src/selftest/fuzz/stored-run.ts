/**
 * A run of two federates in this process, and what it had stored when all of it was killed: as data, which another run
 * goes on from.
 */
import type { RunResult } from '@dragon/engine';
import { coordinate, MemoryHub, MemoryStore, runFederate, type RunStore } from '@dragon/federation';
import { packData, unpackData } from '@dragon/federation/codec';
import { reportFinders } from '@dragon/report';
import { DEFINITIONS, readRun, requestRun } from '@dragon/scenarios';

export const RUN = 'fuzzed';
export const KEY = 'the key of the run that is fuzzed';
const FEDERATES = ['f0', 'f1'];
/** There is no network here that anything could be slow on. */
const QUICK = { repeatMs: 20, silenceMs: 600, settleMs: 10, pulseMs: 20, joinMs: 600 } as const;
const EVERY_ROUNDS = 12;

const PLAN = requestRun(
  readRun({ scenario: 'seed-deadlock', profile: undefined, cpus: '1', seed: '3', until: '216ms' }),
).plan();

/** What a run has stored: sealed, as it lies there. */
export interface Stored {
  readonly values: readonly (readonly [key: string, message: Uint8Array])[];
  readonly journal: readonly Uint8Array[];
  /** Whether somebody with the key of the run has been at it. */
  readonly byKeyHolder: boolean;
}

export const packStored = (stored: Stored): Buffer => Buffer.from(packData(stored));
/** Of what `packStored` has packed, and nobody else. */
export const unpackStored = (bytes: Buffer): Stored => unpackData(bytes) as Stored;

export type RunEnd = Pick<RunResult, 'digest' | 'events' | 'endedAt'>;

/** Returns what a run has stored, each time that it is about to store something else, and how it ended. */
export async function storedRuns(): Promise<{ readonly end: RunEnd; readonly stored: readonly Stored[] }> {
  const store = new TappedStore();
  const end = await wholeRun(store, 'begins');
  return { end, stored: store.taken };
}

/** Goes on from what was stored, in processes that are all new. */
export async function goOn({ values, journal }: Stored): Promise<RunEnd> {
  const store = new MemoryStore();
  for (const [key, message] of values) await store.put(key, message);
  for (const entry of journal) store.append(entry);
  return wholeRun(store, 'goes on');
}

async function wholeRun(store: RunStore, how: 'begins' | 'goes on'): Promise<RunEnd> {
  const hub = new MemoryHub();
  const stop = new AbortController();
  const links = [hub.link(), ...FEDERATES.map(() => hub.link())];
  const [own, ...theirs] = links;
  const openStore = () => Promise.resolve(store);
  const ended = theirs.map((link, index) =>
    runFederate(link, {
      run: RUN,
      key: KEY,
      name: FEDERATES[index] ?? '',
      definitions: DEFINITIONS,
      openStore,
      signal: stop.signal,
      ...QUICK,
    }),
  );
  // What ends a federate ends the run, which says why.
  const settled = Promise.allSettled(ended);
  try {
    return await coordinate(own ?? hub.link(), {
      run: RUN,
      key: KEY,
      plan: PLAN,
      federates: FEDERATES.length,
      finders: reportFinders(PLAN).finders,
      // Its checkpoints have these, too.
      onRow: () => undefined,
      onTrace: () => undefined,
      onCensus: () => undefined,
      recovery: {
        store,
        everyMs: Number.MAX_SAFE_INTEGER,
        everyRounds: EVERY_ROUNDS,
        resume: () => undefined,
        awaitsFederates: how === 'goes on',
      },
      ...QUICK,
    });
  } finally {
    stop.abort();
    await settled;
    for (const link of links) await link.close();
  }
}

/** A store that remembers what was in it. */
class TappedStore extends MemoryStore {
  readonly taken: Stored[] = [];
  readonly #values = new Map<string, Uint8Array>();

  override async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#take();
    this.#values.set(key, new Uint8Array(bytes));
    await super.put(key, bytes);
  }

  override async remove(key: string): Promise<void> {
    await this.#take();
    this.#values.delete(key);
    await super.remove(key);
  }

  async #take(): Promise<void> {
    const values = [...this.#values];
    const journal = await this.entries();
    // Of a run that has not begun, or has no rounds since, there is nothing to go on from.
    if (journal.length > 0) this.taken.push({ values, journal, byKeyHolder: false });
  }
}
