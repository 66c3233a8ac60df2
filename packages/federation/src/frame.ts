/** The frames of the federation protocol, each with the schema that it must pass before it is used. */
import {
  type Effect,
  type Event,
  type Facts,
  type FactsChange,
  type FindingKind,
  type Hold,
  isJson,
  type Json,
  type Message,
  type Move,
  type NamedDelay,
  type Plan,
  planTrouble,
  type PresentData,
  type ResourceFacts,
  type StepData,
  type Taken,
  type TaskFacts,
  type TraceFields,
  type Wait,
  type Waiter,
  type Wanted,
} from '@dragon/engine';
import * as z from 'zod';
import {
  isMessage,
  isTraceFields,
  isWireEvents,
  isWireHits,
  isWireLines,
  isWireReceived,
  isWireRows,
  isWireSamples,
  type WireEvent,
  type WireHit,
  type WireLine,
  type WireReceived,
  type WireRow,
  type WireSample,
} from './wire.ts';

/**
 * A schema for every member of `T`: whoever adds a member to a type that crosses the wire is told by the compiler that
 * the wire does not know it yet. At run time the objects are strict, so what no schema knows is refused, not dropped.
 */
type Members<T> = { readonly [Key in keyof T]-?: z.ZodType<T[Key]> };

const name = z.string().regex(/^[\w-]{1,128}$/);
const text = z.string().max(65_536);
const agentId = z.string().min(1).max(256);
/** An instant, a sequence number or a count: a safe integer that is not negative. */
const count = z.int().min(0);
const json = z.custom<Json>((value) => isJson(value));
const received = z.custom<WireReceived>(isWireReceived);

/** A plan, looked at by the engine. */
const plan: z.ZodType<Plan> = z.custom<Plan>().check((context) => {
  const trouble = planTrouble(context.value);
  if (trouble !== undefined)
    context.issues.push({ code: 'custom', path: [...trouble.path], message: trouble.why, input: context.value });
});

const lockMode = z.enum(['R', 'W', '']);
const wait = z.strictObject({
  resource: z.string(),
  mode: z.enum(['uninterruptible', 'killable', 'timed', 'polling']),
  lock: lockMode,
  stack: z.array(z.string()),
} satisfies Members<Wait>);
const task = z.strictObject({
  waitsFor: wait.nullable(),
  holds: z.array(z.strictObject({ resource: z.string(), mode: lockMode } satisfies Members<Hold>)),
} satisfies Members<TaskFacts>);
const resource = z.strictObject({
  resource: z.string(),
  holders: z.array(z.array(agentId)),
  waiters: z.array(z.array(z.strictObject({ task: agentId } satisfies Members<Waiter>))),
} satisfies Members<ResourceFacts>);
const change: z.ZodType<FactsChange> = z.strictObject({
  at: count,
  agent: agentId,
  facts: z.strictObject({ task: task.optional(), resources: z.array(resource).optional() } satisfies Members<Facts>),
} satisfies Members<FactsChange>);

/** A bug in an agent; the event is null where it failed while it started. */
const fault = z.strictObject({ agent: agentId, text, event: received.nullable() });

/** What an events frame is: its seq from this sender to this receiver, how many events, the earliest, and its tag. */
const batch = { seq: count, count, minAt: count, tag: z.string().length(22) };

/** The outcome of a start, and of each window. */
const outcome = {
  /** Its earliest pending event, or NEVER. */
  next: count,
  /** The events frames it sent, each to whom and what it is. */
  sent: z.array(z.strictObject({ to: name, ...batch })),
  changes: z.array(change),
  /** Tracepoints hit, if they are wanted. */
  hits: z.custom<readonly WireHit[]>(isWireHits),
  lines: z.custom<readonly WireLine[]>(isWireLines),
  /** Of the census, if it is wanted: of several samples of an agent at an instant the last one counts. */
  census: z.custom<readonly WireSample[]>(isWireSamples),
  /** Events processed since the run began. */
  processed: count,
  fault: fault.nullable(),
};
const message = z.custom<Message>(isMessage);
const timer = z.string().optional();
const event = z.strictObject({
  at: count,
  to: agentId,
  from: agentId,
  seq: count,
  message,
  timer,
} satisfies Members<Event>);
const delay = z.strictObject({
  name: z.string(),
  times: count,
  pausable: z.boolean(),
  background: z.boolean(),
} satisfies Members<NamedDelay>);
type EffectOf<Kind extends Effect['kind']> = Extract<Effect, { kind: Kind }>;
const effect: z.ZodType<Effect> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('send'), to: agentId, message } satisfies Members<EffectOf<'send'>>),
  z.strictObject({
    kind: z.literal('setTimer'),
    timer: z.string(),
    delay,
    message,
  } satisfies Members<EffectOf<'setTimer'>>),
  z.strictObject({ kind: z.literal('cancelTimer'), timer: z.string() } satisfies Members<EffectOf<'cancelTimer'>>),
  z.strictObject({ kind: z.literal('pauseTimers') } satisfies Members<EffectOf<'pauseTimers'>>),
  z.strictObject({ kind: z.literal('resumeTimers') } satisfies Members<EffectOf<'resumeTimers'>>),
  z.strictObject({
    kind: z.literal('choose'),
    type: z.string(),
    options: count,
  } satisfies Members<EffectOf<'choose'>>),
  z.strictObject({ kind: z.literal('log'), text } satisfies Members<EffectOf<'log'>>),
  z.strictObject({
    kind: z.literal('trace'),
    event: z.string(),
    fields: z.custom<TraceFields>(isTraceFields),
  } satisfies Members<EffectOf<'trace'>>),
]);
const taken = z.strictObject({
  source: z.string(),
  target: z.array(z.string()),
  by: z.string(),
  index: count,
} satisfies Members<Taken>);
const move = z.strictObject({ message, from: agentId, timer, taken: z.array(taken) } satisfies Members<Move>);
const step: z.ZodType<StepData> = z.strictObject({
  at: count,
  agent: agentId,
  kind: agentId,
  event: event.nullable(),
  index: count,
  state: z.string(),
  before: json.optional(),
  after: json.optional(),
  effects: z.array(effect),
  moves: z.array(move).optional(),
} satisfies Members<StepData>);
const present: z.ZodType<PresentData> = z.strictObject({
  at: count,
  agent: agentId,
  kind: agentId,
  state: z.string(),
  saved: json.optional(),
} satisfies Members<PresentData>);
const findingKind = z.enum(['deadlock', 'oom', 'stall', 'property'] satisfies FindingKind[]);
/** Virtual seconds per second of the wall clock, or as many as there can be. */
const speed = z.number().positive().or(z.literal('unlimited'));
/** Which of the streams to this watcher it is, which of its frames, and how many agents and steps came before. */
const place = { stream: count, seq: count, before: count };

const upTo = z.strictObject({ name, seq: count });
const instance = z.string().max(64);
const instances = z.array(instance);

/**
 * Every kind of frame. To the coordinator go hello, placed, report, busy, saved, finished, fault; from it pulse, place,
 * grant, save, finish, abort, goodbye; between federates events and resend; from a watcher watch and unwatch, to it
 * present and seen, and from the coordinator joining, planned, progress and over, which takes pace from it; anywhere
 * part. The order of the kinds and of their keys is the order on the wire.
 */
export const FRAMES = {
  /**
   * I am here, and I can host these kinds. Repeated at each pulse until placed, with the session of the pulse: the
   * first one, and those of an earlier run, are answered by a pulse.
   */
  hello: z.strictObject({
    instance,
    kinds: z.literal('any').or(z.array(agentId)),
    capacity: z.int().min(1),
  }),
  /** The coordinator is alive. Asks for a hello of whoever is not placed. Numbered: an older one says nothing. */
  pulse: z.strictObject({ beat: count }),
  /**
   * Host the agents of `plan` whose entry in `hosts` is your place in `federates`, and report rows, census and hits of
   * the tracepoints that `record` names. What happens at a federate at t can reach you at t plus its entry in `back`.
   */
  place: z.strictObject({
    instance,
    plan,
    federates: z.array(name),
    hosts: z.array(count),
    back: z.array(count),
    record: z.strictObject({ rows: z.boolean(), census: z.boolean(), hits: z.literal('all').or(z.array(text)) }),
    /** Of a run that can recover: the checkpoint to go on from, 0 for the start. Null: keep nothing. */
    checkpoint: count.nullable(),
    /** Whoever hosts them by an earlier one has been replaced. */
    epoch: count,
  }),
  /** The agents have started. The digest is that of the plan as it arrived. */
  placed: z.strictObject({ planDigest: z.string().length(16), ...outcome }),
  /** The batch `seq` from this sender to this receiver. */
  events: z.strictObject({ seq: count, window: count, events: z.custom<readonly WireEvent[]>(isWireEvents) }),
  /**
   * Process what is before `lbts`, once you have every frame in `expect`, as its sender reported it; if window `after`
   * was the last that you were granted. Frames up to `acked` will never be asked for again.
   */
  grant: z.strictObject({
    window: count,
    after: count,
    lbts: count,
    expect: z.array(z.strictObject({ name, ...batch })),
    acked: z.array(upTo),
  }),
  report: z.strictObject({ window: count, ...outcome, rows: z.custom<readonly WireRow[]>(isWireRows) }),
  /** Not a report yet: still at it, or, if something is missing, waiting for those frames. */
  busy: z.strictObject({ window: count, missing: z.array(z.strictObject({ name, seqs: z.array(count) })) }),
  /**
   * Save yourself as you are, between two windows, if `window` was the last that you ran: whoever is elsewhere has been
   * replaced, and does not know it yet. Of your frames others have those up to `arrived`. All have stored checkpoint
   * `complete`: nobody goes on from before it any more.
   */
  save: z.strictObject({ checkpoint: count, complete: count, window: count, arrived: z.array(upTo) }),
  /** The checkpoint is taken; and, said once more, it is stored where it outlives this process. */
  saved: z.strictObject({ checkpoint: count, stored: z.boolean() }),
  resend: z.strictObject({ seqs: z.array(count).max(1_024) }),
  /**
   * The run ended at `end`. Asks for what is left, and the last rows of these agents, if `window` was the last that you
   * ran.
   */
  finish: z.strictObject({ end: count, window: count, history: z.array(agentId) }),
  finished: z.strictObject({
    digests: z.array(z.tuple([agentId, z.int(), z.int(), count])),
    history: z.array(z.tuple([agentId, z.custom<readonly WireRow[]>(isWireRows)])),
    processed: count,
    /** Its earliest pending event: none that the run should have processed. */
    next: count,
    /** Microseconds of the wall clock that it spent in its engine, and on frames. */
    stepUs: count,
    wireUs: count,
  }),
  /**
   * This federate cannot go on: not an agent's fault. If it is another one's, that is named; or if it is that of the
   * checkpoint that it was to go on from, that is said.
   */
  fault: z.strictObject({ instance, text, blamed: name.nullable(), badCheckpoint: z.boolean() }),
  /** The run is over, before its end or at it. Who was not placed is meant if its instance is named. */
  abort: z.strictObject({ text, instances }),
  goodbye: z.strictObject({ instances }),
  /** Show me steps of these agents. Repeated: a federate may come later, and forgets a watcher that is silent. */
  watch: z.strictObject({
    agents: z.literal('all').or(z.array(agentId)),
    states: z.boolean(),
    moves: z.boolean(),
  } satisfies Members<Wanted & { agents: 'all' | string[] }>),
  unwatch: z.strictObject({}),
  /** The watched agents of a federate as they are. The first frame has the plan, if this federate tells it. */
  present: z.strictObject({ ...place, plan: plan.nullable(), agents: z.array(present) }),
  /** Their steps from then on. Steps that could not be sent are not here, but counted in the next frame. */
  seen: z.strictObject({ ...place, steps: z.array(step) }),
  /** Who has said hello so far, by kind of agent, `any` for those that host whatever there is; and who is missed. */
  joining: z.strictObject({
    reported: z.array(z.strictObject({ kind: agentId, count })),
    missing: z.array(agentId),
  }),
  /** What is run: told when the run is about to begin, and at its end. */
  planned: z.strictObject({ plan }),
  /**
   * Everything before `at` has happened; at this pace. What the run is called, and how it was asked for, is `about`.
   */
  progress: z.strictObject({ at: count, events: count, paused: z.boolean(), speed, about: json }),
  /** The end of the run. */
  over: z.strictObject({
    digest: z.string().length(16),
    endedAt: count,
    foundAt: count.nullable(),
    events: count,
    findings: z.array(findingKind),
  }),
  /**
   * Stand still, or go on, and stand still again when everything before `stopBefore` has happened; at this speed. What
   * is null stays as it is. Numbered by its watcher: an older one is not heard.
   */
  pace: z.strictObject({
    request: count,
    paused: z.boolean().nullable(),
    speed: speed.nullable(),
    stopBefore: count.nullable(),
  }),
  /** One of the pieces of a frame that is longer than the link's payload. */
  part: z.strictObject({
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
/** The contents of a frame. */
export type Body<K extends FrameKind = FrameKind> = { [Each in K]: BodyOf<Each> }[K];
/** The sender of a frame, and its session: by it, frames of an earlier run with the same name are told apart. */
export interface Envelope {
  readonly from: string;
  readonly session: number;
}
export type Frame<K extends FrameKind = FrameKind> = { [Each in K]: BodyOf<Each> & Envelope }[K];

/** Schemas of parts of frames, for whatever else has them. */
export const PARTS = { name, agentId, count, json, change, message, event, tag: batch.tag, batch, instance } as const;

/** The schema of what stands around every body. */
export const ENVELOPE = z.strictObject({ from: name, session: count });
