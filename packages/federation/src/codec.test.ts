/** Frames come out of the codec as they went in; bytes that are no frame never come out, and never crash anybody. */
import fc from 'fast-check';
import type { Plan } from '@dragon/engine';
import { Packr } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { replayTranscript } from '../../../test/golden/golden-transcript.ts';
import { checkPlan, decode, encode, PROTOCOL_VERSION } from './codec.ts';
import { type Body, FRAMES, type FrameKind } from './frame.ts';
import { isJson } from './wire.ts';

const envelope = { from: 'f-1', session: 4_000_000_000 };
const message = { type: 'lock.take', how: { deep: [1, null, 'x', true, 0.5] } };
const row = [17, 'a/1', 'b', 3, message, null, 9, 'held'] as const;
const timerRow = [18, 'a/1', 'a/1', 4, message, 'rest', 10, 'free'] as const;
const outcome = {
  next: Number.MAX_SAFE_INTEGER,
  sent: [{ to: 'f-2', seq: 4, minAt: 2 ** 50 }],
  changes: [
    {
      at: 3,
      agent: 'a/1',
      facts: {
        task: {
          waitsFor: { resource: 'lock', mode: 'polling' as const, lock: 'W' as const, stack: ['down'] },
          holds: [{ resource: 'l', mode: 'R' as const }],
        },
        resources: [{ resource: 'a/1', holders: ['x'], waiters: [] }],
      },
    },
  ],
  hits: [[3, 'a/1', 'mm_shrink_slab_start', { nrToScan: 1_024, priority: 12, name: 'sb', kswapd: true }]] as const,
  lines: [[3, 'a/1', 'a line']] as const,
  processed: 12,
  fault: null,
};

const PLAN: Plan = {
  seed: -5,
  agents: [
    { id: 'a/1', kind: 'a', params: { x: [1] }, task: { comm: 'kswapd0', pid: 71, workqueue: 'wq' } },
    { id: 'b', kind: 'b', params: null },
  ],
  resources: [
    { id: 'l', noun: 'the lock', holds: 'holds', took: 'took', holder: ['held by ', ''] },
    { id: 'd', noun: 'a disk', holds: 'holds', took: 'took', holder: ['held by ', ''], outside: true },
  ],
  latency: {
    delays: {
      one: { kind: 'fixed', ns: 1 },
      two: { kind: 'uniform', min: 0, max: 9 },
      three: {
        kind: 'quantiles',
        points: [
          [0, 1],
          [0.5, 2],
          [1, 10],
        ],
      },
      four: { kind: 'ticks', period: 4, count: 2 },
    },
    links: { default: 5, 'a>b': 7 },
  },
  until: 100,
  grace: 1,
  stopOnFinding: true,
};

const BODIES: { readonly [K in FrameKind]: Body<K> } = {
  hello: { kind: 'hello', instance: 'i', kinds: ['a'], capacity: Number.MAX_SAFE_INTEGER },
  pulse: { kind: 'pulse' },
  place: {
    kind: 'place',
    instance: 'i',
    plan: PLAN,
    federates: ['f-1', 'f-2'],
    hosts: [0, 1],
    record: { rows: true, hits: ['oom_kill'] },
  },
  placed: {
    kind: 'placed',
    planDigest: '0123456789abcdef',
    ...outcome,
    fault: { agent: 'a/1', text: 'broke', event: null },
  },
  events: { kind: 'events', seq: 1, window: 2, events: [[17, 'a/1', 'b', 3, message]] },
  grant: { kind: 'grant', window: 1, lbts: 2 ** 53 - 1, expect: [{ name: 'f-2', seq: 4 }], acked: [] },
  report: {
    kind: 'report',
    window: 1,
    ...outcome,
    fault: { agent: 'b', text: 'broke', event: [17, 'b', 'b', 3, message, 'rest'] },
    rows: [row, timerRow],
  },
  busy: { kind: 'busy', window: 3, missing: [{ name: 'f-2', seqs: [1, 2] }] },
  resend: { kind: 'resend', seqs: [1, 2] },
  finish: { kind: 'finish', history: ['a/1'] },
  finished: { kind: 'finished', digests: [['a/1', -1, 5, 12]], history: [['a/1', [row]]], processed: 12 },
  fault: { kind: 'fault', text: 'no' },
  abort: { kind: 'abort', text: 'no' },
  goodbye: { kind: 'goodbye' },
  watch: { kind: 'watch', agents: ['a/1'], states: true, moves: false },
  unwatch: { kind: 'unwatch' },
  present: {
    kind: 'present',
    stream: 1,
    seq: 0,
    before: 0,
    plan: PLAN,
    agents: [
      { at: 17, agent: 'a/1', kind: 'a', state: 'held', saved: { by: 'b' } },
      { at: 17, agent: 'b', kind: 'b', state: 'idle' },
    ],
  },
  seen: {
    kind: 'seen',
    stream: 1,
    seq: 1,
    before: 2,
    steps: [
      {
        at: 17,
        agent: 'a/1',
        kind: 'a',
        event: { at: 17, to: 'a/1', from: 'a/1', seq: 3, message, timer: 'rest' },
        index: 9,
        state: 'held',
        before: { by: null },
        after: { by: 'b' },
        effects: [
          { kind: 'send', to: 'b', message },
          {
            kind: 'setTimer',
            timer: 'rest',
            delay: { name: 'one', times: 2, pausable: true, background: false },
            message,
          },
          { kind: 'cancelTimer', timer: 'rest' },
          { kind: 'pauseTimers' },
          { kind: 'resumeTimers' },
          { kind: 'choose', type: 'a.chosen', options: 3 },
          { kind: 'log', text: 'a line' },
          { kind: 'trace', event: 'oom_kill', fields: { pid: 3, comm: 'x', first: true } },
        ],
        moves: [
          {
            message,
            from: 'a/1',
            timer: 'rest',
            taken: [{ source: 'free', target: ['held'], by: 'after rest', index: 0 }],
          },
        ],
      },
      { at: 0, agent: 'b', kind: 'b', event: null, index: 0, state: 'idle', effects: [] },
    ],
  },
  part: { kind: 'part', id: 1, index: 0, pieces: 2, bytes: new Uint8Array([1, 2]) },
};
const bodies = Object.values(BODIES);
const packr = new Packr({ useRecords: false });

test.each(bodies)('a $kind frame comes out as it went in', (body) => {
  const { frame } = decode(encode(envelope, body));
  if (frame?.kind === 'part')
    expect({ ...frame, bytes: [...frame.bytes] }).toEqual({ ...body, bytes: [1, 2], ...envelope });
  else expect(frame).toEqual({ ...body, ...envelope });
});

test('every kind of frame has the same bytes in every process', () => {
  // A change here is a change of the protocol: count its version up.
  const kinds: string[] = [];
  const { expected, actual } = replayTranscript(
    new URL('./codec.golden.txt', import.meta.url),
    ({ command: [what = ''] }) => {
      if (what === 'version') return String(PROTOCOL_VERSION);
      kinds.push(what);
      return Buffer.from(encode(envelope, BODIES[what as FrameKind])).toString('hex');
    },
  );
  expect(actual).toBe(expected);
  expect(kinds).toEqual(Object.keys(FRAMES));
});

describe('what no schema knows is refused, not dropped', () => {
  const { place, placed } = BODIES;
  const [agent] = place.plan.agents;
  const change = placed.changes[0];
  const withPlan = (extra: object) => ({ ...place, plan: { ...place.plan, ...extra } });
  test.each([
    ['a plan', withPlan({ faults: [] }), 'place from f-1: plan Unrecognized key: "faults"'],
    [
      'an agent of a plan',
      withPlan({ agents: [{ ...agent, host: 'x' }] }),
      'place from f-1: plan.agents.0 Unrecognized key: "host"',
    ],
    [
      'a task',
      withPlan({ agents: [{ ...agent, task: { ...agent?.task, colour: 'red' } }] }),
      'place from f-1: plan.agents.0.task Unrecognized key: "colour"',
    ],
    [
      'a latency model',
      withPlan({ latency: { ...place.plan.latency, schedules: {} } }),
      'place from f-1: plan.latency Unrecognized key: "schedules"',
    ],
    [
      'a delay',
      withPlan({ latency: { ...place.plan.latency, delays: { one: { kind: 'fixed', ns: 1, at: 2 } } } }),
      'place from f-1: plan.latency.delays.one Unrecognized key: "at"',
    ],
    [
      'what to record',
      { ...place, record: { ...place.record, states: true } },
      'place from f-1: record Unrecognized key: "states"',
    ],
    [
      'a change of facts',
      { ...placed, changes: [{ ...change, facts: { ...change?.facts, cpu: 1 } }] },
      'placed from f-1: changes.0.facts Unrecognized key: "cpu"',
    ],
  ])('%s', (_, body, problem) => {
    expect(decode(encode(envelope, body as Body)).problem).toBe(problem);
  });

  test('and a coordinator does not even send such a plan', () => {
    expect(() => checkPlan(place.plan)).not.toThrow();
    expect(() => checkPlan(withPlan({ faults: [] }).plan)).toThrow(
      'the plan cannot be sent to federates: Unrecognized key: "faults"',
    );
  });
});

describe('what is not a frame', () => {
  const problemOf = (value: unknown) => decode(packr.pack(value)).problem;
  const fieldsOf = (kind: FrameKind) => Object.keys(FRAMES).indexOf(kind);

  test.each([
    ['another version', [1, 0, 1, 'f'], `protocol version 1, but this side speaks version ${PROTOCOL_VERSION}`],
    ['no array', { kind: 'pulse' }, 'not an array'],
    ['no kind', [PROTOCOL_VERSION, 99, 1, 'f'], 'unknown kind 99'],
    ['a kind that every object has', [PROTOCOL_VERSION, 'toString', 1, 'f'], 'unknown kind toString'],
    ['too few fields', [PROTOCOL_VERSION, fieldsOf('grant'), 1, 'f', 1], 'grant with 5 fields'],
    ['too many', [PROTOCOL_VERSION, fieldsOf('pulse'), 1, 'f', 1], 'pulse with 5 fields'],
    ['a name that is a subject', [PROTOCOL_VERSION, fieldsOf('pulse'), 1, 'f.*'], 'pulse: from Invalid'],
    ['a negative session', [PROTOCOL_VERSION, fieldsOf('pulse'), -1, 'f'], 'pulse: session'],
    ['a fraction', [PROTOCOL_VERSION, fieldsOf('hello'), 1, 'f', 'i', 'any', 0.5], 'hello from f: capacity'],
    [
      'a number beyond safety',
      [PROTOCOL_VERSION, fieldsOf('hello'), 1, 'f', 'i', 'any', 2 ** 60],
      'hello from f: capacity',
    ],
    [
      'a date in a message',
      [PROTOCOL_VERSION, fieldsOf('events'), 1, 'f', 1, 1, [[1, 'a', 'b', 1, { type: 't', at: new Date(0) }]]],
      'events from f: events',
    ],
    [
      'a message without a type',
      [PROTOCOL_VERSION, fieldsOf('events'), 1, 'f', 1, 1, [[1, 'a', 'b', 1, {}]]],
      'events from f: events',
    ],
    [
      'a tracepoint with a list for a field',
      [
        PROTOCOL_VERSION,
        fieldsOf('placed'),
        1,
        'f',
        'd'.repeat(16),
        0,
        [],
        [],
        [[1, 'a', 'e', { n: [1] }]],
        [],
        0,
        null,
      ],
      'placed from f: hits',
    ],
  ])('%s', (_, value, problem) => {
    expect(problemOf(value)).toMatch(problem);
  });

  test('random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decode(bytes).frame).toBeUndefined();
      }),
      { numRuns: 20_000, seed: 1 },
    );
  });

  test('random values behind a good header', () => {
    const kind = fc.constantFrom(...Object.keys(FRAMES).map((_, code) => code));
    fc.assert(
      fc.property(kind, fc.array(fc.anything(), { maxLength: 9 }), (code, values) => {
        let bytes: Uint8Array;
        try {
          bytes = packr.pack([PROTOCOL_VERSION, code, 1, 'f', ...values]);
        } catch {
          return;
        }
        const { frame } = decode(bytes);
        // What gets through by chance is a frame all the same: it can be sent again and is the same.
        if (frame !== undefined) expect(decode(encode(frame, frame)).frame).toEqual(frame);
      }),
      { numRuns: 5_000, seed: 1 },
    );
  });

  test('good frames with some bytes changed never crash, and what gets through is a frame', { timeout: 30_000 }, () => {
    const change = fc.record({ at: fc.nat(400), byte: fc.nat(255), how: fc.constantFrom('set', 'cut', 'double') });
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.array(change, { minLength: 1, maxLength: 4 }), (body, changes) => {
        let bytes = [...encode(envelope, body)];
        for (const { at, byte, how } of changes) {
          const index = at % bytes.length;
          if (how === 'set') bytes[index] = byte;
          else if (how === 'cut') bytes = bytes.slice(0, Math.max(1, index));
          else bytes.splice(index, 0, bytes[index] ?? 0);
        }
        const { frame, problem } = decode(new Uint8Array(bytes));
        if (frame === undefined) {
          expect(problem).toBeTruthy();
          return;
        }
        const { from: _from, session: _session, kind, ...fields } = frame;
        expect(FRAMES[kind].safeParse(fields).success).toBe(true);
        if (frame.kind === 'events') expect(frame.events.every((event) => isJson(event[4]))).toBe(true);
      }),
      { numRuns: 20_000, seed: 1 },
    );
  });
});
