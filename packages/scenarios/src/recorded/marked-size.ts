/** Sizes that a workload's own marks tell: `NAME start N MiB` in the trace_marker, when a task of that name begins. */
import type { VirtualTime } from '@dragon/engine';
import type { RecordedFacts } from './recorded-facts.ts';

export interface MarkedSize {
  readonly comm: string;
  readonly at: VirtualTime;
  readonly cpu: number;
  readonly pages: number;
}

const START = /\b([\w.-]{1,15}) start (\d{1,9}) MiB\b/;
const PAGES_PER_MIB = 256;

/** Returns what the mark says of a task's size, if it does. */
export function markedSize(
  { at, text }: RecordedFacts['marks'][number],
  { demand }: RecordedFacts,
): MarkedSize | undefined {
  const [, comm, mib] = START.exec(text) ?? [];
  if (comm === undefined || mib === undefined) return undefined;
  const cpu = demand.reclaimers.find((each) => each.comm === comm)?.cpu ?? 0;
  return { comm, at, cpu, pages: Number(mib) * PAGES_PER_MIB };
}
