/** Traces for Perfetto, read by protobufjs with the messages of Perfetto's own source. */
import { fileURLToPath } from 'node:url';
import type { AgentSpec, Row } from '@dragon/engine';
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { PerfettoTrace } from './perfetto-trace.ts';

const PROTO = fileURLToPath(new URL('./perfetto.fixture.proto', import.meta.url));
const TRACE = protobuf.loadSync(PROTO).lookupType('perfetto.protos.Trace');

/** What of a packet the tests look at, as protobufjs gives it. */
interface Packet {
  readonly timestamp?: number;
  readonly trustedPacketSequenceId: number;
  readonly sequenceFlags: number;
  readonly internedData?: {
    readonly eventNames?: readonly { readonly iid: number; readonly name: string }[];
    readonly debugAnnotationNames?: readonly { readonly iid: number; readonly name: string }[];
    readonly debugAnnotationStringValues?: readonly { readonly iid: number; readonly str: string }[];
  };
  readonly trackDescriptor?: {
    readonly uuid: number;
    readonly parentUuid?: number;
    readonly name?: string;
    readonly process?: { readonly pid: number; readonly processName: string };
    readonly thread?: { readonly pid: number; readonly tid: number; readonly threadName: string };
    readonly counter?: object;
  };
  readonly trackEvent?: {
    readonly type: string;
    readonly trackUuid: number;
    readonly nameIid?: number;
    readonly counterValue?: number;
    readonly flowIds?: readonly number[];
    readonly terminatingFlowIds?: readonly number[];
    readonly debugAnnotations?: readonly { readonly nameIid: number; readonly stringValueIid: number }[];
  };
}

/** Returns the packets of a file; a byte that the messages do not account for would be lost on the way back. */
function packetsOf(bytes: Uint8Array): readonly Packet[] {
  const decoded = TRACE.decode(bytes);
  expect(TRACE.encode(decoded).finish().length).toBe(bytes.length);
  const { packet } = TRACE.toObject(decoded, { longs: Number, enums: String, bytes: String });
  return packet as readonly Packet[];
}

/** Returns a line for each event of the trace, with the texts in the place of their numbers. */
function told(packets: readonly Packet[]): string[] {
  const tracks = new Map<number, string>();
  const names = new Map<number, string>();
  const texts = new Map<number, string>();
  return packets.flatMap(({ timestamp, internedData, trackDescriptor, trackEvent }) => {
    for (const { iid, name } of internedData?.eventNames ?? []) names.set(iid, name);
    for (const { iid, str } of internedData?.debugAnnotationStringValues ?? [])
      texts.set(iid, Buffer.from(str, 'base64').toString());
    if (trackDescriptor !== undefined) {
      const { uuid, name, process, thread } = trackDescriptor;
      tracks.set(uuid, name ?? process?.processName ?? thread?.threadName ?? '');
    }
    if (trackEvent === undefined) return [];
    const { type, trackUuid, nameIid, counterValue, flowIds, terminatingFlowIds, debugAnnotations } = trackEvent;
    const [by] = debugAnnotations ?? [];
    const words = [
      timestamp,
      tracks.get(trackUuid),
      type.slice('TYPE_'.length).toLowerCase(),
      nameIid === undefined ? [] : JSON.stringify(names.get(nameIid)),
      by === undefined ? [] : `by ${texts.get(by.stringValueIid)}`,
      terminatingFlowIds === undefined ? [] : `<- ${terminatingFlowIds.join(' ')}`,
      flowIds === undefined ? [] : `-> ${flowIds.join(' ')}`,
      counterValue === undefined ? [] : counterValue,
    ];
    return words.flat().join(' ');
  });
}

const agent = (id: string, pid?: number): AgentSpec => ({
  id,
  kind: id,
  params: null,
  ...(pid !== undefined && { task: { comm: id.replace('/', ''), pid } }),
});

const PLAN = {
  agents: [agent('kswapd/0', 71), agent('ag/0'), agent('ag/1'), agent('kswapd/1', 72)],
  resources: [
    { id: 'AGI 0', noun: 'the AGI of AG 0', holds: 'holds', took: 'took', holder: ['held by ', ''] as const },
  ],
  latency: { delays: {}, links: { default: 1_000, 'kswapd>ag': 2_000 } },
};

const row = (at: number, from: string, to: string, type: string, state: string): Row => ({
  at,
  from,
  to,
  seq: 0,
  index: 0,
  message: { type },
  state,
});

/** Returns the file in one piece. */
function made(fill: (trace: PerfettoTrace) => void): Uint8Array {
  const trace = new PerfettoTrace({ heading: 'a run', plan: PLAN });
  fill(trace);
  trace.finish();
  return trace.take();
}

test('kinds are processes, agents are threads, each with a number of its own', () => {
  const tracks = packetsOf(made(() => undefined)).map(({ trackDescriptor }) => trackDescriptor);
  expect(tracks).toEqual([
    { uuid: 1, name: 'a run' },
    { uuid: 2, process: { pid: 73, processName: 'kswapd' } },
    { uuid: 3, parentUuid: 2, thread: { pid: 73, tid: 71, threadName: 'kswapd0' } },
    { uuid: 4, process: { pid: 74, processName: 'ag' } },
    { uuid: 5, parentUuid: 4, thread: { pid: 74, tid: 75, threadName: 'ag/0' } },
    { uuid: 6, parentUuid: 4, thread: { pid: 74, tid: 76, threadName: 'ag/1' } },
    { uuid: 7, parentUuid: 2, thread: { pid: 73, tid: 72, threadName: 'kswapd1' } },
  ]);
});

test('states are slices, messages are arrows from the step that sent them, request and grant alike', () => {
  const bytes = made((trace) => {
    trace.row(row(5_000, 'kswapd/0', 'kswapd/0', 'kswapd.wake', 'lockingAgi'));
    trace.row(row(7_000, 'kswapd/0', 'ag/0', 'ag.lock', 'locked'));
    trace.row(row(8_000, 'ag/0', 'kswapd/0', 'task.bufferLocked', 'evicting'));
    trace.row(row(8_000, 'kswapd/1', 'ag/0', 'ag.trylock', 'locked'));
    trace.row(row(9_000_000_000_001, 'kswapd/0', 'kswapd/0', 'evicted', 'evicting'));
    trace.note(9_000_000_000_002, 'DEADLOCK');
  });
  expect(told(packetsOf(bytes))).toEqual([
    '5000 kswapd0 slice_begin "lockingAgi" by kswapd.wake -> 1',
    '7000 ag/0 slice_begin "locked" by ag.lock <- 1 -> 2',
    '8000 kswapd0 slice_end',
    '8000 kswapd0 slice_begin "evicting" by task.bufferLocked <- 2',
    '8000 ag/0 instant "ag.trylock"',
    '9000000000002 a run instant "DEADLOCK"',
    '9000000000001 kswapd0 instant "evicted"',
  ]);
});

test('waits and locks are slices on tracks below the thread, numbers are counters', () => {
  const holds = [{ resource: 'AGI 0', mode: '' as const }];
  const waitsFor = { resource: 'shrinker_rwsem', mode: 'uninterruptible', lock: 'W', stack: [] } as const;
  const bytes = made((trace) => {
    trace.facts({ at: 10, agent: 'kswapd/0', facts: { task: { holds, waitsFor: null } } });
    trace.facts({ at: 20, agent: 'kswapd/0', facts: { task: { holds, waitsFor } } });
    trace.facts({ at: 30, agent: 'kswapd/0', facts: { task: { holds: [], waitsFor } } });
    trace.facts({ at: 40, agent: 'kswapd/0', facts: {} });
    trace.census({ at: 50, agent: 'kswapd/0', numbers: { priority: 12, failures: 0 } });
    trace.census({ at: 60, agent: 'kswapd/0', numbers: { priority: 11, failures: 0 } });
  });
  const packets = packetsOf(bytes);
  expect(told(packets)).toEqual([
    '10 the AGI of AG 0 slice_begin "holds the AGI of AG 0"',
    '20 waits slice_begin "waits for shrinker_rwsem for writing"',
    '30 the AGI of AG 0 slice_end',
    '40 waits slice_end',
    '50 priority counter 12',
    '50 failures counter 0',
    '60 priority counter 11',
  ]);
  const below = packets.flatMap(({ trackDescriptor }) => ((trackDescriptor?.uuid ?? 0) > 7 ? trackDescriptor : []));
  expect(below).toEqual([
    { uuid: 8, parentUuid: 3, name: 'the AGI of AG 0' },
    { uuid: 9, parentUuid: 3, name: 'waits' },
    { uuid: 10, parentUuid: 3, name: 'priority', counter: {} },
    { uuid: 11, parentUuid: 3, name: 'failures', counter: {} },
  ]);
});

test('all packets are of one sequence, whose state begins with the first and is needed by all others', () => {
  const packets = packetsOf(made((trace) => trace.note(0, 'x')));
  expect(new Set(packets.map(({ trustedPacketSequenceId }) => trustedPacketSequenceId))).toEqual(new Set([1]));
  expect(packets.map(({ sequenceFlags }) => sequenceFlags)).toEqual([1, ...packets.slice(1).map(() => 2)]);
  expect(packets[0]?.internedData?.debugAnnotationNames).toEqual([{ iid: 1, name: 'message' }]);
});

test('the pieces that are taken on the way are the same file', () => {
  const fill = (trace: PerfettoTrace, onRow: () => void) => {
    for (let i = 0; i < 5_000; i += 1) {
      trace.row(row(i * 1_500, i % 2 ? 'ag/0' : 'kswapd/0', i % 2 ? 'kswapd/0' : 'ag/0', `m${i % 7}`, `s${i % 3}`));
      onRow();
    }
  };
  const pieces: Uint8Array[] = [];
  const trace = new PerfettoTrace({ heading: 'a run', plan: PLAN });
  fill(trace, () => {
    if (trace.size > 1_000) pieces.push(trace.take());
  });
  trace.finish();
  pieces.push(trace.take());
  expect(pieces.length).toBeGreaterThan(100);
  const whole = made((other) => fill(other, () => undefined));
  expect(Buffer.concat(pieces).equals(whole)).toBe(true);
  expect(packetsOf(whole).length).toBeGreaterThan(5_000);
});

test('a row of an agent that the plan has not is refused', () => {
  expect(() => made((trace) => trace.row(row(0, 'ag/9', 'ag/9', 'x', 's')))).toThrow('ag/9 is no agent of the plan');
});
