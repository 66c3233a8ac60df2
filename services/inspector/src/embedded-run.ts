/**
 * A run in this process that is watched: advanced in slices that leave the process time to listen, at the pace that
 * pages ask for, and never another run for it.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type AgentId,
  combineDigests,
  type LocalRun,
  type Observer,
  type Plan,
  type Present,
  type RunResult,
  type Seen,
  type VirtualTime,
} from '@dragon/engine';
import { RunPace } from '@dragon/federation';
import type { FeedEdge, FeedEnded, FeedLost, FeedPace } from '@dragon/inspection';
import { outcomeOf, type TraceSubject } from '@dragon/report';
import { AgentLooks } from './agent-looks.ts';
import { NewsListeners } from './news-listeners.ts';
import { pause } from './pause.ts';
import {
  type AgentLook,
  type LookedAt,
  type RunAbout,
  type RunNews,
  type RunRequest,
  type Stop,
  type WatchedRun,
} from './watched-run.ts';

/** Events between two looks at who wants something: a few milliseconds. */
const SLICE = 1_024;
/** The same when somebody begins to be shown steps, of which a few are enough. */
const SHOWN_SLICE = 128;
/** Between two edges. */
const EDGE_MS = 1_000 / 30;
/** Between two digests while the run goes on: each costs a little for every agent. */
const DIGEST_MS = 1_000;
/** How long a run that is ahead of its pace waits before it looks again. */
const AHEAD_MS = 8;

export interface EmbeddedRunOptions {
  readonly subject: TraceSubject;
  readonly plan: Plan;
  readonly paused: boolean;
  /** Virtual seconds per second; Infinity: as fast as the machine can. */
  readonly speed: number;
  /** Called when a page asks to end the run. */
  readonly onStop: () => void;
  /** Called with what a listener throws. */
  readonly onError: (error: unknown) => void;
}

export interface DriveOptions {
  readonly signal: AbortSignal;
  /** Called after each slice. */
  readonly onProgress?: ((at: VirtualTime, events: number) => void) | undefined;
}

export class EmbeddedRun implements WatchedRun {
  readonly #options: EmbeddedRunOptions;
  readonly #listeners: NewsListeners;
  readonly #pace: RunPace;
  #run: LocalRun | undefined;
  #ended: FeedEnded | null = null;
  #lost: FeedLost | undefined;
  /** Events that are still to be processed though the run is paused. */
  #steps = 0;
  /** Where the run's clock stood when it was paused. */
  #stoodAt: VirtualTime = 0;
  /** Lets a run that waits look again. */
  #wake: (() => void) | undefined;
  #toldMs = Number.NEGATIVE_INFINITY;
  #digestMs = Number.NEGATIVE_INFINITY;
  #edgeTimer: NodeJS.Timeout | undefined;
  readonly #lookers = new Set<Looker>();

  constructor(options: EmbeddedRunOptions) {
    this.#options = options;
    this.#listeners = new NewsListeners(options.onError);
    this.#pace = new RunPace(options, performance.now());
  }

  about(): RunAbout {
    const { subject, plan } = this.#options;
    return {
      mode: 'live',
      run: { heading: subject.heading, command: subject.command },
      plan,
      controls: ['pause', 'step', 'speed', 'runTo', 'stop'],
      without: null,
      cut: 'events',
      edge: this.#edge(false),
      pace: this.#paceNow(),
      ended: this.#ended,
      trace: null,
      log: null,
    };
  }

  listen(listener: (news: RunNews) => void): Stop {
    if (this.#lost !== undefined) listener(this.#lost);
    return this.#listeners.add(listener);
  }

  ask(request: RunRequest): string | undefined {
    if (this.#ended !== null) return 'The run has ended.';
    if (this.#lost !== undefined) return this.#lost.why;
    const wallMs = performance.now();
    const at = this.#clock();
    if (request.type === 'stop') this.#options.onStop();
    else if (request.type === 'pause') this.#pause(at);
    else if (request.type === 'resume') this.#pace.resume(at, wallMs);
    else if (request.type === 'runTo') this.#pace.resume(at, wallMs, request.at);
    else if (request.type === 'speed')
      this.#pace.setSpeed(request.speed === 'unlimited' ? Number.POSITIVE_INFINITY : request.speed, at, wallMs);
    else {
      this.#pause(at);
      this.#steps += request.events;
    }
    if (request.type === 'resume' || request.type === 'runTo') this.#steps = 0;
    this.#listeners.tell(this.#paceNow());
    this.#wake?.();
    return undefined;
  }

  look(agents: readonly AgentId[], onNews: () => void): LookedAt {
    const looks = new AgentLooks<Seen | Present>({
      agents,
      onNews,
      lookOf: (seen) => this.#lookOf(seen),
      // A chart says of a transition that was taken the same object each time.
      keyOf: (taken) => taken,
    });
    const observer: Observer = {
      moves: true,
      agents: new Set(agents),
      attached(present) {
        for (const each of present) {
          const last = looks.last(each.agent);
          if (last === undefined || receivedBy(last) !== each.received) looks.note(each.agent, each, undefined);
        }
      },
      see: (seen) => looks.note(seen.agent, seen, seen.moves),
    };
    const looker: Looker = { looks, observer, isAttached: false };
    this.#lookers.add(looker);
    if (this.#run !== undefined) attach(looker, this.#run, true);
    return {
      take: () => looks.take(),
      stop: () => {
        this.#lookers.delete(looker);
        if (this.#run !== undefined) attach(looker, this.#run, false);
      },
    };
  }

  /**
   * Advances the run to its end, at the pace that is asked for. Rejects with the signal's reason if that comes first,
   * and with what the run throws.
   */
  async drive(run: LocalRun, { signal, onProgress }: DriveOptions): Promise<void> {
    this.#run = run;
    let most = this.#letLook(run, 'all');
    const aborted = () => this.#wake?.();
    signal.addEventListener('abort', aborted);
    try {
      this.#pace.begin(performance.now());
      for (;;) {
        signal.throwIfAborted();
        const progress = this.#advance(run, most);
        most = this.#letLook(run, progress === 'going' ? 'some' : 'all');
        if (progress === 'over') break;
        this.#tellEdge();
        onProgress?.(run.engine.now, run.engine.processed);
        if (progress === 'going') await nextTurn();
        else
          await pause(progress === 'ahead' ? AHEAD_MS : undefined, (wake) => {
            this.#wake = wake;
          });
      }
      this.#finish(run.result());
    } catch (error) {
      const why = signal.aborted ? 'The run was stopped before its end.' : `The run failed: ${String(error)}`;
      this.#lost = { type: 'lost', why };
      this.#letLook(run, 'all');
      // How far it has come: of a run that has failed there is no digest, as it did so in the middle of an event.
      this.#listeners.tell(this.#edge(signal.aborted));
      this.#listeners.tell(this.#lost);
      throw error;
    } finally {
      signal.removeEventListener('abort', aborted);
      clearTimeout(this.#edgeTimer);
    }
  }

  /**
   * Lets lookers see the next slice. A run that goes as fast as it can takes far more steps than are ever shown, and
   * to see them all would make it slower: who has seen something sees no more until that is taken, and then first what
   * the agents have come to. Returns how many events the slice shall have.
   */
  #letLook(run: LocalRun, steps: 'all' | 'some'): number {
    let most = SLICE;
    for (const looker of this.#lookers) {
      const isSeeing = steps === 'all' || !looker.looks.hasNews;
      if (isSeeing && !looker.isAttached) most = SHOWN_SLICE;
      attach(looker, run, isSeeing);
    }
    return most;
  }

  /** Processes a slice of at most so many events; says whether more is done at once, later, when asked, or never. */
  #advance(run: LocalRun, most: number): 'going' | 'ahead' | 'paused' | 'over' {
    const { engine } = run;
    const startedAt = engine.processed;
    if (this.#pace.paused) {
      if (this.#steps === 0) return 'paused';
      const asked = Math.min(this.#steps, SLICE);
      const isOver = !run.advance(asked);
      this.#steps -= asked;
      this.#stoodAt = engine.now;
      return isOver ? 'over' : 'going';
    }
    const before = this.#pace.before(performance.now());
    if (!run.advance(most, before)) return 'over';
    if (engine.processed - startedAt === most) return 'going';
    if (!this.#pace.arrived(before)) return 'ahead';
    this.#stoodAt = before;
    this.#listeners.tell(this.#paceNow());
    return 'paused';
  }

  #pause(at: VirtualTime): void {
    if (!this.#pace.paused) this.#stoodAt = at;
    this.#pace.pause(at);
  }

  #finish(result: RunResult): void {
    const { digest, endedAt, foundAt = null, events } = result;
    this.#ended = { type: 'ended', outcome: outcomeOf(result), digest, endedAt, foundAt, events };
    this.#listeners.tell({ ...this.#edge(false), digest });
    this.#listeners.tell(this.#ended);
  }

  /** Everything before it has happened. */
  #clock(): VirtualTime {
    const engine = this.#run?.engine;
    if (engine === undefined) return 0;
    if (this.#ended !== null) return this.#ended.endedAt;
    if (this.#pace.paused) return Math.max(this.#stoodAt, engine.now);
    if (this.#pace.speed === Number.POSITIVE_INFINITY) return engine.now;
    return Math.max(engine.now, Math.min(this.#pace.before(performance.now()), engine.nextAt()));
  }

  #edge(withDigest: boolean): FeedEdge {
    const engine = this.#run?.engine;
    const edge = { type: 'edge' as const, at: this.#clock(), events: engine?.processed ?? 0 };
    return withDigest && engine !== undefined ? { ...edge, digest: combineDigests(engine.digests()) } : edge;
  }

  #paceNow(): FeedPace {
    const { paused, speed } = this.#pace;
    return { type: 'pace', paused, speed: speed === Number.POSITIVE_INFINITY ? 'unlimited' : speed };
  }

  /** Tells the edge, now or as soon as the one before is old enough. */
  #tellEdge(): void {
    const wallMs = performance.now();
    const left = EDGE_MS - (wallMs - this.#toldMs);
    if (left > 0) {
      this.#edgeTimer ??= setTimeout(() => {
        this.#edgeTimer = undefined;
        if (this.#ended === null) this.#tellEdge();
      }, left);
      return;
    }
    const withDigest = this.#pace.paused || wallMs - this.#digestMs >= DIGEST_MS;
    if (withDigest) this.#digestMs = wallMs;
    this.#toldMs = wallMs;
    this.#listeners.tell(this.#edge(withDigest));
  }

  #lookOf(seen: Seen | Present): Omit<AgentLook, 'taken'> {
    const { agent, definition, at } = seen;
    const about = { agent, kind: definition.kind, chart: definition.chart, at };
    if ('effects' in seen) {
      const { event, state: name, after } = seen;
      const seq = receivedBy(seen);
      return { ...about, seq, name, saved: () => definition.save(after), event };
    }
    const { state, received } = seen;
    const name = definition.describe(state);
    return { ...about, seq: received, name, saved: () => definition.save(state), event: undefined };
  }
}

/** Somebody who looks at agents, and whether he is shown the steps that are taken now. */
interface Looker {
  readonly looks: AgentLooks<Seen | Present>;
  readonly observer: Observer;
  isAttached: boolean;
}

function attach(looker: Looker, { engine }: LocalRun, isAttached: boolean): void {
  if (looker.isAttached === isAttached) return;
  looker.isAttached = isAttached;
  if (isAttached) engine.observe(looker.observer);
  else engine.unobserve(looker.observer);
}

/** Returns how many events an agent had received after what was seen of it. */
function receivedBy(seen: Seen | Present): number {
  if (!('effects' in seen)) return seen.received;
  return seen.event === undefined ? 0 : seen.index + 1;
}
