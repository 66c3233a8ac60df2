/**
 * Messages between the inspector's process and a page, one a frame, as JSON: what is watched, how far it has come, at
 * which pace, how it ended; and from the page, what it may ask of the run. A page that wants more of the run makes it
 * itself, from the same plan, behind the edge.
 */
import type { Json, Plan, VirtualTime } from '@dragon/engine';
import type { Outcome, TraceSubject } from '@dragon/report';

/** The path of the WebSocket that carries these messages. */
export const FEED_PATH = '/feed';

/**
 * - `live`: a run, in progress or over. `trace`: a recorded one, to be read from `TRACE_PATH`.
 * - `dmesg`: the log of a real machine. `start`: nothing yet; the page asks what to look at.
 */
export type FeedMode = 'live' | 'trace' | 'dmesg' | 'start';

/** Where the trace that is inspected is read from, with requests for ranges of bytes. */
export const TRACE_PATH = '/trace';

/** Where a fork is recorded: `ForkRequest` posted as JSON, with the token, is answered with a `ForkAnswer`. */
export const FORKS_PATH = '/forks';

/** What may be asked of a run besides watching it. */
export type FeedControl = 'pause' | 'step' | 'speed' | 'runTo' | 'stop';

/** Virtual seconds per second of the wall clock; at most as fast as the machine can. */
export type FeedSpeed = number | 'unlimited';

/** The first message to a page, in answer to its `auth`; and again when the run behind the address is another one. */
export interface FeedHello {
  readonly type: 'hello';
  readonly mode: FeedMode;
  /** The run's settings, as the header of its trace has them; null where no run is watched, or they are not known. */
  readonly run: TraceSubject | null;
  /** Null as `run` is, and for a trace, which has its own. */
  readonly plan: Plan | null;
  /** `control` if the page has shown the token, or a ticket. */
  readonly may: 'control' | 'view';
  /** The token, for a page that has shown a ticket in its place, to show from then on. Null if it may only view. */
  readonly token: string | null;
  /** What the run can be asked for, by who may; and why not for the rest, one sentence for a person. */
  readonly controls: readonly FeedControl[];
  readonly without: string | null;
  /**
   * What an edge is exact by: `events` if the run is in one process; `instant` if it is in many, whose events before
   * the edge's instant have all happened, and some of later ones.
   */
  readonly cut: 'events' | 'instant';
  readonly edge: FeedEdge;
  readonly pace: FeedPace;
  /** How the run ended; null while it goes on. */
  readonly ended: FeedEnded | null;
  /** The name of the trace's file; null unless `mode` is `trace`. */
  readonly trace: string | null;
  /** What `dragon import dmesg --json` prints of the log; null unless `mode` is `dmesg`. */
  readonly log: Json;
}

/** How far a run has come; at most 30 a second, the last of a pause always. */
export interface FeedEdge {
  readonly type: 'edge';
  /** The run's clock: everything before it has happened, and of a run in one process, `events` events. */
  readonly at: VirtualTime;
  /** Events processed so far. */
  readonly events: number;
  /** The digest of exactly these events; now and then, and only of a run in one process. */
  readonly digest?: string | undefined;
}

/** The pace of a run. It is told when it changes, whoever changed it. */
export interface FeedPace {
  readonly type: 'pace';
  readonly paused: boolean;
  readonly speed: FeedSpeed;
}

/** Who of a distributed run has reported to its coordinator, by kind of agent; until it begins. */
export interface FeedWaiting {
  readonly type: 'waiting';
  readonly reported: readonly { readonly kind: string; readonly count: number }[];
  /** Kinds that nobody hosts yet; empty while it is not known which the run needs. */
  readonly missing: readonly string[];
}

/** The end of a run. */
export interface FeedEnded {
  readonly type: 'ended';
  readonly outcome: Outcome;
  readonly digest: string;
  readonly endedAt: VirtualTime;
  /** Null if nothing was found that ends a run. */
  readonly foundAt: VirtualTime | null;
  readonly events: number;
}

/** The run can be watched no more, though it has not ended as far as is known. */
export interface FeedLost {
  readonly type: 'lost';
  /** One sentence for a person. */
  readonly why: string;
}

/** What the page asked for and does not get. */
export interface FeedRefused {
  readonly type: 'refused';
  readonly asked: string;
  /** One sentence for a person. */
  readonly why: string;
}

export type FeedMessage = FeedHello | FeedEdge | FeedPace | FeedWaiting | FeedEnded | FeedLost | FeedRefused;

/**
 * What a page says. The first is `auth`, with the token that the address had, or null to watch only; within 10 s. An
 * address that a browser was started with has a ticket instead, which is good once.
 * - `step`: so many events, then stand still. `runTo`: everything before this instant, then stand still.
 * - `stop`: end the run where it is.
 */
export type FeedRequest =
  | { readonly type: 'auth'; readonly token: string | null; readonly ticket?: string | undefined }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'step'; readonly events: number }
  | { readonly type: 'speed'; readonly speed: FeedSpeed }
  | { readonly type: 'runTo'; readonly at: VirtualTime }
  | { readonly type: 'stop' };

/** A run to be made and recorded: the plan with its faults in it. */
export interface ForkRequest {
  readonly subject: TraceSubject;
  readonly plan: Plan;
}

/** The trace that was recorded, in the folder that the inspector was started in. */
export interface ForkAnswer {
  readonly file: string;
  readonly digest: string;
  readonly outcome: Outcome;
  readonly events: number;
  readonly endedAt: VirtualTime;
}

/** What the agent's frames at `INSPECT_PATH` say of the simulation, under `state._event.$sim`. */
export interface SimulatedStep {
  /** How many events the agent has received; null where a client came in mid-run, until the next event. */
  readonly seq: number | null;
  /** The instant of the last of them; where a client came in, that at which it did. */
  readonly t: VirtualTime;
  /** The name of the state, as rows and digest have it. */
  readonly name: string;
  /**
   * The transitions taken since the frame before, each once, in the order in which they were first taken. Of a run that
   * goes as fast as it can, not all steps between two frames are looked at; `seq` says how many there were.
   */
  readonly edges: readonly {
    readonly source: string;
    readonly target: readonly string[];
    readonly by: string;
    readonly index: number;
  }[];
}

/**
 * The path of the WebSockets that speak the protocol of @xstate/inspect. `?agents=a,b` says whom they show,
 * `&context=none` that their contexts are not wanted.
 */
export const INSPECT_PATH = '/inspect';

/** The most agents that one such connection shows. */
export const MOST_INSPECTED = 20;
