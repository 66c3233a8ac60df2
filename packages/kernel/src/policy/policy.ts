/** Policies: every way to run the simulated kernel is one typed option, and a profile is a named set of them. */
import { unknownName } from './nearest.ts';
import { PolicyError } from './policy-error.ts';
import { formatThrottle, parseThrottle, type Throttle, THROTTLE_FORMS } from './policy-values.ts';

export type RepairPolicy = 'unregister-in-transaction' | 'unregister-after-commit' | 'try-unregister';
export type RepairLockPolicy = 'wait' | 'trylock';
export type ShrinkersPolicy = 'rwsem' | 'srcu' | 'refcount';
export type AccountingPolicy = 'hidden' | 'queued-counted' | 'queued-counted-and-oom-aware';
/** What the inodegc worker's own allocations may do: GFP_KERNEL may reclaim through the file system, NOFS may not. */
export type WorkerContextPolicy = 'gfp-kernel' | 'nofs';
/** What gets pinned inodes into the log before somebody forces it. */
export type ReclaimPolicy = 'as-6.1' | 'forces-log' | 'flushes-commit-record';
export type ExemptPolicy = 'journal-info' | 'nofs';
/** When an inode that is queued starts its worker. */
export type QueuePolicy = 'delayed' | 'at-depth';
export type StatfsPolicy = 'push' | 'flush';

export type Policy = {
  readonly throttle: Throttle;
  readonly repair: RepairPolicy;
  readonly repairLock: RepairLockPolicy;
  readonly shrinkers: ShrinkersPolicy;
  readonly accounting: AccountingPolicy;
  readonly exempt: ExemptPolicy;
  readonly workerContext: WorkerContextPolicy;
  readonly queue: QueuePolicy;
  readonly statfs: StatfsPolicy;
  readonly reclaim: ReclaimPolicy;
};

/** An option of a policy: `--policy key=value` sets it, `dragon list` shows it, and `Policy` has it as a field. */
export interface PolicyOption<Value = unknown> {
  readonly key: string;
  readonly about: string;
  /** What can be written for a value, as `watermarks(256,64)`, and what it means. */
  readonly values: readonly { readonly form: string; readonly about: string }[];
  readonly inV6_1: Value;
  /** Throws `PolicyError`. */
  parse(text: string): Value;
  format(value: Value): string;
}

const formsOf = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([form, about]) => ({ form, about }));

/** An option with a word for each value. */
function choice<Value extends string>(
  key: string,
  about: string,
  inV6_1: NoInfer<Value>,
  values: Readonly<Record<Value, string>>,
): PolicyOption<Value> {
  const forms = formsOf(values);
  const parse = (text: string): Value => {
    if (Object.hasOwn(values, text)) return text as Value;
    throw new PolicyError(unknownName(`value for ${key}`, text, Object.keys(values)));
  };
  return { key, about, values: forms, inV6_1, parse, format: (value) => value };
}

/** Everything there is to know of the options but the types of their values; in the order in which they are written. */
const OPTION_OF: { readonly [Field in keyof Policy]: PolicyOption<Policy[Field]> } = {
  throttle: {
    key: 'throttle',
    about: 'who waits for the inodegc worker when its queue is long',
    values: formsOf(THROTTLE_FORMS),
    inV6_1: { kind: 'always' },
    parse: parseThrottle,
    format: formatThrottle,
  },
  repair: choice('repair', 'when online repair gives its shrinker back', 'unregister-in-transaction', {
    'unregister-in-transaction': 'with AGI and AGF locked (the bug)',
    'unregister-after-commit': 'after commit has released them (the fix)',
    'try-unregister': 'trylock; if that fails, the shrinker goes when the list is next free',
  }),
  repairLock: choice('repair-lock', 'how online repair takes the AGI', 'wait', {
    wait: 'sleeps until it has it',
    trylock: 'tries again and again (6.10)',
  }),
  shrinkers: choice('shrinkers', 'what protects the list of shrinkers', 'rwsem', {
    rwsem: 'one global rwsem, readers trylock (up to 6.6)',
    srcu: 'SRCU: unregister waits for every walk under way (6.4-rc, reverted)',
    refcount: 'a reference a shrinker: unregister waits for its own users (6.7)',
  }),
  accounting: choice('accounting', 'whether the superblock shrinker counts inodes queued for inactivation', 'hidden', {
    hidden: 'no: queued inodes are in no count (5.15 to today)',
    'queued-counted': 'yes, as objects that a scan cannot take',
    'queued-counted-and-oom-aware': 'yes, and the allocator does not give up while the workers get on',
  }),
  exempt: choice('exempt', 'which callers are never throttled', 'journal-info', {
    'journal-info': 'those inside a transaction (5.15 to 6.8)',
    nofs: 'those in a NOFS context (6.9)',
  }),
  workerContext: choice('worker-context', "what the inodegc worker's own allocations may do", 'nofs', {
    'gfp-kernel': 'reclaim through the file system (6.1.0)',
    nofs: 'not so (6.2, and 6.1.y since)',
  }),
  queue: choice('queue', 'when a queued inode starts the inodegc worker', 'delayed', {
    delayed: 'a jiffy after the last one, at once from the 34th; that queues the work anew (5.19)',
    'at-depth': 'from the 34th; fewer stay until somebody asks, and what is queued stays in its place (5.15 to 5.18)',
  }),
  statfs: choice('statfs', 'what statfs does about queued inodes', 'push', {
    push: 'starts the workers (5.19)',
    flush: 'starts the workers of all CPUs and waits for them (5.15 to 5.18)',
  }),
  reclaim: choice('reclaim', 'what unpins inactivated inodes before a log force does', 'as-6.1', {
    'as-6.1': 'nothing in reclaim: they stay pinned for up to 30 s (up to today)',
    'forces-log': 'xfs_reclaim_inodes_nr forces the log, without waiting, when it meets pinned ones',
    'flushes-commit-record': 'a push of the CIL at its limit writes its commit record, too',
  }),
};

/** The options as a list, each with the field of `Policy` that it sets. */
export const POLICY_OPTIONS: readonly (PolicyOption & { readonly field: keyof Policy })[] = Object.entries(
  OPTION_OF,
).map(([field, option]) => ({ ...option, field: field as keyof Policy }));

export interface Profile {
  readonly name: string;
  /** What `uname -r` says, as in `6.1.0`. */
  readonly release: string;
  readonly about: string;
  readonly policy: Policy;
}

const V6_1 = Object.fromEntries(POLICY_OPTIONS.map(({ field, inV6_1 }) => [field, inV6_1])) as Policy;

/**
 * The repair bug is kept in every profile but v6.12: the question is what each kernel would have made of it. Of other
 * kernels a profile has what they did about inodegc and shrinkers, and nothing else: memory reclaim and the log are
 * those of 6.1 in each (5.15 still had congestion_wait and split kinds of LRU lists).
 */
export const PROFILES: readonly Profile[] = [
  {
    name: 'v5.13',
    release: '5.13.0',
    about: 'before background inactivation: kswapd inactivates inodes itself',
    policy: { ...V6_1, throttle: { kind: 'inline' }, workerContext: 'gfp-kernel' },
  },
  {
    name: 'v5.15',
    release: '5.15.0',
    about: 'the first with background inactivation: no timer starts a worker, and statfs waits for all of them',
    policy: { ...V6_1, workerContext: 'gfp-kernel', queue: 'at-depth', statfs: 'flush' },
  },
  {
    name: 'v5.19',
    release: '5.19.0',
    about: 'a worker starts within a jiffy, and statfs only pushes; of inodegc and shrinkers all is as in v6.1.0',
    policy: { ...V6_1, workerContext: 'gfp-kernel' },
  },
  {
    name: 'v6.1.0',
    release: '6.1.0',
    about: 'as first released: the worker itself may reclaim through the file system',
    policy: { ...V6_1, workerContext: 'gfp-kernel' },
  },
  {
    name: 'v6.1',
    release: '6.1.0-djwong',
    about: 'as in December 2022, with the repair branch of the mail',
    policy: V6_1,
  },
  {
    name: 'v6.1-patched',
    release: '6.1.0-djwong+',
    about: 'v6.1 with the proposed patch: kswapd skips the throttle',
    policy: { ...V6_1, throttle: { kind: 'skip-kswapd' } },
  },
  {
    name: 'v6.4-rc',
    release: '6.4.0-rc1',
    about: 'shrinkers under SRCU, reverted before 6.4',
    policy: { ...V6_1, shrinkers: 'srcu' },
  },
  {
    name: 'v6.7',
    release: '6.7.0',
    about: 'shrinkers with a reference count each',
    policy: { ...V6_1, shrinkers: 'refcount' },
  },
  {
    name: 'v6.12',
    release: '6.12.0',
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
