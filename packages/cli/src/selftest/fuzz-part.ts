/**
 * The part `fuzz`: malformed input of each kind for its parser. Threads try the cases; this one looks after them, as
 * one of them may hang or run out of memory, which is what a file must not do to this program.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { unknownName } from '@dragon/kernel';
import { thousands } from '@dragon/report';
import { type BundledProgram, bundledPrograms } from '../bundle/bundled-programs.ts';
import { UsageError } from '../failure.ts';
import { FUZZ_KIND_NAMES, type FuzzKind, isFuzzKind } from './fuzz/fuzz-kinds.ts';
import type { FuzzBatch, FuzzBatchDone, FuzzWorkerData } from './fuzz/fuzz-batch.ts';
import { Counts, type PartReport, type PartRequest, type SelftestFailure, type SelftestPart } from './selftest-part.ts';

export const FUZZ: SelftestPart = {
  name: 'fuzz',
  about: 'malformed files and frames: each is refused, or read as far as it can be',
  run: fuzz,
};

/** Cases that a thread is told at a time. */
const BATCH = 25;
/** A case that takes longer hangs: the command itself gives up after two seconds where it may be long. */
const HANGS_MS = 30_000;
const LOOK_MS = 1_000;
/** What a thread may fill with objects. The files are short. */
const MOST_HEAP_MB = 768;
/** What all of them together may fill with anything. */
const MOST_RESIDENT = 3 * 2 ** 30;

async function fuzz(asked: PartRequest): Promise<PartReport> {
  const kinds = kindsOf(asked.only);
  const program = (await bundledPrograms())('fuzz-worker');
  const folder = mkdtempSync(join(tmpdir(), 'dragon-fuzz-'));
  const counts = new Counts();
  const failures: SelftestFailure[] = [];
  const batches = batchesOf(kinds, asked);
  let tried = 0;
  const progress = () => asked.onProgress(`${thousands(tried)} inputs, ${failures.length} wrong`);
  const fail = (kind: FuzzKind, nth: number, what: string) =>
    failures.push({ what: `${kind}: ${what}`, only: `${kind}/${nth}` });

  /** One thread after the other, as a thread that hangs is not used again. */
  const lane = async (number: number) => {
    let thread: FuzzThread | undefined;
    try {
      for (let batch = batches.next(); batch.done !== true; batch = batches.next()) {
        let left: FuzzBatch | undefined = batch.value;
        while (left !== undefined) {
          thread ??= new FuzzThread(program, { seed: asked.seed, folder: join(folder, String(number)) });
          const done: FuzzBatchDone | Lost = await thread.tries(left, asked.signal);
          if ('lost' in done) {
            // Of those before it nothing is known but that they were answered.
            counts.add(left.kind, done.nth - left.first + 1);
            fail(left.kind, done.nth, done.lost);
            await thread.end();
            thread = undefined;
            left = restOf(left, done.nth + 1);
            continue;
          }
          counts.add(left.kind, left.count);
          tried += left.count;
          for (const { nth, what } of done.wrong) fail(left.kind, nth, what);
          left = undefined;
          progress();
        }
      }
    } finally {
      await thread?.end();
    }
  };

  try {
    const lanes = Math.min(availableParallelism(), kinds.length);
    await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
  } catch (error) {
    if (!asked.signal.aborted) throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { counts: counts.all, failures, troubles: [] };
}

/** Returns what is left of a batch from a case on. */
function restOf({ kind, first, count }: FuzzBatch, from: number): FuzzBatch | undefined {
  const rest = first + count - from;
  return rest > 0 ? { kind, first: from, count: rest } : undefined;
}

function kindsOf([only]: readonly string[]): readonly FuzzKind[] {
  if (only === undefined) return FUZZ_KIND_NAMES;
  if (!isFuzzKind(only)) throw new UsageError(unknownName('kind of input', only, FUZZ_KIND_NAMES));
  return [only];
}

/** Yields the batches of all kinds in turns, until there are enough cases or no time. */
function* batchesOf(kinds: readonly FuzzKind[], asked: PartRequest): Generator<FuzzBatch, undefined> {
  const [, only] = asked.only;
  if (only !== undefined) {
    for (const kind of kinds) yield { kind, first: Number(only), count: 1 };
    return undefined;
  }
  const cases = asked.cases ?? Number.POSITIVE_INFINITY;
  for (let first = 0; first < cases; first += BATCH)
    for (const kind of kinds) {
      if (performance.now() >= asked.until || asked.signal.aborted) return undefined;
      yield { kind, first, count: Math.min(BATCH, cases - first) };
    }
  return undefined;
}

/** A case that its thread was lost with, and why. */
interface Lost {
  readonly nth: number;
  readonly lost: string;
}

class FuzzThread {
  readonly #worker: Worker;
  readonly #at = new Int32Array(new SharedArrayBuffer(4));
  #ended: string | undefined;
  #onDone: ((done: FuzzBatchDone) => void) | undefined;
  #onLost: ((lost: string) => void) | undefined;

  constructor({ path }: BundledProgram, { seed, folder }: Omit<FuzzWorkerData, 'at'>) {
    this.#worker = new Worker(path, {
      execArgv: [],
      workerData: { seed, folder, at: this.#at.buffer } satisfies FuzzWorkerData,
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
    });
    this.#worker.on('message', (done: FuzzBatchDone) => this.#onDone?.(done));
    this.#worker.on('error', (error) => this.#lose(error.message));
    this.#worker.on('exit', (code) => this.#lose(`its thread ended with code ${code}`));
  }

  #lose(why: string): void {
    this.#ended ??= why;
    this.#onLost?.(this.#ended);
  }

  /** Resolves when the thread has tried the batch, or is lost; rejects with the signal's reason. */
  tries(batch: FuzzBatch, signal: AbortSignal): Promise<FuzzBatchDone | Lost> {
    Atomics.store(this.#at, 0, batch.first);
    return new Promise<FuzzBatchDone | Lost>((resolve, reject) => {
      let [last, since] = [-1, performance.now()];
      const look = () => {
        const nth = Atomics.load(this.#at, 0);
        if (nth !== last) [last, since] = [nth, performance.now()];
        const resident = process.memoryUsage.rss();
        if (performance.now() - since > HANGS_MS) settle({ nth, lost: 'hangs' });
        else if (resident > MOST_RESIDENT)
          settle({ nth, lost: `fills the memory: ${Math.round(resident / 2 ** 20)} MiB` });
      };
      const timer = setInterval(look, LOOK_MS);
      const onAbort = () => {
        clear();
        reject(signal.reason as Error);
      };
      const clear = () => {
        clearInterval(timer);
        signal.removeEventListener('abort', onAbort);
        this.#onDone = this.#onLost = undefined;
      };
      const settle = (outcome: FuzzBatchDone | Lost) => {
        clear();
        resolve(outcome);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#onDone = settle;
      this.#onLost = (lost) => settle({ nth: Atomics.load(this.#at, 0), lost });
      if (signal.aborted) onAbort();
      else if (this.#ended !== undefined) this.#onLost(this.#ended);
      else this.#worker.postMessage(batch, []);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
