/**
 * A run in many processes, watched over NATS by its name, from any moment to any other. Its coordinator tells how far
 * it is and takes a pace; its federates show the agents that somebody looks at, and no others.
 */
import type { AgentId, Plan, PresentData, StepData } from '@dragon/engine';
import { type AskedPace, type Link, type Watch, type WatchOptions, watchRun } from '@dragon/federation';
import type { FeedEdge, FeedEnded, FeedLost, FeedPace, FeedWaiting } from '@dragon/inspection';
import { outcomeOf, type TraceSubject } from '@dragon/report';
import { DEFINITIONS } from '@dragon/scenarios';
import * as z from 'zod';
import { AgentLooks } from './agent-looks.ts';
import { NewsListeners } from './news-listeners.ts';
import type { AgentLook, LookedAt, RunAbout, RunNews, RunRequest, Stop, WatchedRun } from './watched-run.ts';

export interface FederatedRunOptions {
  readonly run: string;
  /** Its key, if it has one. */
  readonly key?: string | undefined;
  /** Called once a second at most, with how many frames were not heard, and why the last one was not. */
  readonly onBadFrames?: ((text: string) => void) | undefined;
  /** Called with what a listener throws, and what is a bug of the federation. */
  readonly onError: (error: unknown) => void;
}

const SUBJECT: z.ZodType<TraceSubject> = z.object({
  heading: z.string().max(1_024),
  command: z.record(z.string(), z.json()),
});

/** Of a run that nothing was heard of. */
const EDGE: FeedEdge = { type: 'edge', at: 0, events: 0 };
const PACE: FeedPace = { type: 'pace', paused: false, speed: 'unlimited' };

type Heard<K extends 'onProgress' | 'onResult' | 'onJoining'> = Parameters<NonNullable<WatchOptions[K]>>[0];

export class FederatedRun implements WatchedRun {
  readonly #link: Link;
  readonly #options: FederatedRunOptions;
  readonly #listeners: NewsListeners;
  readonly #watch: Watch;
  readonly #stopHearing: Stop;
  /** The run that is watched, of those that may have this name one after another. */
  #session: number | undefined;
  #subject: TraceSubject | null = null;
  #plan: Plan | null = null;
  #edge = EDGE;
  #pace = PACE;
  #ended: FeedEnded | null = null;
  #waiting: FeedWaiting | undefined;
  #lost: FeedLost | undefined;
  /** The run that was lost, if it had been heard of. */
  #lostSession: number | undefined;

  /** Watches from now on; the run need not have begun. */
  constructor(link: Link, options: FederatedRunOptions) {
    this.#link = link;
    this.#options = options;
    this.#listeners = new NewsListeners(options.onError);
    this.#stopHearing = link.onTrouble(({ kind, text }) => {
      if (kind === 'lost' || kind === 'denied') this.#lose(text);
    });
    this.#watch = watchRun(link, {
      run: options.run,
      key: options.key,
      onBadFrames: options.onBadFrames,
      agents: [],
      onPlan: (plan, session) => this.#begin(plan, session),
      onJoining: (joining) => this.#hearJoining(joining),
      onProgress: (progress) => this.#hearProgress(progress),
      onResult: (result) => this.#end(result),
      onOver: (why, session) => {
        if (this.#isWatched(session)) this.#lose(why === undefined ? 'The run is over.' : `The run failed: ${why}`);
      },
      onError: options.onError,
    });
  }

  about(): RunAbout {
    return {
      mode: 'live',
      run: this.#subject,
      plan: this.#plan,
      controls: ['pause', 'speed', 'runTo'],
      without:
        'A run in many processes has no next event, only a next instant: it is not stepped by events, and ended where it was started.',
      cut: 'instant',
      edge: this.#edge,
      pace: this.#pace,
      ended: this.#ended,
      trace: null,
      log: null,
    };
  }

  listen(listener: (news: RunNews) => void): Stop {
    if (this.#waiting !== undefined && this.#edge.events === 0) listener(this.#waiting);
    if (this.#lost !== undefined) listener(this.#lost);
    return this.#listeners.add(listener);
  }

  ask(request: RunRequest): string | undefined {
    if (this.#ended !== null) return 'The run has ended.';
    if (this.#lost !== undefined) return this.#lost.why;
    if (request.type === 'step' || request.type === 'stop') return this.about().without ?? undefined;
    this.#watch.setPace(paceOf(request));
    return undefined;
  }

  look(agents: readonly AgentId[], onNews: () => void): LookedAt {
    const looks = new AgentLooks<StepData | PresentData>({
      agents,
      onNews,
      lookOf,
      keyOf: ({ source, by, index }) => `${source} ${by} ${index}`,
    });
    let of = this.#session;
    const isOfOne = (session: number) => (of ??= session) === session;
    const watch = watchRun(this.#link, {
      run: this.#options.run,
      key: this.#options.key,
      agents,
      states: true,
      moves: true,
      onPresent(present, session) {
        if (isOfOne(session)) for (const each of present) looks.note(each.agent, each, undefined);
      },
      onSteps(steps, session) {
        if (isOfOne(session)) for (const each of steps) looks.note(each.agent, each, each.moves);
      },
      onError: this.#options.onError,
    });
    return { take: () => looks.take(), stop: () => void watch.close() };
  }

  /** Ends the watch; the link stays open. */
  async close(): Promise<void> {
    this.#stopHearing();
    await this.#watch.close();
  }

  /**
   * Whether it is the run that is watched that somebody speaks of. One that begins when that is lost, or its
   * coordinator was, takes its place; when a run has ended, it is looked at as long as anybody wants.
   */
  #isWatched(session: number): boolean {
    if (session === this.#session) return this.#lost === undefined;
    if (this.#ended !== null || session === this.#lostSession) return false;
    const isFirst = this.#session === undefined && this.#lost === undefined;
    this.#session = session;
    if (isFirst) return true;
    [this.#subject, this.#plan, this.#waiting, this.#lost] = [null, null, undefined, undefined];
    [this.#edge, this.#pace] = [EDGE, PACE];
    this.#listeners.tell({ type: 'changed' });
    return true;
  }

  #begin(plan: Plan, session: number): void {
    if (!this.#isWatched(session) || this.#plan !== null) return;
    this.#plan = plan;
    this.#listeners.tell({ type: 'changed' });
  }

  #hearJoining({ reported, missing, session }: Heard<'onJoining'>): void {
    if (!this.#isWatched(session)) return;
    this.#waiting = { type: 'waiting', reported, missing };
    this.#listeners.tell(this.#waiting);
  }

  #hearProgress({ at, events, paused, speed, about, session }: Heard<'onProgress'>): void {
    if (!this.#isWatched(session)) return;
    if (this.#subject === null && about !== null) {
      this.#subject = SUBJECT.safeParse(about).data ?? null;
      if (this.#subject !== null) this.#listeners.tell({ type: 'changed' });
    }
    if (paused !== this.#pace.paused || speed !== this.#pace.speed) {
      this.#pace = { type: 'pace', paused, speed };
      this.#listeners.tell(this.#pace);
    }
    if (at === this.#edge.at && events === this.#edge.events) return;
    this.#edge = { type: 'edge', at, events };
    this.#listeners.tell(this.#edge);
  }

  #end({ digest, endedAt, foundAt, events, findings, session }: Heard<'onResult'>): void {
    if (this.#ended !== null || !this.#isWatched(session)) return;
    const outcome = outcomeOf({ findings: findings.map((kind) => ({ kind })) });
    this.#edge = { type: 'edge', at: endedAt, events };
    this.#ended = { type: 'ended', outcome, digest, endedAt, foundAt, events };
    this.#listeners.tell(this.#edge);
    this.#listeners.tell(this.#ended);
    void this.#watch.close();
  }

  #lose(why: string): void {
    if (this.#lost !== undefined || this.#ended !== null) return;
    this.#lostSession = this.#session;
    this.#lost = { type: 'lost', why };
    this.#listeners.tell(this.#lost);
  }
}

function paceOf(request: Exclude<RunRequest, { readonly type: 'step' | 'stop' }>): AskedPace {
  if (request.type === 'pause') return { paused: true };
  if (request.type === 'resume') return { paused: false };
  return request.type === 'runTo' ? { paused: false, stopBefore: request.at } : { speed: request.speed };
}

function lookOf(seen: StepData | PresentData): Omit<AgentLook, 'taken'> {
  const { at, agent, kind, state: name } = seen;
  const about = { at, agent, kind, name, chart: DEFINITIONS.get(kind)?.chart };
  if (!('effects' in seen)) return { ...about, seq: null, saved: () => seen.saved ?? null, event: undefined };
  const { event, index, after = null } = seen;
  return { ...about, seq: event === null ? 0 : index + 1, saved: () => after, event: event ?? undefined };
}
