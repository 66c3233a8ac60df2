/** Candidates of a command of many runs: the policies that it tries, each with what `--policy` sets for all of them. */
import { DEFAULT_PROFILE, optionWithValue, parsePolicy, policyParts, profileNamed } from '@dragon/kernel';
import { SettingError, settingRead } from '@dragon/scenarios';

/** What `--candidate`, `--profile` and `--policy` say. */
export interface CandidateOptions {
  /** Each a profile's name, changes (`key=value,…`), or a name and changes. */
  readonly candidate?: readonly string[];
  /** Of the candidates that name none. */
  readonly profile?: string;
  /** Changes, as in `dragon run`. */
  readonly policy?: readonly string[];
}

/** A candidate as it is called, and what `requestRun` makes of it. */
export interface Candidate {
  readonly text: string;
  readonly profile: string;
  readonly policy: string;
}

/** Returns the candidates, or those of `usual` if none is given; throws `SettingError`. */
export function readCandidates(options: CandidateOptions, usual: readonly string[]): Candidate[] {
  const common = policyParts((options.policy ?? []).join(','));
  expectAssignments(common, '--profile or --candidate');
  return (options.candidate ?? usual).map((given) => readCandidate(given, common, options.profile));
}

/** Throws `SettingError` if a part of `--policy` is no assignment, and says what would be right. */
export function expectAssignments(parts: readonly string[], profileOption: string): void {
  for (const part of parts) {
    if (part.includes('=')) continue;
    const key = optionWithValue(part);
    if (key !== undefined) throw new SettingError('policy', `'${part}' is no key=value; did you mean ${key}=${part}?`);
    if (isProfile(part)) throw new SettingError('policy', `'${part}' is a profile: give it with ${profileOption}`);
  }
}

function readCandidate(given: string, common: readonly string[], usualProfile: string | undefined): Candidate {
  const parts = policyParts(given.trim());
  const [first] = parts;
  if (first === undefined)
    throw new SettingError('candidate', `'${given}' is empty: give a profile, or key=value,…, or both`);
  const named = first.includes('=') ? usualProfile : profileOf(first);
  const profile = settingRead(first.includes('=') ? 'profile' : 'candidate', () =>
    profileNamed(named ?? DEFAULT_PROFILE),
  );
  const changes = first.includes('=') ? parts : parts.slice(1);
  settingRead('policy', () => parsePolicy(common.join(','), profile.policy));
  settingRead('candidate', () => parsePolicy(changes.join(','), profile.policy));
  const own = new Set(changes.map(keyOf));
  const doubled = common.find((each) => own.has(keyOf(each)));
  if (doubled !== undefined)
    throw new SettingError(
      'policy',
      `'${doubled}' would hold for every candidate, but '${given.trim()}' sets ${keyOf(doubled)} itself; to try it as well: --candidate ${doubled}`,
    );
  const policy = [...changes, ...common];
  return {
    text: [...(named === undefined ? [] : [profile.name]), ...policy].join(','),
    profile: profile.name,
    policy: policy.join(','),
  };
}

function profileOf(text: string): string {
  const key = optionWithValue(text);
  if (key === undefined) return text;
  throw new SettingError('candidate', `'${text}' is no profile; did you mean ${key}=${text}?`);
}

function isProfile(text: string): boolean {
  try {
    return profileNamed(text).name === text;
  } catch {
    return false;
  }
}

const keyOf = (assignment: string) => assignment.slice(0, assignment.indexOf('=')).trim();
