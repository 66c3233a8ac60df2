/** What a federate is given and what it gives back. */
import type { Definitions } from '@dragon/engine';

export interface FederateOptions {
  readonly run: string;
  /** Unique in the run; letters, digits, `_` and `-`. */
  readonly name: string;
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
  readonly signal?: AbortSignal | undefined;
  readonly onBadFrame?: ((problem: string) => void) | undefined;
}

export interface FederateResult {
  readonly processed: number;
  readonly windows: number;
  readonly badFrames: number;
}
