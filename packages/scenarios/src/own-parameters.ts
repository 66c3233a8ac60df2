/** Makers of the parameters that worlds have of their own, each with its usual bounds. */
import { MILLISECOND, SECOND } from '@dragon/engine';
import type { OwnParameter } from './scenario.ts';
import type { ThreadSpec } from './world.ts';

type Usual = OwnParameter['usual'];

const GIB = 262_144;
/** A start is not later than a day, and a run not longer than it has to be for that. */
const LATEST = 86_400 * SECOND;

/** Inodes that nobody uses, and that are in the cache at the start. */
export const inodesParameter = (usual: Usual, about = 'inodes in the cache at the start'): OwnParameter => ({
  about,
  unit: 'count',
  usual,
  least: 0,
  most: 2_000_000,
});

/** Returns the first so many groups. */
export const agsTo = (count: number): number[] => Array.from({ length: count }, (_, ag) => ag);

export const AGS_PARAMETER: OwnParameter = {
  about: 'allocation groups of the file system',
  unit: 'count',
  usual: 4,
  least: 1,
  most: 1_024,
};

/** Tasks or files, one at least unless `least` says otherwise. */
export const countParameter = (about: string, usual: Usual, most: number, least = 1): OwnParameter => ({
  about,
  unit: 'count',
  usual,
  least,
  most,
});

/** Pages that somebody wants or has. */
export const memoryParameter = (about: string, usual: Usual, least = 0): OwnParameter => ({
  about,
  unit: 'memory',
  usual,
  least,
  most: 1_024 * GIB,
});

/** When something begins. */
export const instantParameter = (about: string, usualMs: number): OwnParameter => ({
  about,
  unit: 'time',
  usual: usualMs * MILLISECOND,
  least: 0,
  most: LATEST,
});

/** Returns the window in which a thread starts: `wideMs` from an instant on. */
export function startingFrom(at: number, wideMs: number): NonNullable<ThreadSpec['startMs']> {
  const atMs = at / MILLISECOND;
  return [atMs, atMs + wideMs];
}
