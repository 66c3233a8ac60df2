/**
 * A peer that may use the server changes no result: without the run's key nothing that it says is heard; of a run
 * without a key, and of a federate that lies, the run ends and says in whose name something wrong was said.
 */
import { describe, expect, inject, test } from 'vitest';
import { connectNats, FederationError, type Link, MemoryHub, runFederate } from '@dragon/federation';
import { encode } from '../../packages/federation/src/codec.ts';
import type { Body, Frame } from '../../packages/federation/src/frame.ts';
import { type Heard, HostilePeer, lyingLink } from '../../packages/federation/src/hostile-peer.fixture.ts';
import { BODIES } from '../../packages/federation/src/sample-frames.ts';
import { subjectsOf } from '../../packages/federation/src/subjects.ts';
import { byKind, coordinateHere, expectSame, inFederation, inOneProcess, newRun, QUICK } from './federation-runs.ts';
import { toyPlan } from './federation-toys.ts';

const PLAN = toyPlan({ seed: 5, lockers: 0, until: 200_000 });
const LOCAL = inOneProcess(PLAN);
const NAMES = ['f0', 'f1', 'f2'];
const KEY = 'only the run has this key';

/** Runs with a key beside somebody who has none. Returns what the coordinator was told meanwhile. */
async function besides(run: string, act: (peer: HostilePeer, heard: Heard) => void): Promise<readonly string[]> {
  const hub = new MemoryHub();
  const peer = new HostilePeer(hub.link(), run, NAMES);
  peer.listen((heard) => act(peer, heard));
  const notices: string[] = [];
  const options = { run, key: KEY, federates: NAMES, onNotice: (text: string) => notices.push(text) };
  expectSame(await inFederation(PLAN, 3, () => Promise.resolve(hub.link()), options), LOCAL);
  return notices;
}

/** What somebody would say in another's name, right after that said something. */
function forgeries({ frame }: Heard): [from: string, body: Body][] {
  const nothing = { sent: [], changes: [], hits: [], lines: [], census: [], fault: null };
  if (frame.kind === 'grant')
    return NAMES.map((from) => [
      from,
      { ...nothing, kind: 'report', window: frame.window, next: 1, processed: 1, rows: [] },
    ]);
  if (frame.kind === 'events')
    return [
      [frame.from, { ...frame, events: [] }],
      ['stranger', frame],
    ];
  if (frame.kind === 'report') return [['coordinator', { ...BODIES.grant, window: frame.window + 1, expect: [] }]];
  return [];
}

const OTHERS: readonly [from: string, body: Body][] = [
  ['f0', { kind: 'fault', instance: 'i', text: 'made up', blamed: null, badCheckpoint: false }],
  ['coordinator', { kind: 'abort', text: 'made up', instances: [] }],
  ['coordinator', { kind: 'goodbye', instances: [] }],
  ['coordinator', { kind: 'pulse', beat: 1_000_000 }],
  ['coordinator', { kind: 'finish', end: 0, window: 0, history: [] }],
  ['f1', { ...BODIES.hello, kinds: 'any' }],
  ['evil-0', { ...BODIES.hello, kinds: 'any', capacity: 1_000_000 }],
  ['f1', BODIES.finished],
  ['f2', BODIES.placed],
  ['f2', { kind: 'resend', seqs: [1, 2, 3] }],
  ['watcher-x', { kind: 'pace', request: 9, paused: true, speed: null, stopBefore: null }],
];

describe('a peer without the key', () => {
  test('says everything twice, and again much later, and to others', async () => {
    await besides(newRun(), (peer, heard) => {
      peer.publish(heard.subject, heard.message);
      peer.sayElsewhere(heard);
      const old = peer.heard[Math.floor(peer.heard.length / 2)];
      if (old !== undefined) peer.publish(old.subject, old.message);
    });
  });

  test('plays an earlier run of the same name and key', async () => {
    const run = newRun();
    const earlier: Heard[] = [];
    await besides(run, (_, heard) => earlier.push(heard));
    expect(new Set(earlier.map(({ frame }) => frame.kind))).toContain('goodbye');
    let at = 0;
    await besides(run, (peer) => {
      for (const { subject, message } of earlier.slice(at, at + 3)) peer.publish(subject, message);
      at = (at + 3) % earlier.length;
    });
  });

  test('speaks in the names of the others', async () => {
    const run = newRun();
    const subjects = subjectsOf(run);
    const { coordinator, all } = subjects;
    const places = [coordinator, all, subjects.control('f0'), subjects.events('f1')];
    let turn = 0;
    const notices = await besides(run, (peer, heard) => {
      const { session } = heard.frame;
      turn += 1;
      const some = OTHERS.filter((_, index) => index % 11 === turn % 11);
      for (const [from, body] of [...some, ...forgeries(heard)])
        for (const subject of places) peer.say(subject, { from, session }, body);
    });
    expect(notices[0]).toBe(
      'dropped a bad frame: not sealed with the key of this run (DRAGON_RUN_KEY), or by another version of this program',
    );
    // Hundreds were dropped, and told of once a second.
    expect(notices.length).toBeLessThan(30);
  });

  test('sends what is no frame: nested deep, changed, in pieces that never end', async () => {
    const run = newRun();
    const deep = new Uint8Array(50_000).fill(0x91);
    let turn = 0;
    await besides(run, (peer, { subject, message, frame: { session } }) => {
      turn += 1;
      if (turn % 20 === 0) peer.publish(subject, deep);
      const changed = new Uint8Array(message);
      changed[(turn * 7) % changed.length] = turn % 256;
      if (Buffer.compare(changed, message) !== 0) peer.publish(subject, changed);
      const part = { kind: 'part', id: turn, index: 0, pieces: 2, bytes: deep.subarray(0, 1_000) } as const;
      peer.say(subject, { from: `stranger-${turn}`, session }, part);
      peer.publish(
        subject,
        encode(
          { from: 'f0', session },
          { kind: 'fault', instance: 'i', text: 'not sealed', blamed: null, badCheckpoint: false },
        ),
      );
    });
  });
});

test('a flood of garbage over NATS holds a run up no longer than it lasts', { timeout: 60_000 }, async () => {
  const run = newRun();
  const subjects = subjectsOf(run);
  const flood = await connectNats(inject('natsAddress'));
  const garbage = new Uint8Array(1_000_000).fill(0x91);
  let sent = 0;
  const send = async () => {
    while (sent < 60) {
      for (const subject of [subjects.coordinator, subjects.all, subjects.events('f0')])
        flood.publish(subject, garbage);
      await flood.flush();
      sent += 3;
    }
  };
  const options = { run, key: KEY, federates: NAMES };
  let flooded: Promise<void> | undefined;
  const federated = await inFederation(
    PLAN,
    3,
    () => connectNats(inject('natsAddress')),
    options,
    () => {
      flooded = send();
      return Promise.resolve();
    },
  );
  expectSame(federated, LOCAL);
  await flooded;
  expect(sent).toBe(60);
  await flood.close();
});

/** Resolves with how a run ended: its result, or the error. */
async function ending(
  links: readonly Link[],
  own: Link,
  options: { readonly run: string; readonly key?: string },
): Promise<{ readonly error?: FederationError; readonly federates: readonly unknown[] }> {
  const ends = links.map((link, index) =>
    runFederate(link, { ...options, name: NAMES[index] ?? '', definitions: byKind, ...QUICK, silenceMs: 500 }).then(
      () => 'goodbye',
      (error: unknown) => (error instanceof FederationError ? error.code : error),
    ),
  );
  const error = await coordinateHere(own, {
    ...options,
    plan: PLAN,
    federates: NAMES,
    ...QUICK,
    silenceMs: 2_000,
  }).then(
    (federated) => {
      expectSame(federated, LOCAL);
      return undefined;
    },
    (reason: unknown) => {
      expect(reason).toBeInstanceOf(FederationError);
      return reason as FederationError;
    },
  );
  return { ...(error && { error }), federates: await Promise.all(ends) };
}

describe('in a run without a key', () => {
  /** Runs beside somebody who speaks in others' names. */
  async function forged(act: (peer: HostilePeer, heard: Heard, run: string) => void) {
    const [hub, run] = [new MemoryHub(), newRun()];
    const peer = new HostilePeer(hub.link(), run, NAMES);
    peer.listen((heard) => act(peer, heard, run));
    return ending(
      NAMES.map(() => hub.link()),
      hub.link(),
      { run },
    );
  }

  test('events that a federate did not send are not taken, before it sends its own or after', async () => {
    const { error } = await forged((peer, { subject, frame }, run) => {
      if (frame.kind === 'events') {
        peer.say(subject, frame, { ...frame, seq: frame.seq + 1, events: [] });
        peer.say(subject, frame, { ...frame, events: [] });
        peer.say(subject, { ...frame, from: 'stranger' }, frame);
      }
      if (frame.kind === 'placed')
        for (const name of NAMES)
          if (name !== frame.from)
            peer.say(subjectsOf(run).events(name), frame, { kind: 'events', seq: 1, window: 0, events: [] });
    });
    expect(error).toBeUndefined();
  });

  test('federates that were not started are not given agents', async () => {
    const { error } = await forged((peer, { frame }, run) => {
      if (frame.kind === 'pulse')
        peer.say(subjectsOf(run).coordinator, { from: 'evil-0', session: 0 }, { ...BODIES.hello, kinds: 'any' });
    });
    expect(error).toBeUndefined();
  });

  test.each<[string, (peer: HostilePeer, heard: Heard, run: string) => void, RegExp]>([
    [
      'a report',
      (peer, { frame }, run) => {
        if (frame.kind !== 'grant' || frame.window !== 4) return;
        for (const from of NAMES)
          for (const [who, body] of forgeries({ subject: '', message: new Uint8Array(), frame }))
            if (who === from) peer.say(subjectsOf(run).coordinator, { from, session: frame.session }, body);
      },
      /^federate f\d (?:answered twice, and not the same, to the grant of window 4|reports that its next event is at 1 ns)/,
    ],
    [
      'a grant',
      (peer, { subject, frame }) => {
        if (frame.kind === 'grant' && frame.window === 4)
          peer.say(subject, frame, { ...frame, lbts: frame.lbts + 1_000_000 });
      },
      /^the coordinator granted window 4 in two ways: somebody else speaks in its name \(federate f\d found it\)$/,
    ],
    [
      'the end',
      (peer, { frame }, run) => {
        if (frame.kind === 'grant' && frame.window === 4)
          peer.say(
            subjectsOf(run).all,
            { from: 'coordinator', session: frame.session },
            { kind: 'goodbye', instances: [] },
          );
      },
      /^the coordinator ended the run before it asked for our share: somebody else speaks in its name \(federate f\d found it\)$/,
    ],
  ])('%s in the name of another ends it, and the name is told', async (_, act, message) => {
    const { error, federates } = await forged(act);
    expect(error?.code).toBe('wrong-frame');
    expect(error?.message).toMatch(message);
    expect(federates).not.toContain('goodbye');
  });
});

describe('a federate with the key that lies', () => {
  /** Runs with `f1` on a link on which what it says is changed. */
  function lying(lie: (frame: Frame) => Frame | undefined) {
    const [hub, run] = [new MemoryHub(), newRun()];
    const links = NAMES.map((name) => (name === 'f1' ? lyingLink(hub.link(), lie, KEY) : hub.link()));
    return ending(links, hub.link(), { run, key: KEY });
  }
  const inReport = (change: (report: Frame<'report'>) => Partial<Body<'report'>>) => (frame: Frame) =>
    frame.kind === 'report' && frame.window > 3 ? { ...frame, ...change(frame) } : frame;

  test.each<[string, (frame: Frame) => Frame | undefined, RegExp]>([
    ['its next event is later than it is', inReport(({ next }) => ({ next: next + 20_000 })), /^federate f1 reports /],
    [
      'it has no event any more',
      inReport(() => ({ next: PLAN.until })),
      /^federate f1 (?:reports|still has an event) /,
    ],
    ['its next event is earlier', inReport(() => ({ next: 1 })), /^federate f1 reports that its next event is at 1 ns/],
    [
      'it sent nothing',
      inReport(() => ({ sent: [] })),
      /^federate f1 sent events frame \d+, but never reported it \(federate f[02] found it\)$/,
    ],
    [
      'what it sent is later',
      inReport(({ sent }) => ({ sent: sent.map((each) => ({ ...each, minAt: each.minAt + 1 })) })),
      /^federate f1 sent events frame \d+, which has other events than it reported \(federate f[02] found it\)$/,
    ],
    [
      'it sent another frame',
      inReport(({ sent }) => ({ sent: sent.map((each) => ({ ...each, tag: 'x'.repeat(22) })) })),
      /^federate f1 sent another events frame \d+ than it reported: .* \(federate f[02] found it\)$/,
    ],
    [
      'it has done what it has not, as it sends other events than it reported',
      (frame) =>
        frame.kind === 'events' && frame.seq > 2
          ? { ...frame, events: frame.events.map(([at, ...more]) => [at + 1, ...more] as const) }
          : frame,
      /^federate f1 sent another events frame \d+ than it reported: .* \(federate f[02] found it\)$/,
    ],
  ])('says that %s: the run ends and names it', async (_, lie, message) => {
    const { error, federates } = await lying(lie);
    expect(error?.message).toMatch(message);
    expect(error).toMatchObject({ code: 'wrong-frame', blamed: 'f1' });
    expect(federates).not.toContain('goodbye');
  });
});
