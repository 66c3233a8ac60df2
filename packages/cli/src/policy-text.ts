/** A policy in the words of `--policy`: the one notation of the command line, of `--json` and of a trace's header. */
import { formatPolicy, type Policy, profileNamed } from '@dragon/kernel';

/** Returns the options by key, as in `{"throttle": "timed(10ms)", "repair-lock": "wait", …}`. */
export function policyValues(policy: Policy): Record<string, string> {
  // A comma inside parentheses belongs to a value.
  const assignments = formatPolicy(policy).split(/,(?![^(]*\))/);
  return Object.fromEntries(assignments.map((each) => each.split('=', 2) as [string, string]));
}

/** Returns `key=value,…` for what the policy changes of its profile; the empty string if nothing. */
export function policyChanges(policy: Policy, profile: string): string {
  const before = policyValues(profileNamed(profile).policy);
  return Object.entries(policyValues(policy))
    .filter(([key, value]) => before[key] !== value)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
