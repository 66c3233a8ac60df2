/** The pool of worker threads, with programs that misbehave: one error that names the run, or none at all. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { AgentFault } from '@dragon/engine';
import { OperationalError } from '../failure.ts';
import { SweepRequest } from '../sweep/sweep-request.ts';
import { seedRange } from './seed-list.ts';
import type { Crew } from './crew.ts';
import { makeRuns, type RunOrder } from './run-pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'run-pool-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A worker that does `action` at the seed 3, and answers each order with its seed. */
function pool(name: string, action: string, last = 3_000, signal = new AbortController().signal, crew?: Crew) {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(
    path,
    `import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ settings: { seed } }) => {
      if (seed === 3) { ${action} }
      parentPort.postMessage({ answer: seed });
    });`,
  );
  const request = new SweepRequest('short-queue', { seeds: seedRange(1, last) });
  const answered: number[] = [];
  const failed: string[] = [];
  const done = makeRuns(request.jobs(), request.count, {
    program: { path, version: '' },
    workers: 2,
    signal,
    crew,
    asked: 'verdict',
    onAnswer: ({ seed }) => void answered.push(seed),
    onFailure: ({ request: { replayArguments } }) => void failed.push(replayArguments),
  });
  return { done, answered, failed };
}

const byNumber = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

test('every run is made once, and more than fit ahead of the first', async () => {
  const { done, answered } = pool('good', '');
  await done;
  expect(byNumber(answered)).toEqual(Array.from({ length: 3_000 }, (_, i) => i + 1));
});

test.each([
  ['answers nothing', 0],
  ['answers every second order, and that twice', 2],
])('a crew that %s: every run counts once', async (_, answers) => {
  let [given, closed] = [0, 0];
  let onReply: (index: number, reply: unknown) => void = () => undefined;
  const away = new Set<number>();
  const crew: Crew = {
    handout: {
      get room() {
        return 7 - away.size;
      },
      listen: (listener) => void (onReply = listener),
      give(index, order) {
        const { seed } = (order as RunOrder).settings;
        given += 1;
        away.add(index);
        if (answers === 0 || index % 2 === 0) return;
        setImmediate(() => {
          away.delete(index);
          for (let i = 0; i < answers; i += 1) onReply(index, { answer: seed });
          onReply(index + 1, 'no reply at all');
        });
      },
      forget: (index) => void away.delete(index),
    },
    close: () => Promise.resolve(void (closed += 1)),
  };
  const { done, answered } = pool(`crew-${answers}`, '', 200, undefined, crew);
  await done;
  expect(byNumber(answered)).toEqual(Array.from({ length: 200 }, (__, i) => i + 1));
  expect(given).toBeGreaterThan(6);
  expect([away.size, closed]).toEqual([0, 1]);
});

test('no run at all is done at once', async () => {
  const { done, answered } = pool('none', '', 0);
  await done;
  expect(answered).toEqual([]);
});

test('no run gets further ahead than somebody who wants them in order would keep', async () => {
  const stop = new AbortController();
  const stuck = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);';
  const { done, answered } = pool('stuck', stuck, 3_000, stop.signal);
  const rejected = expect(done).rejects.toThrow('enough');
  // All up to 1,024 ahead of the stuck run, but for that one and the one that waits behind it in its thread.
  while (answered.length < 2 + 1_024 - 2) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(answered).toHaveLength(2 + 1_024 - 2);
  expect(Math.max(...answered)).toBeLessThanOrEqual(2 + 1_024);
  stop.abort(new Error('enough'));
  await rejected;
});

test.each([
  ['process.exit(7)', 'it ended with code 7'],
  ["throw new Error('boom')", 'boom'],
])('a worker that dies by %s is one line that names its run', async (action, why) => {
  const { done } = pool('dies', action);
  const error: unknown = await done.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(OperationalError);
  expect((error as Error).message).toBe(`a worker thread died in the run npx dragon run short-queue --seed 3: ${why}`);
});

test('a run that fails is told before everything is rejected, with the class of its error', async () => {
  const failure = { kind: 'agent-fault', seed: 3, agent: 'kswapd/0', event: undefined, cause: 'a bug' };
  const { done, failed } = pool('fails', `parentPort.postMessage({ failure: ${JSON.stringify(failure)} }); return;`);
  await expect(done).rejects.toThrow(new AgentFault(3, 'kswapd/0', undefined, 'a bug'));
  expect(failed).toEqual(['run short-queue --seed 3']);
});
