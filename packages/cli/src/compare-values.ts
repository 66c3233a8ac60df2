/** The values of the options of `dragon compare`: ranges, lists, and one line for what is neither. */
import { UsageError } from './command-errors.ts';
import type { SeedRange } from './compare-request.ts';
import { parseCpus, wholeNumber } from './option-values.ts';

/** A comparison keeps all its runs' measures in memory. */
const MOST_SEEDS = 100_000;

/** `1..100`, or one seed. */
export function parseSeeds(text: string): SeedRange {
  const match = /^(\d+)(?:\.\.(\d+))?$/.exec(text);
  if (match === null) throw new UsageError(`--seeds ${text}: give a range, as in 1..100, or one seed`);
  const [, firstText = '', lastText = firstText] = match;
  const first = wholeNumber('--seeds', firstText, 0, Number.MAX_SAFE_INTEGER);
  const last = wholeNumber('--seeds', lastText, 0, Number.MAX_SAFE_INTEGER);
  if (last < first) throw new UsageError(`--seeds ${text}: the first seed comes first`);
  if (last - first >= MOST_SEEDS) throw new UsageError(`--seeds ${text}: at most ${MOST_SEEDS} seeds`);
  return { first, last };
}

/** `1,4,16`, in rising order. */
export function parseCpusList(text: string): readonly number[] {
  const list = text.split(',').map((each) => parseCpus(each.trim()));
  if (new Set(list).size < list.length) throw new UsageError(`--cpus ${text}: each number once`);
  return list.sort((a, b) => a - b);
}

export const parseJobs = (text: string) => wholeNumber('--jobs', text, 1, 256);

export const parseSensitivitySeeds = (text: string) => wholeNumber('--sensitivity-seeds', text, 1, MOST_SEEDS);
