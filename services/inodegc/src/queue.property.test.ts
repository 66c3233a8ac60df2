/**
 * xfs_inodegc_queue of several inodes in one message: the same as one by one, as far as anybody outside can tell
 * (design: what is a message).
 */
import type { Effect, Message } from '@dragon/engine';
import {
  allInodes,
  inodeNumber,
  type InodeFate,
  type InodegcQueue,
  type InodeRun,
  parsePolicy,
  profileNamed,
  type QueueCaller,
  type ScheduledDefinition,
} from '@dragon/kernel';
import { TIMER } from '@dragon/statechart';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Batch } from './batch.ts';
import { definitions } from './index.ts';

/** Queueing needs no CPU: the kworker's own agent is what is looked at. */
const inodegc = (definitions[0] as unknown as ScheduledDefinition).inner;

type State = ReturnType<typeof inodegc.restore>;

/** What happened before the inodes are queued: another queuer, a hit, a flush, a run that the worker has begun. */
const BEFORE: readonly (readonly [from: string, message: Message])[] = [
  ['inode-cache', { type: 'inodegc.shrinkerHit' }],
  ['closer/7', { type: 'inodegc.flush', token: 1, awaitLow: false }],
  ['inodegc/0', { type: TIMER, name: 'startWork', state: 'worker.starting' }],
  ['freezer/0', { type: 'inodegc.setEnabled', enabled: false }],
  ['statfs/0', { type: 'inodegc.push' }],
  ['inodegc/0', { type: TIMER, name: 'jiffy', state: 'timer.armed' }],
  ['closer/7', queueMessage([{ ino: 5_000, count: 1, fate: 'unlinked' }])],
  ['closer/7', queueMessage([{ ino: 5_100, count: 33, fate: 'postEof' }])],
  ['closer/7', queueMessage([{ ino: 5_200, count: 200, fate: 'postEof' }])],
];

function queueMessage(inodes: readonly InodeRun[], caller: Partial<QueueCaller> = {}): Message {
  const nobody: QueueCaller = {
    journalInfo: false,
    nofs: false,
    kswapd: false,
    reclaimState: false,
    disarmed: false,
    nearQuota: false,
  };
  return { type: 'inodegc.queueInodes', inodes, caller: { ...nobody, ...caller } };
}

const run = fc.record({
  ino: fc.integer({ min: 0, max: 3 }).map((ag) => inodeNumber(ag, 128)),
  count: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 300 })),
  fate: fc.constantFrom<InodeFate>('postEof', 'unlinked', 'unlinkedEmpty'),
});
const policies = ['', 'throttle=skip-kswapd', 'throttle=watermarks(40,10)', 'throttle=timed(1ms)', 'exempt=nofs'];

/** What can be seen of a queuer's messages: how many inodes went in, and whether the last of them made it wait. */
interface Seen {
  readonly accepted: number;
  readonly throttled: boolean;
  readonly state: State;
  readonly listChanges: readonly Message[];
  readonly others: readonly Effect[];
}

/** Gives the runs in messages of the given sizes, as a queuer does: it stops when it is told to wait. */
function queueInPieces(state: State, pieces: readonly (readonly InodeRun[])[], caller: Partial<QueueCaller>): Seen {
  let seen: Seen = { accepted: 0, throttled: false, state, listChanges: [], others: [] };
  for (const inodes of pieces) {
    const step = inodegc.receive(seen.state, {
      message: queueMessage(inodes, caller),
      from: 'kswapd/0',
      at: 0,
    });
    const sent = step.effects.flatMap((effect) => (effect.kind === 'send' ? [effect] : []));
    const reply = sent.find(({ to }) => to === 'kswapd/0')?.message as { count: number; throttle: boolean } | undefined;
    seen = {
      accepted: seen.accepted + (reply?.count ?? 0),
      throttled: reply?.throttle ?? false,
      state: step.state,
      listChanges: [
        ...seen.listChanges,
        ...sent.filter(({ to }) => to === 'inode-cache').map(({ message }) => message),
      ],
      others: [...seen.others, ...sent.filter(({ to }) => to !== 'kswapd/0' && to !== 'inode-cache')],
    };
    if (seen.throttled) break;
  }
  return seen;
}

/** The inodes one by one: where runs are cut is nobody's business. */
const oneByOne = (runs: readonly InodeRun[]): InodeRun[] =>
  runs.flatMap(({ ino, count, fate }) => Array.from({ length: count }, (_, i) => ({ ino: ino + i, count: 1, fate })));

/** The runs of a batch that are not begun, in the order in which they were queued. */
function leftOf({ runs, at, left }: Batch): InodeRun[] {
  return runs.slice(0, at + 1).map((each, i) => (i === at ? { ...each, count: left } : each));
}

function worldOf(state: State): unknown {
  const { value, context } = inodegc.save(state) as {
    value: unknown;
    context: { queue: InodegcQueue; work: unknown; batch: Batch; inode: unknown };
  };
  const { queue, work, batch, inode } = context;
  const list = oneByOne(allInodes(queue.list));
  return { value, facts: factsOf(state), queue: { ...queue, list }, work, batch: oneByOne(leftOf(batch)), inode };
}

const factsOf = (state: State): unknown => {
  const { task, resources } = inodegc.facts(state);
  return { task, resources };
};

test('queueing in one message is queueing one by one', () => {
  const before = fc.array(fc.constantFrom(...BEFORE), { maxLength: 6 });
  const caller = fc.record({
    journalInfo: fc.boolean(),
    nofs: fc.boolean(),
    kswapd: fc.boolean(),
    disarmed: fc.boolean(),
    nearQuota: fc.boolean(),
  });
  const runs = fc.array(run, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.constantFrom(...policies),
      before,
      caller,
      runs,
      fc.nat(),
      (policyText, history, who, inodes, salt) => {
        const policy = parsePolicy(policyText, profileNamed('v6.1').policy);
        let { state } = inodegc.init({ cpu: 0, node: 0, policy, lowSpace: salt % 5 === 0 }, 'inodegc/0');
        for (const [from, message] of history) {
          // A timer that is not armed does not fire.
          if (from === 'inodegc/0' && !timerIsArmed(state, message)) continue;
          ({ state } = inodegc.receive(state, { message, from, at: 0 }));
        }
        const all = oneByOne(inodes);
        const whole = queueInPieces(state, [inodes], who);
        for (const pieces of [all.map((each) => [each]), cutAnyhow(all, salt)]) {
          const cut = queueInPieces(state, pieces, who);
          expect(cut.accepted).toBe(whole.accepted);
          expect(cut.throttled).toBe(whole.throttled);
          expect(cut.listChanges).toEqual(whole.listChanges);
          expect(cut.others).toEqual(whole.others);
          expect(worldOf(cut.state)).toEqual(worldOf(whole.state));
        }
      },
    ),
    { numRuns: 60 },
  );
});

const timerIsArmed = (state: State, { state: owner }: Message): boolean =>
  inodegc
    .describe(state)
    .split(' ')
    .includes(owner as string);

/** Cuts the inodes into pieces of 1 to 40, by a number that stands for the choice. */
function cutAnyhow(all: readonly InodeRun[], salt: number): InodeRun[][] {
  const pieces: InodeRun[][] = [];
  for (let at = 0, i = 0; at < all.length; i += 1) {
    const size = 1 + ((salt + 7 * i) % 40);
    pieces.push(all.slice(at, at + size));
    at += size;
  }
  return pieces;
}
