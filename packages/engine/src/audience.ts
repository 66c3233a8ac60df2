/** The observers of an engine, by what they read, so that nothing is made that nobody reads. */
import type { Step, TraceFields } from './agent.ts';
import type { AgentId, Event } from './event.ts';
import type { HostedAgent } from './hosted-agent.ts';
import type { Observer } from './observer.ts';
import { rowOf } from './row.ts';
import type { VirtualTime } from './time.ts';

type Whom = 'all' | 'none' | ReadonlySet<AgentId>;

export class Audience {
  readonly #all: readonly Observer[];
  readonly #rows: readonly Observer[];
  readonly #steps: readonly Observer[];
  readonly #logs: readonly Observer[];
  readonly #hits: readonly Observer[];
  readonly #facts: readonly Observer[];
  /** Whose steps or rows somebody wants, and whose moves. */
  readonly #seen: Whom;
  readonly #moved: Whom;
  /** Whether anybody wants facts. */
  readonly wantsFacts: boolean;

  constructor(observers: readonly Observer[]) {
    this.#all = observers;
    this.#rows = observers.filter((each) => each.row !== undefined);
    this.#steps = observers.filter((each) => each.see !== undefined);
    this.#logs = observers.filter((each) => each.log !== undefined);
    this.#hits = observers.filter((each) => each.hit !== undefined);
    this.#facts = observers.filter((each) => each.facts !== undefined);
    this.#seen = this.#rows.length > 0 ? 'all' : seenBy(this.#steps);
    this.#moved = seenBy(this.#steps.filter(({ moves }) => moves === true));
    this.wantsFacts = this.#facts.length > 0;
  }

  with(observer: Observer): Audience {
    return new Audience([...this.#all, observer]);
  }

  without(observer: Observer): Audience {
    return new Audience(this.#all.filter((each) => each !== observer));
  }

  /** Returns whether anybody wants steps or rows of an agent. */
  wantsStepsOf(agent: AgentId): boolean {
    return isOf(this.#seen, agent);
  }

  /** Returns whether anybody wants moves of an agent. */
  wantsMovesOf(agent: AgentId): boolean {
    return isOf(this.#moved, agent);
  }

  /** Shows a step, and its row unless it is a start. `index` counts the events that the agent had received before. */
  show(
    { id: agent, definition }: HostedAgent,
    at: VirtualTime,
    event: Event | undefined,
    index: number,
    before: unknown,
    { state: after, effects, moves }: Step<unknown>,
    state: string,
  ): void {
    if (event !== undefined && this.#rows.length > 0) {
      const row = rowOf(event, index, state);
      for (const observer of this.#rows) observer.row?.(row);
    }
    if (this.#steps.length === 0) return;
    const seen = { at, agent, definition, event, index, before, after, state, effects, moves };
    for (const observer of this.#steps) if (observer.agents?.has(agent) !== false) observer.see?.(seen);
  }

  log({ id: agent }: HostedAgent, at: VirtualTime, text: string): void {
    for (const observer of this.#logs) observer.log?.({ at, agent, text });
  }

  hit({ id: agent }: HostedAgent, at: VirtualTime, event: string, fields: TraceFields): void {
    for (const observer of this.#hits)
      if (observer.tracepoints?.has(event) !== false) observer.hit?.({ at, agent, event, fields });
  }

  /** Tells the facts of an agent that are others than those that were told last. */
  tellFacts(hosted: HostedAgent, at: VirtualTime): void {
    const { task, resources } = hosted.definition.facts(hosted.state);
    if (task === hosted.task && resources === hosted.resources) return;
    hosted.task = task;
    hosted.resources = resources;
    // Not the agent's own facts, which may be a whole state that would outlive its time.
    const change = { at, agent: hosted.id, facts: { task, resources } };
    for (const observer of this.#facts) observer.facts?.(change);
  }
}

function seenBy(observers: readonly Observer[]): Whom {
  if (observers.length === 0) return 'none';
  if (observers.some(({ agents }) => agents === undefined)) return 'all';
  return new Set(observers.flatMap(({ agents = [] }) => [...agents]));
}

function isOf(whom: Whom, agent: AgentId): boolean {
  return whom === 'all' || (whom !== 'none' && whom.has(agent));
}
