/** The frames of the protocol, each with the schema that it must pass before anybody looks at it. */
import type { FactsChange, Json, LatencyModel, Plan } from '@dragon/engine';
import { z } from 'zod';
import { isJson, isWireEvents, isWireLines, isWireRows, type WireEvent, type WireLine, type WireRow } from './wire.ts';

const name = z.string().regex(/^[\w-]{1,128}$/);
const text = z.string().max(65_536);
const agentId = z.string().min(1).max(256);
/** An instant, a sequence number or a count: a safe integer that is not negative. */
const count = z.int().min(0);
const json = z.custom<Json>((value) => isJson(value));
const wireEvent = z.custom<WireEvent>((value) => isWireEvents([value]));

const latency = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fixed'), ns: count }),
  z.object({ kind: z.literal('uniform'), min: count, max: count }),
  z.object({ kind: z.literal('quantiles'), points: z.array(z.tuple([z.number(), z.number()])) }),
  z.object({ kind: z.literal('ticks'), period: z.int().min(1), count }),
]);
const links: z.ZodType<LatencyModel['links']> = z.object({ default: z.int().min(1) }).catchall(z.int().min(1));
const plan: z.ZodType<Plan> = z.object({
  seed: z.int(),
  agents: z.array(
    z.object({
      id: agentId,
      kind: agentId,
      params: json,
      task: z.object({ comm: z.string(), pid: z.int(), workqueue: z.string().optional() }).optional(),
    }),
  ),
  resources: z.array(
    z.object({
      id: text,
      noun: text,
      holds: text,
      took: text,
      holder: z.tuple([text, text]),
      outside: z.literal(true).optional(),
    }),
  ),
  latency: z.object({ delays: z.record(z.string(), latency), links }),
  until: count,
  grace: count,
  stopOnFinding: z.boolean(),
});

const lockMode = z.enum(['R', 'W', '']);
const wait = z.object({
  resource: z.string(),
  mode: z.enum(['uninterruptible', 'killable', 'timed', 'polling']),
  lock: lockMode,
  stack: z.array(z.string()),
});
const task = z.object({
  waitsFor: wait.nullable(),
  holds: z.array(z.object({ resource: z.string(), mode: lockMode })),
});
const resource = z.object({ resource: z.string(), holders: z.array(agentId), waiters: z.array(agentId) });
const change: z.ZodType<FactsChange> = z.object({
  at: count,
  agent: agentId,
  facts: z.object({ task: task.optional(), resources: z.array(resource).optional() }),
});

/** A bug in an agent; the event is null where it failed while it started. */
const fault = z.object({ agent: agentId, text, event: wireEvent.nullable() });

/** What a federate has to say after it started its agents, and after each window. */
const outcome = {
  /** Its earliest pending event, or NEVER. */
  next: count,
  /** The events frames it sent: to whom, the last seq, and the earliest event in them. */
  sent: z.array(z.object({ to: name, seq: count, minAt: count })),
  changes: z.array(change),
  lines: z.custom<readonly WireLine[]>(isWireLines),
  /** Events processed since the run began. */
  processed: count,
  fault: fault.nullable(),
};
const upTo = z.object({ name, seq: count });

/**
 * Every kind of frame. To the coordinator go hello, placed, report, busy, finished, fault, goodbye; from it pulse,
 * place, grant, finish, abort, goodbye; between federates events and resend. The order of the keys is the order on the
 * wire.
 */
export const FRAMES = {
  /** I am here, and I can host these kinds. Repeated until placed. */
  hello: z.object({
    instance: z.string().max(64),
    kinds: z.literal('any').or(z.array(agentId)),
    capacity: z.int().min(1),
  }),
  /** The coordinator is alive. Asks for a hello of whoever is not placed. */
  pulse: z.object({}),
  /** Host the agents of `plan` whose entry in `hosts` is your place in `federates`. */
  place: z.object({
    instance: z.string(),
    plan,
    federates: z.array(name),
    hosts: z.array(count),
    record: z.boolean(),
  }),
  placed: z.object(outcome),
  /** The batch `seq` from this sender to this receiver. */
  events: z.object({ seq: count, window: count, events: z.custom<readonly WireEvent[]>(isWireEvents) }),
  /**
   * Process what is before `lbts`, once you have every frame in `expect`. Frames up to `acked` will never be asked for
   * again.
   */
  grant: z.object({ window: count, lbts: count, expect: z.array(upTo), acked: z.array(upTo) }),
  report: z.object({ window: count, ...outcome, rows: z.custom<readonly WireRow[]>(isWireRows) }),
  /** Not a report yet: still at it, or, if something is missing, waiting for those frames. */
  busy: z.object({ window: count, missing: z.array(z.object({ name, seqs: z.array(count) })) }),
  resend: z.object({ seqs: z.array(count).max(1_024) }),
  finish: z.object({ end: count, history: z.array(agentId) }),
  finished: z.object({
    digests: z.array(z.tuple([agentId, z.int(), z.int(), count])),
    history: z.array(z.tuple([agentId, z.custom<readonly WireRow[]>(isWireRows)])),
    processed: count,
  }),
  /** This federate cannot go on: not an agent's fault. */
  fault: z.object({ text }),
  abort: z.object({ text }),
  goodbye: z.object({}),
  /** One of the pieces of a frame that is longer than the link's payload. */
  part: z.object({
    id: count,
    index: count,
    pieces: z.int().min(2).max(4_096),
    bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  }),
} as const;

export type FrameKind = keyof typeof FRAMES;
type Fields<K extends FrameKind> = z.infer<(typeof FRAMES)[K]>;
/** zod infers a type that allows no key at all for an object without fields. */
type BodyOf<K extends FrameKind> = { readonly kind: K } & (string extends keyof Fields<K>
  ? unknown
  : Readonly<Fields<K>>);
/** What a sender says. */
export type Body<K extends FrameKind = FrameKind> = { [Each in K]: BodyOf<Each> }[K];
/** Who says it, and in which session: frames of an earlier run with the same name are told apart by it. */
export interface Envelope {
  readonly from: string;
  readonly session: number;
}
export type Frame<K extends FrameKind = FrameKind> = { [Each in K]: BodyOf<Each> & Envelope }[K];

/** Checks what stands around every body. */
export const ENVELOPE = z.object({ from: name, session: count });
