/** A request is repeated until its own answer comes, and given up when its federate is silent: work is not silence. */
import { expect, test } from 'vitest';
import type { Frame } from './frame.ts';
import { PendingRequests } from './pending-requests.ts';

const of = { from: 'a', session: 1 };
const report = (window: number): Frame<'report'> => ({
  kind: 'report',
  ...of,
  window,
  next: 9,
  sent: [],
  changes: [],
  hits: [],
  lines: [],
  census: [],
  processed: 0,
  fault: null,
  rows: [],
});

function ask() {
  const pending = new PendingRequests({ repeatMs: 10, silenceMs: 100 });
  const posted = { times: 0 };
  const body = { kind: 'grant' as const, window: 2, after: 1, lbts: 50, expect: [], acked: [] };
  const answer = pending.add({ to: 'a', body }, () => {
    posted.times += 1;
  });
  const settled: unknown[] = [];
  void answer.then(
    (frame) => settled.push(frame.window),
    (error: unknown) => settled.push(error instanceof Error ? error.message : error),
  );
  const settles = async () => {
    await Promise.resolve();
    return settled;
  };
  return { pending, posted, settles };
}

test('repeats until the answer comes, and then no more', async () => {
  const { pending, posted, settles } = ask();
  for (let i = 0; i < 3; i += 1) pending.passTime(10);
  expect(posted.times).toBe(4);
  pending.answered(report(2), 'x');
  for (let i = 0; i < 30; i += 1) pending.passTime(10);
  expect(await settles()).toEqual([2]);
  expect(posted.times).toBe(4);
});

test('the answer of another window, of another kind or of another federate is none', async () => {
  const { pending, settles } = ask();
  pending.answered(report(1), 'x');
  pending.answered({ ...report(2), from: 'b' }, 'x');
  pending.answered(
    { kind: 'finished', ...of, digests: [], history: [], processed: 0, next: 9, stepUs: 0, wireUs: 0 },
    'x',
  );
  expect(await settles()).toEqual([]);
});

test('an answer that comes twice is one, and a second one that is another is trouble', async () => {
  const { pending, settles } = ask();
  pending.answered(report(2), 'x');
  pending.answered(report(2), 'x');
  expect(await settles()).toEqual([2]);
  expect(() => pending.answered(report(2), 'y')).toThrow(
    'federate a answered twice, and not the same, to the grant of window 2: somebody else speaks in its name',
  );
});

test('gives up a silent federate, and says what it was asked and what it waits for', async () => {
  const { pending, settles } = ask();
  pending.busy({ kind: 'busy', ...of, window: 2, missing: [{ name: 'b', seqs: [7, 8] }] });
  for (let i = 0; i < 10; i += 1) pending.passTime(10);
  expect(await settles()).toEqual([
    'federate a has not answered for 0.1 s: it was asked to process window 2, up to 50 ns, but waits for frame 7 of b',
  ]);
});

test('a federate at work is not silent', async () => {
  const { pending, settles } = ask();
  for (let i = 0; i < 50; i += 1) {
    pending.passTime(10);
    pending.busy({ kind: 'busy', ...of, window: 2, missing: [] });
  }
  expect(await settles()).toEqual([]);
  pending.rejectAll(new Error('stopped'));
  expect(await settles()).toEqual(['stopped']);
});
