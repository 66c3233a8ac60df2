/** A run in a few numbers, to be set beside another. */
import type { VirtualTime } from '@dragon/engine';
import { uncounted } from '@dragon/report';
import { agentsOf, memoryAt } from '../memory/memory-series.ts';
import type { RunRecord } from '../run-record.ts';

export interface RunFigures {
  readonly events: number;
  /** The most inodes that no shrinker counted, and when; undefined without a census. */
  readonly uncounted: { readonly most: number; readonly at: VirtualTime } | undefined;
  readonly kills: number;
  readonly stalls: number;
}

/** Instants at which the inodes are counted: a peak between two of them is missed. */
const LOOKS_AT_MEMORY = 400;

export function runFigures(record: RunRecord): RunFigures {
  const found = (kind: string): number => record.findings.filter((finding) => finding.kind === kind).length;
  return { events: record.rows, uncounted: mostUncounted(record), kills: found('oom'), stalls: found('stall') };
}

function mostUncounted(record: RunRecord): RunFigures['uncounted'] {
  const [cache] = agentsOf(record, 'inode-cache');
  const instants = cache === undefined ? undefined : record.census.of(cache)?.instants;
  if (instants === undefined) return undefined;
  const step = Math.max(1, Math.floor(instants.length / LOOKS_AT_MEMORY));
  let most: { readonly most: number; readonly at: VirtualTime } | undefined;
  for (let i = 0; i < instants.length; i += step) {
    const at = instants[i] ?? 0;
    const state = memoryAt(record, at);
    const count = state === undefined ? 0 : uncounted(state);
    if (state !== undefined && (most === undefined || count > most.most)) most = { most: count, at };
  }
  return most;
}
