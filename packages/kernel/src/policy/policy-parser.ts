/** Policies as text: `--policy key=value,…` read, and written so that it reads back. */
import { unknownName } from './nearest.ts';
import {
  type AccountingPolicy,
  type ExemptPolicy,
  type Policy,
  POLICY_OPTIONS,
  PolicyError,
  type RepairLockPolicy,
  type RepairPolicy,
  type ShrinkersPolicy,
  type Throttle,
  type WorkerContextPolicy,
} from './policy.ts';

/** Returns `base` with the options of `text` (`key=value,key=value`) set; throws `PolicyError`. */
export function parsePolicy(text: string, base: Policy): Policy {
  return splitOutsideParentheses(text).reduce(setOption, base);
}

/** Returns the policy as `key=value,…`, which `parsePolicy` reads back. */
export function formatPolicy(policy: Policy): string {
  return [
    `throttle=${formatThrottle(policy.throttle)}`,
    `repair=${policy.repair}`,
    `repair-lock=${policy.repairLock}`,
    `shrinkers=${policy.shrinkers}`,
    `accounting=${policy.accounting}`,
    `exempt=${policy.exempt}`,
    `worker-context=${policy.workerContext}`,
  ].join(',');
}

function setOption(policy: Policy, assignment: string): Policy {
  const equals = assignment.indexOf('=');
  if (equals < 0) throw new PolicyError(`policy '${assignment}' is not of the form key=value`);
  const key = assignment.slice(0, equals).trim();
  const value = assignment.slice(equals + 1).trim();
  switch (key) {
    case 'throttle':
      return { ...policy, throttle: parseThrottle(value) };
    case 'repair':
      return { ...policy, repair: oneOf(key, value) as RepairPolicy };
    case 'repair-lock':
      return { ...policy, repairLock: oneOf(key, value) as RepairLockPolicy };
    case 'shrinkers':
      return { ...policy, shrinkers: oneOf(key, value) as ShrinkersPolicy };
    case 'accounting':
      return { ...policy, accounting: oneOf(key, value) as AccountingPolicy };
    case 'exempt':
      return { ...policy, exempt: oneOf(key, value) as ExemptPolicy };
    case 'worker-context':
      return { ...policy, workerContext: oneOf(key, value) as WorkerContextPolicy };
    default:
      throw new PolicyError(
        unknownName(
          'policy option',
          key,
          POLICY_OPTIONS.map((option) => option.key),
        ),
      );
  }
}

function oneOf(key: string, value: string): string {
  const forms = valuesOf(key);
  if (forms.includes(value)) return value;
  throw new PolicyError(unknownName(`value for ${key}`, value, forms));
}

function valuesOf(key: string): string[] {
  return POLICY_OPTIONS.find((option) => option.key === key)?.values.map((value) => value.form) ?? [];
}

function parseThrottle(value: string): Throttle {
  const [, name = value, , argument] = /^([a-z-]+)(\((.*)\))?$/.exec(value) ?? [];
  switch (name) {
    case 'always':
    case 'skip-kswapd':
    case 'skip-reclaim':
    case 'outside-rwsem':
    case 'inline':
      if (argument !== undefined) throw new PolicyError(`throttle=${name} takes no argument`);
      return { kind: name };
    case 'timed':
      return { kind: 'timed', ns: argument === undefined ? 10_000_000 : parseDuration(argument) };
    case 'watermarks':
      return parseWatermarks(argument ?? '256,64');
    default:
      throw new PolicyError(unknownName('value for throttle', value, valuesOf('throttle')));
  }
}

function parseWatermarks(argument: string): Throttle {
  const match = /^(\d{1,6}),(\d{1,6})$/.exec(argument.replaceAll(' ', ''));
  const [high, low] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || !(low < high))
    throw new PolicyError(
      `throttle=watermarks(${argument}): give two counts of inodes, the higher first, as in watermarks(256,64)`,
    );
  return { kind: 'watermarks', high, low };
}

const UNITS: { readonly [unit: string]: number } = { ns: 1, us: 1_000, ms: 1_000_000, s: 1_000_000_000 };

/** Returns nanoseconds from `250ms`, `1.5s`; throws `PolicyError`. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ns|us|ms|s)$/.exec(text);
  const ns = Math.round(Number(match?.[1]) * (UNITS[match?.[2] ?? ''] ?? 0));
  if (match === null || !(ns > 0) || !Number.isSafeInteger(ns))
    throw new PolicyError(`'${text}' is not a duration: give a number and a unit, as in 250ms or 300s`);
  return ns;
}

/** Returns a duration in the largest unit that gives a whole number; `parseDuration` reads it back. */
export function formatExactDuration(ns: number): string {
  const unit = ['s', 'ms', 'us'].find((name) => ns % (UNITS[name] ?? 1) === 0) ?? 'ns';
  return `${ns / (UNITS[unit] ?? 1)}${unit}`;
}

export function formatThrottle(throttle: Throttle): string {
  switch (throttle.kind) {
    case 'timed':
      return `timed(${formatExactDuration(throttle.ns)})`;
    case 'watermarks':
      return `watermarks(${throttle.high},${throttle.low})`;
    case 'always':
    case 'skip-kswapd':
    case 'skip-reclaim':
    case 'outside-rwsem':
    case 'inline':
      return throttle.kind;
  }
}

function splitOutsideParentheses(text: string): string[] {
  return text.split(/,(?![^(]*\))/).filter((part) => part.trim() !== '');
}
