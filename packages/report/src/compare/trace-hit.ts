/** A tracepoint that an agent hit, as a run hands it to whoever asked for it. */
import type { RunOptions } from '@dragon/engine';

export type TraceHit = Parameters<NonNullable<RunOptions['onTrace']>>[0];
