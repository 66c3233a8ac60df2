/** Seeds of a command: one, several, or ranges of them, as `--seed` and `--seeds` take them alike. */
import { readWholeNumber, SettingError } from '@dragon/scenarios';

/** A comparison keeps all its runs' measures in memory, and a sweep their digests. */
const MOST_SEEDS = 100_000;

export interface SeedList {
  /** As in `1..100`, `7`, or `1..3,7`. */
  readonly text: string;
  readonly seeds: readonly number[];
}

/** Returns the seeds from the first to the last. */
export function seedRange(first: number, last: number): SeedList {
  return {
    text: first === last ? String(first) : `${first}..${last}`,
    seeds: Array.from({ length: last - first + 1 }, (_, i) => first + i),
  };
}

/**
 * Returns a reader of the value of `setting`, as in `1..100` or `1,4,7..9`; it throws `SettingError`, with `advice` for
 * what is no seed at all. Whoever asks one run for several seeds is told by `onlySeed` what makes many.
 */
export function seedReader(setting: 'seed' | 'seeds', advice: string): (text: string) => SeedList {
  return (text) => {
    const lists = text.split(',').map((part) => readRange(setting, part.trim(), advice));
    const count = lists.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    if (count > MOST_SEEDS) throw new SettingError(setting, `'${text}' has more than ${MOST_SEEDS} seeds`);
    const ranges = lists.map(([first, last]) => seedRange(first, last));
    const seeds = ranges.flatMap((range) => range.seeds);
    if (new Set(seeds).size < seeds.length) throw new SettingError(setting, `'${text}' has a seed twice`);
    return { text: ranges.map((range) => range.text).join(','), seeds };
  };
}

/** What `--seed` and `--seeds` say; `undefined` if neither is given. */
export function givenSeeds({ seed, seeds }: { seed?: SeedList; seeds?: SeedList }): SeedList | undefined {
  if (seed !== undefined && seeds !== undefined) throw new SettingError('seeds', 'give this or --seed, not both');
  return seed ?? seeds;
}

/** Returns the one seed of a command that makes one run; `undefined` if none is given. */
export function onlySeed(given: { seed?: SeedList; seeds?: SeedList }): number | undefined {
  const list = givenSeeds(given);
  if (list === undefined || list.seeds.length === 1) return list?.seeds[0];
  const setting = given.seed === undefined ? 'seeds' : 'seed';
  throw new SettingError(setting, `this makes one run, not ${list.seeds.length}: for many there is dragon sweep`);
}

function readRange(setting: string, text: string, advice: string): readonly [first: number, last: number] {
  if (/^-?\d+$/.test(text)) {
    const seed = readWholeNumber(setting, text, 0, Number.MAX_SAFE_INTEGER);
    return [seed, seed];
  }
  const match = /^(\d+)\.\.(\d+)$/.exec(text);
  if (match === null) throw new SettingError(setting, `'${text}' is no seed${advice}`);
  const [, firstText = '', lastText = ''] = match;
  const first = readWholeNumber(setting, firstText, 0, Number.MAX_SAFE_INTEGER);
  const last = readWholeNumber(setting, lastText, 0, Number.MAX_SAFE_INTEGER);
  if (last < first) throw new SettingError(setting, `'${text}' must begin with the lower seed`);
  return [first, last];
}
