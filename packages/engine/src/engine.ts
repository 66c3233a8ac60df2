/** The engine: hosts some or all agents of a plan, and processes their events in the total order. */
import type { Effect } from './agent.ts';
import { AgentFault } from './agent-fault.ts';
import { Audience } from './audience.ts';
import { type Chaos, chaosOf, CRASHED } from './chaos.ts';
import { Delays } from './delays.ts';
import { type AgentDigest, DigestChains } from './digest.ts';
import { type AgentId, compareText, type Event, type Json, type Message } from './event.ts';
import type { EngineOptions, EngineSnapshot } from './engine-options.ts';
import { EventList, NONE } from './event-list.ts';
import { HostedAgent, restoreAgent, saveAgent } from './hosted-agent.ts';
import { Links } from './links.ts';
import type { Observer, Present } from './observer.ts';
import { PeerCheck } from './peer-check.ts';
import type { Plan } from './plan.ts';
import type { VirtualTime } from './time.ts';
import { Timers } from './timers.ts';

export class Engine {
  readonly #plan: Plan;
  readonly #remote: ((event: Event) => void) | undefined;
  /** All of the plan, in text order: an agent's place is its rank, by which the engine knows it. */
  readonly #ids: readonly AgentId[];
  readonly #ranks: ReadonlyMap<AgentId, number>;
  /** By rank; undefined where an agent is hosted elsewhere. */
  readonly #agents: (HostedAgent | undefined)[];
  /** Those hosted here that have started, by rank. */
  readonly #started: HostedAgent[] = [];
  readonly #delays: Delays;
  readonly #links: Links;
  readonly #peers: PeerCheck;
  /** Undefined in a plan without rules. */
  readonly #chaos: Chaos | undefined;
  readonly #events = new EventList();
  readonly #timers = new Timers(this.#events);
  readonly #digest: DigestChains;
  #audience = new Audience([]);
  #now: VirtualTime = 0;
  #processed = 0;
  #limit: VirtualTime = 0;

  /**
   * Hosts the agents and starts them at instant 0, or as the snapshot has them. Throws if the plan names a kind that
   * the definitions lack, or if the snapshot is not of these agents.
   */
  constructor({ plan, definitions, ids, remote, observers = [], snapshot }: EngineOptions) {
    this.#plan = plan;
    this.#remote = remote;
    const specs = plan.agents.toSorted((a, b) => compareText(a.id, b.id));
    this.#ids = specs.map(({ id }) => id);
    this.#ranks = new Map(this.#ids.map((id, rank) => [id, rank]));
    this.#delays = new Delays(plan.latency);
    this.#links = new Links(plan.latency, this.#ids);
    this.#peers = new PeerCheck(specs, this.#ranks);
    this.#digest = new DigestChains(this.#ids);
    this.#chaos = chaosOf(plan, this.#ids, this.#digest, (hosted, { at, event, fields }) =>
      this.#audience.hit(hosted, at, event, fields),
    );
    const wanted = ids && new Set(ids);
    const saved = snapshot && new Map(snapshot.agents.map((agent) => [agent.id, agent]));
    this.#agents = specs.map(({ id, kind }, rank) => {
      if (wanted?.has(id) === false) return undefined;
      const definition = definitions.get(kind);
      if (definition === undefined) throw new Error(`no definition for agents of kind ${kind}`);
      return saved === undefined
        ? new HostedAgent(id, rank, definition, plan.seed)
        : restoreAgent(saved.get(id) ?? missing(id), rank, definition, plan.seed);
    });
    if (snapshot !== undefined) this.#restore(snapshot);
    for (const observer of observers) this.observe(observer);
    if (snapshot !== undefined) return;
    for (const [rank, hosted] of this.#agents.entries())
      if (hosted !== undefined) this.#start(hosted, specs[rank]?.params ?? null);
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
    return this.#started.map(({ id }) => id);
  }

  /** Returns the instant of the next event, or `NEVER`. */
  nextAt(): VirtualTime {
    return this.#events.nextAt();
  }

  /** Takes an event that another engine's agent sent to one of ours. */
  deliver({ at, to, from, seq, message }: Event): void {
    if (at < this.#now) throw new Error(`event for ${to} at ${at} arrived when the engine was at ${this.#now} already`);
    const [receiver, sender] = [this.#ranks.get(to), this.#ranks.get(from)];
    if (receiver === undefined || this.#agents[receiver] === undefined)
      throw new Error(`event for ${to}, which is not hosted here`);
    if (sender === undefined) throw new Error(`event for ${to} of ${from}, which is not in the plan`);
    this.#events.add(at, receiver, sender, seq, message, undefined, false);
  }

  /**
   * Processes events strictly before `limit`, at most `most` of them; returns how many. Strictly: an event at the limit
   * may still be overtaken by one that is on its way.
   */
  run(limit: VirtualTime, most = Number.MAX_SAFE_INTEGER): number {
    const before = this.#processed;
    this.#limit = limit;
    while (this.#processed - before < most) {
      const slot = this.#events.takeBefore(this.#limit);
      if (slot === NONE) break;
      this.#process(slot);
    }
    return this.#processed - before;
  }

  /** Lets the `run` that is going on return before the first event at or after `at`: for observers. */
  pauseBefore(at: VirtualTime): void {
    this.#limit = Math.min(this.#limit, at);
  }

  /** Attaches an observer between two events. It changes nothing of the run. */
  observe(observer: Observer): void {
    observer.attached?.(this.#hostedOf(observer.agents).map((hosted) => this.#present(hosted)));
    if (observer.facts !== undefined) {
      const alone = new Audience([observer]);
      for (const hosted of this.#started) {
        hosted.task = hosted.resources = undefined;
        alone.tellFacts(hosted, this.#now);
      }
    }
    this.#audience = this.#audience.with(observer);
  }

  /** Takes an observer away, also one that was there from the start. */
  unobserve(observer: Observer): void {
    this.#audience = this.#audience.without(observer);
  }

  /** Returns the digest shares of the hosted agents. */
  digests(): AgentDigest[] {
    return this.#started.map(({ id, rank }) => ({ agent: id, chain: this.#digest.chain(rank) }));
  }

  /** Returns the state of a hosted agent as its definition saves it. */
  inspect(id: AgentId): Json {
    const { definition, state } = this.#agentOf(id);
    return definition.save(state);
  }

  /**
   * Returns everything this engine needs to go on elsewhere: agents, random streams, counters, pending events with
   * their timers, digests.
   */
  save(): EngineSnapshot {
    return {
      now: this.#now,
      agents: this.#started.map((hosted) =>
        saveAgent(hosted, this.#timers.pausable(hosted), this.#digest.chain(hosted.rank)),
      ),
      events: this.#events.toSorted().map((slot) => {
        const events = this.#events;
        const [at, message, timer] = [events.at(slot), events.message(slot), events.timer(slot)];
        return this.#event(at, events.to(slot), events.from(slot), events.seq(slot), message, timer);
      }),
    };
  }

  #agentOf(id: AgentId): HostedAgent {
    const rank = this.#ranks.get(id);
    return (rank === undefined ? undefined : this.#agents[rank]) ?? notHosted(id);
  }

  #present({ id, rank, definition, state }: HostedAgent): Present {
    return { at: this.#now, agent: id, definition, received: this.#digest.rows(rank), state };
  }

  /** Returns those of the agents that have started here, or all. */
  #hostedOf(ids: ReadonlySet<AgentId> | undefined): readonly HostedAgent[] {
    if (ids === undefined || this.#started.length === 0) return this.#started;
    const hosted = [...ids].map((id) => this.#agents[this.#ranks.get(id) ?? -1]);
    return hosted.filter((each) => each !== undefined);
  }

  #event(at: VirtualTime, to: number, from: number, seq: number, message: Message, timer: string | undefined): Event {
    const event = { at, to: this.#ids[to] ?? '', from: this.#ids[from] ?? '', seq, message };
    return timer === undefined ? event : { ...event, timer };
  }

  #start(hosted: HostedAgent, params: Json): void {
    this.#started.push(hosted);
    try {
      const step = hosted.definition.init(params, hosted.id);
      hosted.state = step.state;
      const { definition } = hosted;
      const audience = this.#audience;
      if (audience.wantsStepsOf(hosted.id))
        audience.show(hosted, this.#now, undefined, 0, undefined, step, definition.describe(step.state));
      this.#carryOut(hosted, step.effects);
      if (audience.wantsFacts) audience.tellFacts(hosted, this.#now);
    } catch (cause) {
      throw new AgentFault(this.#plan.seed, hosted.id, undefined, cause);
    }
  }

  #restore({ now, agents, events }: EngineSnapshot): void {
    this.#now = now;
    for (const hosted of this.#agents) if (hosted !== undefined) this.#started.push(hosted);
    for (const { id, chain } of agents) this.#digest.resume(this.#agentOf(id).rank, chain);
    const pausable = new Map(agents.map((agent) => [agent.id, agent.pausable]));
    for (const event of events) {
      const { to, timer } = event;
      const hosted = this.#agentOf(to);
      if (timer === undefined) {
        this.deliver(event);
        continue;
      }
      const stops = pausable.get(to)?.includes(timer) === true;
      const { at, seq, message } = event;
      const slot = this.#events.add(at, hosted.rank, hosted.rank, seq, message, timer, stops);
      this.#timers.restore(hosted, slot);
    }
  }

  #process(slot: number): void {
    const events = this.#events;
    const at = events.at(slot);
    const to = events.to(slot);
    const from = events.from(slot);
    const seq = events.seq(slot);
    const message = events.message(slot);
    const timer = events.timer(slot);
    const hosted = this.#agents[to] as HostedAgent;
    if (timer !== undefined) this.#timers.fired(hosted, slot);
    events.release(slot);
    this.#now = at;
    try {
      const before = hosted.state;
      const audience = this.#audience;
      const input = { message, from: this.#ids[from] as AgentId, at, timer };
      const moves = audience.wantsMovesOf(hosted.id);
      const step = this.#chaos?.step(hosted, input, moves) ?? hosted.definition.receive(before, input, moves);
      hosted.state = step.state;
      const name = hosted.crashed ? CRASHED : hosted.definition.describe(step.state);
      if (audience.wantsStepsOf(hosted.id)) {
        const event = this.#event(at, to, from, seq, message, timer);
        audience.show(hosted, at, event, this.#digest.rows(to), before, step, name);
      }
      this.#digest.extend(to, at, from, seq, timer, message, name);
      this.#carryOut(hosted, step.effects);
      if (audience.wantsFacts && before !== step.state) audience.tellFacts(hosted, at);
      this.#processed += 1;
    } catch (cause) {
      if (cause instanceof AgentFault) throw cause;
      throw new AgentFault(this.#plan.seed, hosted.id, this.#event(at, to, from, seq, message, timer), cause);
    }
  }

  #carryOut(hosted: HostedAgent, effects: readonly Effect[]): void {
    for (let i = 0; i < effects.length; i += 1) {
      const effect = effects[i] as Effect;
      switch (effect.kind) {
        case 'send':
          this.#send(hosted, effect.to, effect.message);
          break;
        case 'setTimer': {
          const { timer, delay, message } = effect;
          this.#timers.cancel(hosted, timer);
          const after = this.#delays.draw(delay, this.#now, hosted);
          // A pausable timer is the CPU time of a thread, which nothing loses.
          const later = this.#chaos && !delay.pausable ? this.#chaos.timerDelay(hosted, this.#now, timer) : 0;
          if (later === undefined) hosted.nextSeq();
          else this.#timers.set(hosted, timer, this.#now, after + later, message, delay.pausable);
          break;
        }
        case 'cancelTimer':
          this.#timers.cancel(hosted, effect.timer);
          break;
        case 'pauseTimers':
          this.#timers.pause(hosted, this.#now);
          break;
        case 'resumeTimers':
          this.#timers.resume(hosted, this.#now);
          break;
        case 'choose': {
          const index = hosted.stream.below(effect.options);
          this.#route(hosted.rank, hosted.rank, this.#now, hosted.nextSeq(), { type: effect.type, index });
          break;
        }
        case 'log':
          this.#audience.log(hosted, this.#now, effect.text);
          break;
        case 'trace':
          this.#audience.hit(hosted, this.#now, effect.event, effect.fields);
          break;
      }
    }
  }

  #send(hosted: HostedAgent, to: AgentId, message: Message): void {
    const rank = this.#ranks.get(to);
    if (rank === undefined) throw new Error(`sent ${message.type} to ${to}, which is not in the plan`);
    this.#peers.check(hosted.rank, rank, message.type);
    const at = this.#now + this.#links.latency(hosted.rank, rank);
    const seq = hosted.nextSeq();
    if (this.#chaos === undefined) this.#route(hosted.rank, rank, at, seq, message);
    else
      for (const each of this.#chaos.arrivals(hosted, rank, seq, this.#now, at, message.type))
        this.#route(hosted.rank, rank, each, seq, message);
  }

  #route(from: number, to: number, at: VirtualTime, seq: number, message: Message): void {
    if (this.#agents[to] !== undefined) this.#events.add(at, to, from, seq, message, undefined, false);
    else if (this.#remote) this.#remote(this.#event(at, to, from, seq, message, undefined));
    else throw new Error(`sent ${message.type} to ${this.#ids[to]}, which is not hosted here, and there is no way out`);
  }
}

function notHosted(id: AgentId): never {
  throw new Error(`agent ${id} is not hosted here`);
}

function missing(id: AgentId): never {
  throw new Error(`the snapshot has no agent ${id}`);
}
