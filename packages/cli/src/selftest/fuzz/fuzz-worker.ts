/**
 * The program of a thread that tries cases: it does what it is told, batch by batch, and what it hangs or dies of, the
 * thread that started it finds out.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { FuzzedKind } from './fuzzed-kind.ts';
import type { FuzzBatch, FuzzBatchDone, FuzzWorkerData } from './fuzz-batch.ts';
import type { FuzzKind } from './fuzz-kinds.ts';

const { seed, folder, at } = workerData as FuzzWorkerData;
const place = new Int32Array(at);
const opened = new Map<FuzzKind, Promise<FuzzedKind>>();

parentPort?.on('message', (batch: FuzzBatch) => void tried(batch).then((done) => parentPort?.postMessage(done, [])));

async function tried({ kind, first, count }: FuzzBatch): Promise<FuzzBatchDone> {
  const fuzzed = opened.get(kind) ?? FuzzedKind.open(kind, seed, folder);
  opened.set(kind, fuzzed);
  const answers = new Map<string, number>();
  const wrong: { nth: number; what: string }[] = [];
  const cases = await fuzzed;
  for (let nth = first; nth < first + count; nth += 1) {
    Atomics.store(place, 0, nth);
    const outcome = await cases.case(nth);
    if ('wrong' in outcome) wrong.push({ nth, what: outcome.wrong });
    else answers.set(outcome.answer, (answers.get(outcome.answer) ?? 0) + 1);
  }
  return { answers: Object.fromEntries(answers), wrong };
}
