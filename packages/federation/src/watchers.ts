/** The watchers of a federate: who wants to see steps of its agents, until they say otherwise or fall silent. */
import type { Plan } from '@dragon/engine';
import type { Body, Frame } from './frame.ts';
import type { HostedEngine } from './hosted-engine.ts';
import { SilenceTimer } from './silence-timer.ts';
import { WatchStream } from './watch-stream.ts';

/** How many may watch at a time. */
const MOST_WATCHERS = 64;

export interface WatchersOptions {
  /** How long a watcher may be silent until it is forgotten. */
  readonly silenceMs: number;
  readonly send: (watcher: string, body: Body) => void;
  readonly flush: () => Promise<void>;
}

interface Watcher {
  readonly wants: Frame<'watch'>;
  readonly silence: SilenceTimer;
  /** Undefined until there are agents. */
  stream: WatchStream | undefined;
}

export class Watchers {
  readonly #options: WatchersOptions;
  readonly #watchers = new Map<string, Watcher>();
  #engine: HostedEngine | undefined;
  #plan: Plan | null = null;
  #streams = 0;

  constructor(options: WatchersOptions) {
    this.#options = options;
  }

  /** Returns the streams of those who watch already, which shall see the agents start. */
  start(engine: HostedEngine, plan: Plan | null): readonly WatchStream[] {
    this.#engine = engine;
    this.#plan = plan;
    return [...this.#watchers].map(([name, watcher]) => this.#open(name, watcher));
  }

  /** A watcher repeats its request as long as it watches. */
  watch(wants: Frame<'watch'>): void {
    const known = this.#watchers.get(wants.from);
    if (known !== undefined) {
      known.silence.heard();
      return;
    }
    if (this.#watchers.size >= MOST_WATCHERS) return;
    const silence = new SilenceTimer(this.#options.silenceMs, () => this.#forget(wants.from));
    const watcher: Watcher = { wants, silence, stream: undefined };
    this.#watchers.set(wants.from, watcher);
    if (this.#engine !== undefined) this.#engine.observe(this.#open(wants.from, watcher));
  }

  unwatch({ from }: Frame<'unwatch'>): void {
    this.#forget(from);
  }

  /** Sends everybody what they have not seen yet: the run is over. */
  finish(): void {
    for (const { stream } of this.#watchers.values()) stream?.finish();
  }

  close(): void {
    for (const name of this.#watchers.keys()) this.#forget(name);
  }

  #open(name: string, watcher: Watcher): WatchStream {
    const { send, flush } = this.#options;
    this.#streams += 1;
    watcher.stream = new WatchStream({
      wants: watcher.wants,
      stream: this.#streams,
      plan: this.#plan,
      send: (body) => send(name, body),
      flush,
    });
    return watcher.stream;
  }

  #forget(name: string): void {
    const watcher = this.#watchers.get(name);
    if (watcher === undefined) return;
    this.#watchers.delete(name);
    watcher.silence.stop();
    if (watcher.stream === undefined) return;
    this.#engine?.unobserve(watcher.stream);
    watcher.stream.close();
  }
}
