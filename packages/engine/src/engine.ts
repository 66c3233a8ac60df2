/** The engine: hosts some or all agents of a plan, and processes their events in the total order. */
import type { AgentDefinition, Effect, Step } from './agent.ts';
import { AgentFault } from './agent-fault.ts';
import { type AgentDigest, DigestObserver } from './digest.ts';
import { type AgentId, compareText, type Event, type Json, type Message } from './event.ts';
import { EventList } from './event-list.ts';
import { type HostedAgent, newHostedAgent, restoreAgent, type SavedAgent, saveAgent } from './hosted-agent.ts';
import { drawDelay, linkLatency } from './latency.ts';
import type { Observer, Present, Seen } from './observer.ts';
import type { Plan } from './plan.ts';
import type { VirtualTime } from './time.ts';

/** The definitions of a process, by kind. */
export type Definitions = ReadonlyMap<string, AgentDefinition>;

/** A whole engine as JSON data, at an instant between two events. */
export interface EngineSnapshot {
  readonly now: VirtualTime;
  readonly agents: readonly SavedAgent[];
  readonly events: readonly Event[];
  readonly digests: readonly AgentDigest[];
}

export interface EngineOptions {
  readonly plan: Plan;
  readonly definitions: Definitions;
  /** The agents to host; all of the plan's if absent. */
  readonly ids?: readonly AgentId[] | undefined;
  /** Takes events for agents that are not hosted here. Required unless all are. */
  readonly remote?: ((event: Event) => void) | undefined;
  /** They see the start of the agents, too. */
  readonly observers?: readonly Observer[] | undefined;
  /** Go on from here instead of starting the agents. */
  readonly snapshot?: EngineSnapshot | undefined;
}

export class Engine {
  readonly #plan: Plan;
  readonly #remote: ((event: Event) => void) | undefined;
  readonly #events = new EventList();
  readonly #hosted = new Map<AgentId, HostedAgent>();
  readonly #known: ReadonlySet<AgentId>;
  /** All that will be hosted here: while agents start, some that they send to are not in `#hosted` yet. */
  readonly #wanted: ReadonlySet<AgentId>;
  readonly #digest = new DigestObserver();
  #observers: readonly Observer[];
  /** Whether an observer wants moves. */
  #observed = false;
  #now: VirtualTime = 0;
  #processed = 0;

  /**
   * Hosts the agents and starts them at instant 0, or as the snapshot has them. Throws if the plan names a kind that
   * the definitions lack, or if the snapshot is not of these agents.
   */
  constructor({ plan, definitions, ids, remote, observers = [], snapshot }: EngineOptions) {
    this.#plan = plan;
    this.#remote = remote;
    this.#known = new Set(plan.agents.map((spec) => spec.id));
    this.#wanted = new Set(ids ?? this.#known);
    this.#observers = [this.#digest];
    const saved = snapshot && new Map(snapshot.agents.map((agent) => [agent.id, agent]));
    const specs = plan.agents.filter(({ id }) => this.#wanted.has(id)).sort((a, b) => compareText(a.id, b.id));
    if (saved === undefined) for (const observer of observers) this.observe(observer);
    for (const spec of specs) {
      const definition = definitions.get(spec.kind);
      if (definition === undefined) throw new Error(`no definition for agents of kind ${spec.kind}`);
      if (saved === undefined) this.#start(spec.id, spec.params, definition);
      else this.#hosted.set(spec.id, restoreAgent(saved.get(spec.id) ?? missing(spec.id), definition));
    }
    if (snapshot === undefined) return;
    this.#restoreEvents(snapshot);
    for (const observer of observers) this.observe(observer);
  }

  /** The instant of the last processed event. */
  get now(): VirtualTime {
    return this.#now;
  }

  /** Events processed since this engine was made. */
  get processed(): number {
    return this.#processed;
  }

  get agents(): readonly AgentId[] {
    return [...this.#hosted.keys()];
  }

  /** Returns the instant of the next event, or `NEVER`. */
  nextAt(): VirtualTime {
    return this.#events.nextAt();
  }

  /** Takes an event that another engine's agent sent to one of ours. */
  deliver(event: Event): void {
    if (event.at < this.#now)
      throw new Error(`event for ${event.to} at ${event.at} arrived when the engine was at ${this.#now} already`);
    if (!this.#hosted.has(event.to)) throw new Error(`event for ${event.to}, which is not hosted here`);
    this.#events.add(event);
  }

  /**
   * Processes events strictly before `limit`, at most `most` of them; returns how many. Strictly: an event at the limit
   * may still be overtaken by one that is on its way.
   */
  run(limit: VirtualTime, most = Number.MAX_SAFE_INTEGER): number {
    let count = 0;
    while (count < most) {
      const event = this.#events.popBefore(limit);
      if (event === undefined) break;
      this.#process(event);
      count += 1;
    }
    this.#processed += count;
    return count;
  }

  /** Attaches an observer between two events. It changes nothing of the run. */
  observe(observer: Observer): void {
    observer.attached?.(this.#present());
    this.#setObservers([...this.#observers, observer]);
  }

  /** Takes an observer away, also one that was there from the start. */
  unobserve(observer: Observer): void {
    this.#setObservers(this.#observers.filter((each) => each !== observer));
  }

  /** Returns the digest shares of the hosted agents. */
  digests(): AgentDigest[] {
    return this.#digest.shares();
  }

  /** Returns the state of a hosted agent as its definition saves it. */
  inspect(id: AgentId): Json {
    const { definition, state } = this.#hostedAgent(id);
    return definition.save(state);
  }

  /**
   * Returns everything this engine needs to go on elsewhere: agents, random streams, counters, pending events with
   * their timers, digests.
   */
  save(): EngineSnapshot {
    return {
      now: this.#now,
      agents: [...this.#hosted.values()].map(saveAgent),
      events: this.#events.toSorted(),
      digests: this.digests(),
    };
  }

  *#present(): Generator<Present> {
    for (const { id, definition, state } of this.#hosted.values())
      yield { at: this.#now, agent: id, definition, state };
  }

  #setObservers(observers: readonly Observer[]): void {
    this.#observers = observers;
    this.#observed = observers.some(({ moves }) => moves === true);
  }

  #start(id: AgentId, params: Json, definition: AgentDefinition): void {
    const hosted = newHostedAgent(id, definition, this.#plan.seed);
    this.#hosted.set(id, hosted);
    try {
      const step = definition.init(params, id);
      hosted.state = step.state;
      this.#show(hosted, undefined, undefined, step);
      this.#carryOut(hosted, step.effects);
    } catch (cause) {
      throw new AgentFault(this.#plan.seed, id, undefined, cause);
    }
  }

  #restoreEvents(snapshot: EngineSnapshot): void {
    for (const { id } of snapshot.agents) this.#hostedAgent(id);
    this.#now = snapshot.now;
    this.#digest.resume(snapshot.digests);
    for (const event of snapshot.events) {
      const { timers } = this.#hostedAgent(event.to);
      const handle = this.#events.add(event);
      if (event.timer !== undefined) timers.set(event.timer, handle);
    }
  }

  #hostedAgent(id: AgentId): HostedAgent {
    return this.#hosted.get(id) ?? notHosted(id);
  }

  #process(event: Event): void {
    const hosted = this.#hosted.get(event.to) as HostedAgent;
    this.#now = event.at;
    if (event.timer !== undefined) {
      hosted.timers.delete(event.timer);
      hosted.pausable.delete(event.timer);
    }
    try {
      const before = hosted.state;
      const step = hosted.definition.receive(before, event, this.#observed);
      hosted.state = step.state;
      this.#show(hosted, event, before, step);
      hosted.received += 1;
      this.#carryOut(hosted, step.effects);
    } catch (cause) {
      throw cause instanceof AgentFault ? cause : new AgentFault(this.#plan.seed, event.to, event, cause);
    }
  }

  #show(hosted: HostedAgent, event: Event | undefined, before: unknown, step: Step<unknown>): void {
    const { id: agent, definition, received: index } = hosted;
    const { state: after, effects, moves } = step;
    const state = definition.describe(after);
    const seen: Seen = { at: this.#now, agent, definition, event, index, before, after, state, effects, moves };
    for (const observer of this.#observers) observer.see(seen);
  }

  #carryOut(hosted: HostedAgent, effects: readonly Effect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'send':
          this.#send(hosted, effect.to, effect.message);
          break;
        case 'setTimer': {
          this.#cancelTimer(hosted, effect.timer);
          const after = drawDelay(this.#plan.latency, effect.delay, this.#now, hosted.stream);
          if (effect.delay.pausable && hosted.paused)
            hosted.stopped.set(effect.timer, { left: after, message: effect.message });
          else this.#startTimer(hosted, effect.timer, after, effect.message, effect.delay.pausable);
          break;
        }
        case 'cancelTimer':
          this.#cancelTimer(hosted, effect.timer);
          break;
        case 'pauseTimers':
          this.#pauseTimers(hosted);
          break;
        case 'resumeTimers':
          this.#resumeTimers(hosted);
          break;
        case 'choose': {
          const index = hosted.stream.below(effect.options);
          this.#events.add(this.#stamp(hosted, hosted.id, this.#now, { type: effect.type, index }));
          break;
        }
        case 'log':
        case 'trace':
          // For observers.
          break;
      }
    }
  }

  #send(hosted: HostedAgent, to: AgentId, message: Message): void {
    if (!this.#known.has(to)) throw new Error(`sent ${message.type} to ${to}, which is not in the plan`);
    const event = this.#stamp(hosted, to, this.#now + this.#linkLatency(hosted, to), message);
    if (this.#wanted.has(to)) this.#events.add(event);
    else if (this.#remote) this.#remote(event);
    else throw new Error(`sent ${message.type} to ${to}, which is not hosted here, and there is no way out`);
  }

  #linkLatency(hosted: HostedAgent, to: AgentId): VirtualTime {
    let latency = hosted.links.get(to);
    if (latency === undefined) {
      latency = linkLatency(this.#plan.latency, hosted.id, to);
      hosted.links.set(to, latency);
    }
    return latency;
  }

  #stamp(hosted: HostedAgent, to: AgentId, at: VirtualTime, message: Message): Event {
    const event = { at, to, from: hosted.id, seq: hosted.seq, message };
    hosted.seq += 1;
    return event;
  }

  #startTimer(hosted: HostedAgent, timer: string, after: VirtualTime, message: Message, pausable: boolean): void {
    const { id, seq } = hosted;
    hosted.seq += 1;
    hosted.timers.set(timer, this.#events.add({ at: this.#now + after, to: id, from: id, seq, message, timer }));
    if (pausable) hosted.pausable.add(timer);
  }

  #pauseTimers(hosted: HostedAgent): void {
    hosted.paused = true;
    for (const timer of hosted.pausable) {
      const handle = hosted.timers.get(timer);
      if (handle === undefined) continue;
      hosted.stopped.set(timer, { left: handle.event.at - this.#now, message: handle.event.message });
      this.#events.cancel(handle);
      hosted.timers.delete(timer);
    }
    hosted.pausable.clear();
  }

  /** In the order in which they were set. */
  #resumeTimers(hosted: HostedAgent): void {
    hosted.paused = false;
    for (const [timer, { left, message }] of hosted.stopped) this.#startTimer(hosted, timer, left, message, true);
    hosted.stopped.clear();
  }

  #cancelTimer(hosted: HostedAgent, timer: string): void {
    hosted.pausable.delete(timer);
    hosted.stopped.delete(timer);
    const handle = hosted.timers.get(timer);
    if (handle === undefined) return;
    this.#events.cancel(handle);
    hosted.timers.delete(timer);
  }
}

function notHosted(id: AgentId): never {
  throw new Error(`agent ${id} is not hosted here`);
}

function missing(id: AgentId): never {
  throw new Error(`the snapshot has no agent ${id}`);
}
