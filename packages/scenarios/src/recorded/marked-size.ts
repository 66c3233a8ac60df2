/** Sizes that a workload's own marks tell: `NAME start N MiB` in the trace_marker, when a task of that name begins. */
import type { VirtualTime } from '@dragon/engine';
import type { RecordedFacts } from '@dragon/kernel';

export interface MarkedSize {
  readonly comm: string;
  readonly at: VirtualTime;
  readonly pages: number;
}

const START = /\b([\w.-]{1,15}) start (\d{1,9}) MiB\b/;
const PAGES_PER_MIB = 256;

/** Returns what the mark says of a task's size, if it does. */
export function markedSize({ at, text }: RecordedFacts['marks'][number]): MarkedSize | undefined {
  const [, comm, mib] = START.exec(text) ?? [];
  return comm === undefined || mib === undefined ? undefined : { comm, at, pages: Number(mib) * PAGES_PER_MIB };
}
