/**
 * Policies as text: `--policy key=value,…` read, and written so that it reads back. The one notation of the command
 * line, of `--json` and of a trace's header.
 */
import { unknownName } from './nearest.ts';
import { type Policy, POLICY_OPTIONS } from './policy.ts';
import { PolicyError } from './policy-error.ts';

/** Returns `base` with the options of `text` (`key=value,key=value`) set; throws `PolicyError`. */
export function parsePolicy(text: string, base: Policy): Policy {
  const parts = policyParts(text);
  if (parts.length === 0 && text !== '') throw new PolicyError(`policy '${text}' is empty: give key=value,…`);
  return parts.reduce(policyWith, base);
}

/** Returns the parts of `key=value,…` that a user typed; a comma inside parentheses belongs to a value. */
export function policyParts(text: string): string[] {
  return text.split(/,(?![^(]*\))/).filter((part) => part.trim() !== '');
}

/** Returns the option by key, as in `{"throttle": "timed(10ms)", "repair-lock": "wait", …}`. */
export function policyValues(policy: Policy): Readonly<Record<string, string>> {
  return Object.fromEntries(POLICY_OPTIONS.map((option) => [option.key, option.format(policy[option.field])]));
}

/** Returns the policy as `key=value,…`, which `parsePolicy` reads back. */
export function formatPolicy(policy: Policy): string {
  return assignments(policyValues(policy)).join(',');
}

/** Returns the assignments (`key=value`) that make `policy` of `base`. */
export function policyChanges(policy: Policy, base: Policy): string[] {
  const before = new Set(assignments(policyValues(base)));
  return assignments(policyValues(policy)).filter((each) => !before.has(each));
}

/** Returns the key of the first option that has `value` among its values, if one has. */
export function optionWithValue(value: string): string | undefined {
  return POLICY_OPTIONS.find((option) => {
    try {
      option.parse(value);
      return true;
    } catch (error) {
      if (error instanceof PolicyError) return false;
      throw error;
    }
  })?.key;
}

const assignments = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([key, value]) => `${key}=${value}`);

function policyWith(policy: Policy, assignment: string): Policy {
  const equals = assignment.indexOf('=');
  if (equals < 0) throw new PolicyError(`policy '${assignment}' is not of the form key=value`);
  const key = assignment.slice(0, equals).trim();
  const option = POLICY_OPTIONS.find((each) => each.key === key);
  if (option !== undefined) return { ...policy, [option.field]: option.parse(assignment.slice(equals + 1).trim()) };
  const known = POLICY_OPTIONS.map((each) => each.key);
  throw new PolicyError(unknownName('policy option', key, known));
}
