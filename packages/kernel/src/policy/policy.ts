/** Policies: every way to run the simulated kernel is one typed option, and a profile is a named set of them. */
import { unknownName } from './nearest.ts';

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
      {
        form: 'queued-counted-and-oom-aware',
        about: 'yes, and the allocator does not give up while the workers get on',
      },
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
    unknownName(
      'profile',
      name,
      PROFILES.map((profile) => profile.name),
    ),
  );
}
