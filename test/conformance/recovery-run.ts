/** A federation over memory in which whoever is told to is killed at a frame, and started again. */
import type { Plan, Row, TraceHit } from '@dragon/engine';
import {
  coordinate,
  type HandedOn,
  type MemoryFaults,
  MemoryHub,
  MemoryStore,
  runFederate,
  type RunStore,
} from '@dragon/federation';
import { byKind, newRun, QUICK, type Run } from './federation-runs.ts';
import { CycleFinder } from './federation-toys.ts';

export interface Kill {
  /** After so many frames that were published by anybody since all were started. */
  readonly frame: number;
  readonly who: string;
}

export interface Disturbed extends Run {
  /** Frames published by anybody. */
  readonly frames: number;
  /** Who was killed. */
  readonly killed: readonly string[];
  readonly store: MemoryStore;
}

export const COORDINATOR = 'coordinator';

interface Process {
  readonly kill: () => void;
}

/** Runs a plan on federates `f0`, `f1` and so on, with a checkpoint every so many rounds. */
export async function withKills(
  plan: Plan,
  federates: number,
  kills: readonly Kill[],
  { everyRounds = 3, faults }: { readonly everyRounds?: number; readonly faults?: MemoryFaults } = {},
): Promise<Disturbed> {
  const run = newRun();
  const hub = new MemoryHub({ faults });
  const store = new MemoryStore();
  const processes = new Map<string, Process>();
  const killed: string[] = [];
  let frames = Number.NEGATIVE_INFINITY;
  const linkOf = () => {
    const link = hub.link();
    const publish = link.publish.bind(link);
    link.publish = (subject, bytes) => {
      publish(subject, bytes);
      frames += 1;
      for (const { who } of kills.filter(({ frame }) => frame === frames)) {
        killed.push(who);
        // Killed again before it was started again, also by what it says as it dies, it is started once.
        const killedNow = processes.get(who);
        if (killedNow === undefined) continue;
        processes.delete(who);
        killedNow.kill();
        setImmediate(() => start(who));
      }
    };
    return link;
  };
  let isOver = false;
  const startFederate = (name: string) => {
    const [link, dead] = [linkOf(), new AbortController()];
    let isKilled = false;
    const openStore = () => Promise.resolve(storeUntil(store, dead.signal));
    const options = { run, name, definitions: byKind, ...QUICK, openStore, signal: dead.signal };
    // Whoever launches processes starts one again that ends before the run is over.
    runFederate(link, options).then(
      () => {
        // One that was killed as it ended is started already.
        if (isOver || isKilled) return;
        processes.delete(name);
        start(name);
      },
      (error: unknown) => isKilled || reject(error),
    );
    const kill = () => {
      isKilled = true;
      void link.close();
      dead.abort();
    };
    processes.set(name, { kill });
  };
  // What a coordinator hands on is what outlives it, as a file does.
  const rows: Row[] = [];
  const hits: TraceHit[] = [];
  type Over = Pick<Run, 'result' | 'applied'>;
  let resolve: (over: Over) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const over = new Promise<Over>((done, failed) => {
    [resolve, reject] = [done, failed];
  });
  const startCoordinator = () => {
    const [link, dead, finder] = [linkOf(), new AbortController(), new CycleFinder()];
    let isKilled = false;
    const kill = () => {
      isKilled = true;
      void link.close();
      dead.abort();
    };
    processes.set(COORDINATOR, { kill });
    const resume = (handedOn: HandedOn) => {
      rows.splice(handedOn.rows);
      hits.splice(handedOn.hits);
    };
    coordinate(link, {
      run,
      plan,
      finders: [finder],
      federates,
      ...QUICK,
      signal: dead.signal,
      onRow: (row) => void (isKilled || rows.push(row)),
      onTrace: (hit) => void (isKilled || hits.push(hit)),
      recovery: { store: storeUntil(store, dead.signal), everyRounds, resume },
    }).then(
      (result) => isKilled || resolve({ result, applied: finder.applied }),
      (error: unknown) => isKilled || reject(error),
    );
  };
  const start = (name: string) => (name === COORDINATOR ? startCoordinator() : startFederate(name));
  for (let index = 0; index < federates; index += 1) start(`f${index}`);
  start(COORDINATOR);
  frames = 0;
  const { result, applied } = await over;
  isOver = true;
  for (const { kill } of processes.values()) kill();
  return { result, applied, rows, hits, frames, killed, store };
}

/** What a process that is killed has asked for is done, and nothing after that. */
function storeUntil(store: MemoryStore, dead: AbortSignal): RunStore {
  const never = new Promise<never>(() => {});
  return {
    put: (key, bytes) => (dead.aborted ? never : store.put(key, bytes)),
    get: (key) => store.get(key),
    remove: (key) => (dead.aborted ? never : store.remove(key)),
    append: (bytes) => void (dead.aborted || store.append(bytes)),
    entries: () => store.entries(),
    trim: (keep) => (dead.aborted ? never : store.trim(keep)),
  };
}
