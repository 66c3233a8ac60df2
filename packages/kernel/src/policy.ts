/** Policies: every way to run the simulated kernel is one typed option, and a profile is a named set of them. */
import { nearest } from './nearest.ts';

/** When xfs_inodegc_queue makes its caller wait for the worker. Times are nanoseconds, marks are inodes. */
export type Throttle =
  | { readonly kind: 'always' }
  | { readonly kind: 'skip-kswapd' }
  | { readonly kind: 'skip-reclaim' }
  | { readonly kind: 'timed'; readonly ns: number }
  | { readonly kind: 'watermarks'; readonly high: number; readonly low: number }
  | { readonly kind: 'outside-rwsem' }
  | { readonly kind: 'inline' };

export type RepairPolicy = 'unregister-in-transaction' | 'unregister-after-commit' | 'try-unregister';
export type RepairLockPolicy = 'wait' | 'trylock';
export type ShrinkersPolicy = 'rwsem' | 'srcu' | 'refcount';
export type AccountingPolicy = 'hidden' | 'queued-counted' | 'queued-counted-and-oom-aware';
/** What the inodegc worker's own allocations may do: GFP_KERNEL may reclaim through the file system, NOFS may not. */
export type WorkerContextPolicy = 'gfp-kernel' | 'nofs';
export type ExemptPolicy = 'journal-info' | 'nofs';

export type Policy = {
  readonly throttle: Throttle;
  readonly repair: RepairPolicy;
  readonly repairLock: RepairLockPolicy;
  readonly shrinkers: ShrinkersPolicy;
  readonly accounting: AccountingPolicy;
  readonly exempt: ExemptPolicy;
  readonly workerContext: WorkerContextPolicy;
};

/** An option as `dragon list` shows it and `--policy key=value` sets it. */
export interface PolicyOption {
  readonly key: string;
  readonly about: string;
  readonly values: readonly { readonly form: string; readonly about: string }[];
}

export const POLICY_OPTIONS: readonly PolicyOption[] = [
  {
    key: 'throttle',
    about: 'who waits for the inodegc worker when its queue is long',
    values: [
      { form: 'always', about: 'every caller outside a transaction (5.15 to today)' },
      { form: 'skip-kswapd', about: 'kswapd never waits (the patch of December 2022 that was dropped)' },
      { form: 'skip-reclaim', about: 'neither kswapd nor direct reclaim waits (version 8 of the 2021 series)' },
      { form: 'timed(10ms)', about: 'reclaim waits at most this long, once per scan call' },
      { form: 'watermarks(256,64)', about: 'wait from the high mark until the backlog is down to the low one' },
      { form: 'outside-rwsem', about: 'reclaim notes the debt and waits after it has left shrink_slab' },
      { form: 'inline', about: 'no queue: the evicting thread inactivates (before 5.15)' },
    ],
  },
  {
    key: 'repair',
    about: 'when online repair gives its shrinker back',
    values: [
      { form: 'unregister-in-transaction', about: 'with AGI and AGF locked (the bug)' },
      { form: 'unregister-after-commit', about: 'after commit has released them (the fix)' },
      { form: 'try-unregister', about: 'trylock; if that fails, the shrinker goes when the list is next free' },
    ],
  },
  {
    key: 'repair-lock',
    about: 'how online repair takes the AGI',
    values: [
      { form: 'wait', about: 'sleeps until it has it' },
      { form: 'trylock', about: 'tries again and again (6.10)' },
    ],
  },
  {
    key: 'shrinkers',
    about: 'what protects the list of shrinkers',
    values: [
      { form: 'rwsem', about: 'one global rwsem, readers trylock (up to 6.6)' },
      { form: 'srcu', about: 'SRCU: unregister waits for every walk under way (6.4-rc, reverted)' },
      { form: 'refcount', about: 'a reference a shrinker: unregister waits for its own users (6.7)' },
    ],
  },
  {
    key: 'accounting',
    about: 'whether the superblock shrinker counts inodes queued for inactivation',
    values: [
      { form: 'hidden', about: 'no: queued inodes are in no count (5.15 to today)' },
      { form: 'queued-counted', about: 'yes, as objects that a scan cannot take' },
      { form: 'queued-counted-and-oom-aware', about: 'yes, and the allocator does not give up while the workers get on' },
    ],
  },
  {
    key: 'exempt',
    about: 'which callers are never throttled',
    values: [
      { form: 'journal-info', about: 'those inside a transaction (5.15 to 6.8)' },
      { form: 'nofs', about: 'those in a NOFS context (6.9)' },
    ],
  },
  {
    key: 'worker-context',
    about: "what the inodegc worker's own allocations may do",
    values: [
      { form: 'gfp-kernel', about: 'reclaim through the file system (6.1.0)' },
      { form: 'nofs', about: 'not so (6.2, and 6.1.y since)' },
    ],
  },
];

export interface Profile {
  readonly name: string;
  readonly about: string;
  readonly policy: Policy;
}

const V6_1: Policy = {
  throttle: { kind: 'always' },
  repair: 'unregister-in-transaction',
  repairLock: 'wait',
  shrinkers: 'rwsem',
  accounting: 'hidden',
  exempt: 'journal-info',
  workerContext: 'nofs',
};

/** The repair bug is kept in every profile but v6.12: the question is what each kernel would have made of it. */
export const PROFILES: readonly Profile[] = [
  {
    name: 'v5.13',
    about: 'before background inactivation: kswapd inactivates inodes itself',
    policy: { ...V6_1, throttle: { kind: 'inline' }, workerContext: 'gfp-kernel' },
  },
  {
    name: 'v6.1.0',
    about: 'as first released: the worker itself may reclaim through the file system',
    policy: { ...V6_1, workerContext: 'gfp-kernel' },
  },
  { name: 'v6.1', about: 'as in December 2022, with the repair branch of the mail', policy: V6_1 },
  {
    name: 'v6.1-patched',
    about: 'v6.1 with the proposed patch: kswapd skips the throttle',
    policy: { ...V6_1, throttle: { kind: 'skip-kswapd' } },
  },
  { name: 'v6.4-rc', about: 'shrinkers under SRCU, reverted before 6.4', policy: { ...V6_1, shrinkers: 'srcu' } },
  { name: 'v6.7', about: 'shrinkers with a reference count each', policy: { ...V6_1, shrinkers: 'refcount' } },
  {
    name: 'v6.12',
    about: 'refcount shrinkers, NOFS test, and the repair that was merged',
    policy: {
      ...V6_1,
      shrinkers: 'refcount',
      exempt: 'nofs',
      repair: 'unregister-after-commit',
      repairLock: 'trylock',
    },
  },
];

export const DEFAULT_PROFILE = 'v6.1';

/** Bad usage: what is wrong and, if there is one, the nearest that would be right. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/** Returns the profile of that name; throws `PolicyError`. */
export function profileNamed(name: string): Profile {
  const found = PROFILES.find((profile) => profile.name === name);
  if (found) return found;
  throw new PolicyError(
    unknown(
      'profile',
      name,
      PROFILES.map((profile) => profile.name),
    ),
  );
}

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
        unknown(
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
  throw new PolicyError(unknown(`value for ${key}`, value, forms));
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
      throw new PolicyError(unknown('value for throttle', value, valuesOf('throttle')));
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

function unknown(what: string, given: string, known: readonly string[]): string {
  const guess = nearest(given, known);
  return `unknown ${what} '${given}'${guess === undefined ? '' : `; did you mean ${guess}?`} (one of: ${known.join(', ')})`;
}
