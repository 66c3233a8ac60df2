/**
 * Looks at some agents of a run: what was seen of each last, and the transitions since somebody asked. A step costs no
 * more than keeping it; what is told of an agent is made when it is asked for.
 */
import type { AgentId, Move, Taken } from '@dragon/engine';
import type { AgentLook } from './watched-run.ts';

interface Kept<T> {
  seen: T | undefined;
  isNew: boolean;
  readonly taken: Map<unknown, Taken>;
}

export interface AgentLooksOptions<T> {
  readonly agents: readonly AgentId[];
  /** Called when there is something new, after there was nothing. */
  readonly onNews: () => void;
  readonly lookOf: (seen: T) => Omit<AgentLook, 'taken'>;
  /** Transitions with equal keys are one. */
  readonly keyOf: (taken: Taken) => unknown;
}

export class AgentLooks<T> {
  readonly #options: AgentLooksOptions<T>;
  readonly #kept: ReadonlyMap<AgentId, Kept<T>>;
  #hasNews = false;

  constructor(options: AgentLooksOptions<T>) {
    this.#options = options;
    this.#kept = new Map(options.agents.map((agent) => [agent, { seen: undefined, isNew: false, taken: new Map() }]));
  }

  /** Whether there is something that was not taken yet. */
  get hasNews(): boolean {
    return this.#hasNews;
  }

  /** Returns what was seen of an agent last. */
  last(agent: AgentId): T | undefined {
    return this.#kept.get(agent)?.seen;
  }

  /** Keeps what was seen of an agent; of others nothing. */
  note(agent: AgentId, seen: T, moves: readonly Move[] | undefined): void {
    const kept = this.#kept.get(agent);
    if (kept === undefined) return;
    kept.seen = seen;
    kept.isNew = true;
    if (moves !== undefined)
      for (const move of moves) for (const taken of move.taken) kept.taken.set(this.#options.keyOf(taken), taken);
    if (this.#hasNews) return;
    this.#hasNews = true;
    this.#options.onNews();
  }

  /** Returns what is new since this was called last. */
  take(): AgentLook[] {
    this.#hasNews = false;
    const looks: AgentLook[] = [];
    for (const kept of this.#kept.values()) {
      if (!kept.isNew || kept.seen === undefined) continue;
      looks.push({ ...this.#options.lookOf(kept.seen), taken: [...kept.taken.values()] });
      kept.isNew = false;
      kept.taken.clear();
    }
    return looks;
  }
}
