/** Frames come out of the codec as they went in; bytes that are no frame never come out, and never crash anybody. */
import { isJson } from '@dragon/engine';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { replayTranscript } from '../../../test/golden/golden-transcript.ts';
import { checkPlan, decode, encode, PROTOCOL_VERSION } from './codec.ts';
import { type Body, FRAMES, type FrameKind } from './frame.ts';
import { BODIES, envelope } from './sample-frames.ts';

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
    ['a plan', withPlan({ faults: [] }), 'place from f-1: plan has "faults", which nothing here knows'],
    [
      'an agent of a plan',
      withPlan({ agents: [{ ...agent, host: 'x' }] }),
      'place from f-1: plan.agents.0 has "host", which nothing here knows',
    ],
    [
      'a task',
      withPlan({ agents: [{ ...agent, task: { ...agent?.task, colour: 'red' } }] }),
      'place from f-1: plan.agents.0.task has "colour", which nothing here knows',
    ],
    [
      'a latency model',
      withPlan({ latency: { ...place.plan.latency, schedules: {} } }),
      'place from f-1: plan.latency has "schedules", which nothing here knows',
    ],
    [
      'a delay',
      withPlan({ latency: { ...place.plan.latency, delays: { one: { kind: 'fixed', ns: 1, at: 2 } } } }),
      'place from f-1: plan.latency.delays.one has "at", which nothing here knows',
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
      'the plan cannot be sent to federates: it has "faults", which nothing here knows',
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
    ['too many', [PROTOCOL_VERSION, fieldsOf('pulse'), 1, 'f', 1, 2], 'pulse with 6 fields'],
    ['a name that is a subject', [PROTOCOL_VERSION, fieldsOf('pulse'), 1, 'f.*', 1], 'pulse: from Invalid'],
    ['a negative session', [PROTOCOL_VERSION, fieldsOf('pulse'), -1, 'f', 1], 'pulse: session'],
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
        [],
        0,
        null,
      ],
      'placed from f: hits',
    ],
    [
      'a census with words',
      [
        PROTOCOL_VERSION,
        fieldsOf('placed'),
        1,
        'f',
        'd'.repeat(16),
        0,
        [],
        [],
        [],
        [],
        [[1, 'a', { n: 'many' }]],
        0,
        null,
      ],
      'placed from f: census',
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
