/** The engine: hosts some or all agents of a plan, and processes their events in the total order. */
import type { AgentDefinition, Effect } from './agent.ts';
import { AgentFault } from './agent-fault.ts';
import type { AgentDigest } from './digest.ts';
import { type AgentId, compareText, type Event, type Json, type Message } from './event.ts';
import { EventList } from './event-list.ts';
import {
  forgetTimer,
  type HostedAgent,
  historyOf,
  newHostedAgent,
  recordRow,
  recordTurn,
  restoreAgent,
  type SavedAgent,
  saveAgent,
} from './hosted-agent.ts';
import { drawDelay, linkLatency } from './latency.ts';
import type { Outlets } from './outlets.ts';
import type { Plan } from './plan.ts';
import type { Row } from './row.ts';
import type { VirtualTime } from './time.ts';

/** The definitions of a process, by kind. */
export type Definitions = ReadonlyMap<string, AgentDefinition>;

/** A whole engine as JSON data, at an instant between two events. */
export interface EngineSnapshot {
  readonly now: VirtualTime;
  readonly agents: readonly SavedAgent[];
  readonly events: readonly Event[];
}

export class Engine {
  readonly #plan: Plan;
  readonly #outlets: Outlets;
  readonly #events = new EventList();
  readonly #hosted = new Map<AgentId, HostedAgent>();
  readonly #known: ReadonlySet<AgentId>;
  /** All that will be hosted here: while agents start, some that they send to are not in `#hosted` yet. */
  readonly #wanted: ReadonlySet<AgentId>;
  #now: VirtualTime = 0;
  #processed = 0;

  /**
   * Hosts the agents named in `ids` (all of the plan's where absent) and starts them at instant 0, or as `snapshot` has
   * them. Throws if the plan names a kind that `definitions` lacks, or if `snapshot` is not of these agents.
   */
  constructor(
    plan: Plan,
    definitions: Definitions,
    outlets: Outlets = {},
    ids?: readonly AgentId[],
    snapshot?: EngineSnapshot,
  ) {
    this.#plan = plan;
    this.#outlets = outlets;
    this.#known = new Set(plan.agents.map((spec) => spec.id));
    this.#wanted = new Set(ids ?? this.#known);
    const saved = snapshot && new Map(snapshot.agents.map((agent) => [agent.id, agent]));
    for (const spec of plan.agents.toSorted((a, b) => compareText(a.id, b.id))) {
      if (!this.#wanted.has(spec.id)) continue;
      const definition = definitions.get(spec.kind);
      if (definition === undefined) throw new Error(`no definition for agents of kind ${spec.kind}`);
      if (saved === undefined) this.#start(spec.id, spec.params, definition);
      else this.#hosted.set(spec.id, restoreAgent(saved.get(spec.id) ?? missing(spec.id), definition));
    }
    if (snapshot !== undefined) this.#restoreEvents(snapshot);
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

  /** Returns the digest shares of the hosted agents. */
  digests(): AgentDigest[] {
    return [...this.#hosted.values()].map((hosted) => ({ agent: hosted.id, chain: hosted.chain }));
  }

  /**
   * Returns the last `HISTORY_ROWS` rows of a hosted agent and the last as many that changed its holds or its wait,
   * oldest first.
   */
  history(id: AgentId): readonly Row[] {
    return historyOf(this.#agent(id));
  }

  /** Returns the state of a hosted agent as its definition saves it. */
  inspect(id: AgentId): Json {
    const hosted = this.#agent(id);
    return hosted.definition.save(hosted.state);
  }

  /**
   * Returns everything this engine needs to go on elsewhere: agents, timers, random streams, counters, pending events.
   */
  save(): EngineSnapshot {
    return { now: this.#now, agents: [...this.#hosted.values()].map(saveAgent), events: this.#events.toSorted() };
  }

  #agent(id: AgentId): HostedAgent {
    const hosted = this.#hosted.get(id);
    if (hosted === undefined) throw new Error(`agent ${id} is not hosted here`);
    return hosted;
  }

  #start(id: AgentId, params: Json, definition: AgentDefinition): void {
    const hosted = newHostedAgent(id, definition, this.#plan.seed);
    this.#hosted.set(id, hosted);
    try {
      const step = definition.init(params, id);
      hosted.state = step.state;
      this.#carryOut(hosted, step.effects);
      this.#reportFacts(hosted);
    } catch (cause) {
      throw new AgentFault(this.#plan.seed, id, undefined, cause);
    }
  }

  #restoreEvents(snapshot: EngineSnapshot): void {
    this.#now = snapshot.now;
    const timers = new Map<string, string>();
    for (const agent of snapshot.agents)
      for (const [timer, seq] of Object.entries(agent.timers)) timers.set(`${agent.id} ${seq}`, timer);
    for (const event of snapshot.events) {
      const hosted = this.#agent(event.to);
      const handle = this.#events.add(event);
      const timer = event.from === event.to ? timers.get(`${event.to} ${event.seq}`) : undefined;
      if (timer !== undefined) hosted.timers.set(timer, handle);
    }
  }

  #process(event: Event): void {
    const hosted = this.#hosted.get(event.to) as HostedAgent;
    this.#now = event.at;
    if (event.from === event.to) forgetTimer(hosted, event);
    try {
      const step = hosted.definition.receive(hosted.state, event.message, event.from, event.at);
      const changed = step.state !== hosted.state;
      hosted.state = step.state;
      const row = recordRow(hosted, event);
      this.#outlets.row?.(row);
      this.#carryOut(hosted, step.effects);
      if (changed && this.#reportFacts(hosted)) recordTurn(hosted, row);
    } catch (cause) {
      throw cause instanceof AgentFault ? cause : new AgentFault(this.#plan.seed, event.to, event, cause);
    }
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
          if (effect.delay.cpu && !hosted.holdsCpu)
            hosted.stopped.set(effect.timer, { left: after, message: effect.message });
          else this.#startTimer(hosted, effect.timer, after, effect.message, effect.delay.cpu);
          break;
        }
        case 'cancelTimer':
          this.#cancelTimer(hosted, effect.timer);
          break;
        case 'holdCpu':
          this.#holdCpu(hosted, effect.held);
          break;
        case 'choose': {
          const index = hosted.stream.below(effect.options);
          this.#events.add(this.#stamp(hosted, hosted.id, this.#now, { type: effect.type, index }));
          break;
        }
        case 'log':
          this.#outlets.log?.({ at: this.#now, agent: hosted.id, text: effect.text });
          break;
        case 'trace':
          this.#outlets.trace?.({ at: this.#now, agent: hosted.id, event: effect.event, fields: effect.fields });
          break;
      }
    }
  }

  #send(hosted: HostedAgent, to: AgentId, message: Message): void {
    if (!this.#known.has(to)) throw new Error(`sent ${message.type} to ${to}, which is not in the plan`);
    const event = this.#stamp(hosted, to, this.#now + this.#linkLatency(hosted, to), message);
    if (this.#wanted.has(to)) this.#events.add(event);
    else if (this.#outlets.remote) this.#outlets.remote(event);
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

  #startTimer(hosted: HostedAgent, timer: string, after: VirtualTime, message: Message, cpu: boolean): void {
    hosted.timers.set(timer, this.#events.add(this.#stamp(hosted, hosted.id, this.#now + after, message)));
    if (cpu) hosted.cpuTimers.add(timer);
  }

  /** Timers in CPU time stop, or go on with what is left of them. */
  #holdCpu(hosted: HostedAgent, held: boolean): void {
    if (held === hosted.holdsCpu) return;
    hosted.holdsCpu = held;
    if (held) {
      for (const [timer, { left, message }] of hosted.stopped) this.#startTimer(hosted, timer, left, message, true);
      hosted.stopped.clear();
      return;
    }
    for (const timer of hosted.cpuTimers) {
      const handle = hosted.timers.get(timer);
      if (handle === undefined) continue;
      hosted.stopped.set(timer, { left: handle.event.at - this.#now, message: handle.event.message });
      this.#events.cancel(handle);
      hosted.timers.delete(timer);
    }
    hosted.cpuTimers.clear();
  }

  #cancelTimer(hosted: HostedAgent, timer: string): void {
    hosted.cpuTimers.delete(timer);
    hosted.stopped.delete(timer);
    const handle = hosted.timers.get(timer);
    if (handle === undefined) return;
    this.#events.cancel(handle);
    hosted.timers.delete(timer);
  }

  /** Returns true if what the thread holds or waits for has changed. */
  #reportFacts(hosted: HostedAgent): boolean {
    const facts = hosted.definition.facts(hosted.state);
    const turned = facts.task !== hosted.facts.task;
    if (!turned && facts.resources === hosted.facts.resources) return false;
    hosted.facts = facts;
    this.#outlets.facts?.({ at: this.#now, agent: hosted.id, facts });
    return turned;
  }
}

function missing(id: AgentId): never {
  throw new Error(`the snapshot has no agent ${id}`);
}
