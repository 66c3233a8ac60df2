/** What a page says of a run in a few labels, read from what was asked for. */
import { policyValues, PROFILES } from '@dragon/kernel';
import type { TraceSubject } from '@dragon/report';

export interface RunChips {
  /** The scenario; of a run that was made from none, its heading. */
  readonly name: string;
  readonly profile: string | undefined;
  /** What differs from the profile, as in `throttle=skip-kswapd`. */
  readonly changes: readonly string[];
  /** What of the scenario was set, as in `inodes=5000`, and the file of its delays. */
  readonly set: readonly string[];
  readonly seed: number | undefined;
  readonly cpus: number | undefined;
}

export function runChips({ heading, command }: TraceSubject): RunChips {
  const { scenario, profile, policy, seed, cpus, set, latencyFile } = command;
  const usual = PROFILES.find(({ name }) => name === profile)?.policy;
  const before: Readonly<Record<string, string>> | undefined = usual && policyValues(usual);
  const values = typeof policy === 'object' && policy !== null ? Object.entries(policy) : [];
  return {
    name: typeof scenario === 'string' ? scenario : heading,
    profile: typeof profile === 'string' ? profile : undefined,
    changes: values.flatMap(([key, value]) =>
      before !== undefined && typeof value === 'string' && before[key] !== value ? [`${key}=${value}`] : [],
    ),
    set: [
      ...(Array.isArray(set) ? set.filter((each) => typeof each === 'string') : []),
      ...(typeof latencyFile === 'string' ? [`delays of ${latencyFile}`] : []),
    ],
    seed: typeof seed === 'number' ? seed : undefined,
    cpus: typeof cpus === 'number' ? cpus : undefined,
  };
}
