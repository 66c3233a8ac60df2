/** Policies to choose from, as `--policy` of a command of many runs gives them, and the range of `--seeds`. */
import { DEFAULT_PROFILE, optionWithValue, policyParts, profileNamed } from '@dragon/kernel';
import { SettingError, settingRead } from '@dragon/scenarios';

export interface SeedRange {
  readonly first: number;
  readonly last: number;
}

/** A policy as it was given, and what `requestRun` makes of it. */
export interface PolicyChoice {
  readonly text: string;
  readonly profile: string;
  readonly policy: string;
}

/**
 * Returns what a text means: `key=value,…` changes the default profile; a profile's name stands for itself, and may be
 * followed by changes. Throws `SettingError`.
 */
export function policyChoice(given: string): PolicyChoice {
  const text = given.trim();
  const [first = '', ...rest] = policyParts(text);
  if (first.includes('=')) return { text, profile: DEFAULT_PROFILE, policy: text };
  const key = optionWithValue(first);
  if (key !== undefined) throw new SettingError('policy', `'${first}' is no profile; did you mean ${key}=${text}?`);
  return { text, profile: settingRead('policy', () => profileNamed(first)).name, policy: rest.join(',') };
}

/** Returns `1..100`, or `7` for a single seed. */
export function seedsText({ first, last }: SeedRange): string {
  return first === last ? String(first) : `${first}..${last}`;
}
