/** What a federate is asked for: the run, its name, what it can host and how patient it is; and what it returns. */
import type { Definitions } from '@dragon/engine';
import type { RunStore } from './run-store.ts';

export interface FederateOptions {
  readonly run: string;
  /** Unique in the run; letters, digits, `_` and `-`. */
  readonly name: string;
  /** The key of the run, if it has one. */
  readonly key?: string | undefined;
  readonly definitions: Definitions;
  /** The kinds it offers to host; default: those of `definitions`. */
  readonly kinds?: readonly string[] | 'any' | undefined;
  /** The most agents it hosts; default: any number. */
  readonly capacity?: number | undefined;
  /** How long to wait for a coordinator to appear; default 60000. */
  readonly joinMs?: number | undefined;
  /** How long the coordinator may be silent; default 10000. */
  readonly silenceMs?: number | undefined;
  /** How often what is missing is asked for again; default 200. */
  readonly repeatMs?: number | undefined;
  /** How long a watcher may be silent until it is forgotten; default 5000. */
  readonly watchMs?: number | undefined;
  /** Opens the store of the run, if its coordinator wants checkpoints; without it there can be none. */
  readonly openStore?: (() => Promise<RunStore>) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once a second at most, with how many frames were dropped, and what was wrong with the last one. */
  readonly onBadFrames?: ((text: string) => void) | undefined;
}

export interface FederateResult {
  readonly processed: number;
  readonly windows: number;
  readonly badFrames: number;
}
