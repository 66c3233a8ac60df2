/** Reading words, numbers and times of a plan file, with errors that say what would be right. */
import type { VirtualTime } from '@dragon/engine';
import { FaultError, parseDuration, PolicyError, unknownName } from '@dragon/kernel';
import { FaultPlanError, type Place } from './fault-plan-error.ts';
import type { YamlEntry, YamlMap, YamlValue } from './yaml-tree.ts';

/** Returns what `read` does; throws its complaint as one about a place in the file. */
export function located<T>(place: Place, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FaultError || error instanceof PolicyError) throw new FaultPlanError(place, error.message);
    throw error;
  }
}

/** Returns the value if it is a map; `what` it should be, as in `a rule`, with an example. */
export function mapOf(value: YamlValue, what: string): YamlMap {
  if (value.kind === 'map') return value;
  throw new FaultPlanError(value.place, `it is not ${what}`);
}

/** Throws for the first key that is none of the known. */
export function expectKeys({ entries }: YamlMap, what: string, known: readonly string[]): void {
  for (const [word, { key }] of entries)
    if (!known.includes(word))
      throw new FaultPlanError(key, `${what} has no such key: ${unknownName('key', word, known)}`);
}

export function textOf({ place, ...value }: YamlValue, what: string): string {
  if (value.kind === 'scalar' && typeof value.value === 'string') return value.value;
  throw new FaultPlanError(place, `${what} is not a text`);
}

/** Returns a time in nanoseconds. */
export function timeOf(value: YamlValue): VirtualTime {
  const text = value.kind === 'scalar' && value.value !== null ? String(value.value) : undefined;
  if (text === undefined) throw new FaultPlanError(value.place, 'it is not a time: give one as in 250ms or 1.5s');
  return located(value.place, () => parseDuration(text));
}

/** Returns the shortest and the longest of times as in `1ms..20ms`, or one as in `5ms`. */
export function spanOf(value: YamlValue): readonly [least: VirtualTime, most: VirtualTime] {
  const { place } = value;
  const text = textOf(value, 'by');
  const [first = '', last = first, ...rest] = text.split('..');
  if (rest.length > 0) throw new FaultPlanError(place, `'${text}' is no span: give one as in 1ms..20ms, or 5ms`);
  const [least, most] = located(place, () => [parseDuration(first), parseDuration(last)] as const);
  if (least > most) throw new FaultPlanError(place, `'${text}' is no span: the shorter time comes first`);
  return [least, most];
}

/** Returns a number from 0 to 1, also written as `30%`. */
export function shareOf(value: YamlValue): number {
  const { place } = value;
  const given = value.kind === 'scalar' ? value.value : null;
  const percent = typeof given === 'string' ? /^(\d{1,3}(?:\.\d{1,9})?) ?%$/.exec(given)?.[1] : undefined;
  const share = percent === undefined ? given : Number(percent) / 100;
  if (typeof share === 'number' && share >= 0 && share <= 1) return share;
  throw new FaultPlanError(place, 'a probability is a number from 0 to 1, as in 0.3, or a share, as in 30%');
}

/** Words with their places: one alone, or a list of them. */
export function wordsOf(value: YamlValue, what: string): (readonly [word: string, place: Place])[] {
  const members = value.kind === 'list' ? value.members : [value];
  if (members.length === 0) throw new FaultPlanError(value.place, `${what} is empty: leave it out`);
  return members.map((member) => [textOf(member, what), member.place]);
}

/** Returns the value of a key; undefined if it is not there. */
export const valueAt = ({ entries }: YamlMap, key: string): YamlValue | undefined => entries.get(key)?.value;

/** Returns the entry of a key, which has to be there. */
export function entryAt({ entries, place }: YamlMap, key: string, example: string): YamlEntry {
  const entry = entries.get(key);
  if (entry !== undefined) return entry;
  throw new FaultPlanError(place, `${key} is missing: add ${example}`);
}
