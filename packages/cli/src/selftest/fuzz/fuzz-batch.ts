/** What a thread that tries cases is told, and what it answers: plain data. */
import type { FuzzKind } from './fuzz-kinds.ts';

export interface FuzzWorkerData {
  readonly seed: number;
  readonly folder: string;
  /** One integer: the case that is going on. */
  readonly at: SharedArrayBuffer;
}

export interface FuzzBatch {
  readonly kind: FuzzKind;
  readonly first: number;
  readonly count: number;
}

export interface FuzzBatchDone {
  readonly answers: Readonly<Record<string, number>>;
  readonly wrong: readonly { readonly nth: number; readonly what: string }[];
}
