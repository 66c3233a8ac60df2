/**
 * What cures the deadlock of December 2022 and what does not (kernel reference 6.3, as far as no memory model is
 * needed).
 */
import { DEFAULT_PROFILE, formatPolicy, parsePolicy, type Policy, profileNamed } from '@dragon/kernel';

/** How many parties the deadlock has; 0 if the run completes. */
type Parties = number;

export interface Cure {
  readonly scenario: string;
  /** As `--policy` takes it, on top of profile v6.1. */
  readonly policy: string;
  /** What it changes, in a few words. */
  readonly about: string;
  /** The verdict, whatever the seed. */
  readonly deadlock: Parties;
}

const onSeed = (policy: string, deadlock: Parties, about: string): Cure => ({
  scenario: 'seed-deadlock',
  policy,
  about,
  deadlock,
});

export const CURES: readonly Cure[] = [
  onSeed('throttle=always', 3, 'nothing: the kernel as it was'),
  onSeed('throttle=skip-kswapd', 0, 'kswapd never waits'),
  onSeed('throttle=skip-reclaim', 0, 'nobody in reclaim waits'),
  onSeed('throttle=timed(10ms)', 0, 'reclaim waits 10 ms at most'),
  onSeed('throttle=outside-rwsem', 0, 'reclaim waits after shrink_slab'),
  onSeed('throttle=allocators', 0, 'direct reclaim waits after shrink_slab, kswapd never'),
  onSeed('repair=unregister-after-commit', 0, 'repair lets go of AGI and AGF first'),
  onSeed('shrinkers=refcount', 0, 'no lock around all shrinkers'),
  onSeed('shrinkers=srcu', 3, 'another lock, the same wait'),
  onSeed('throttle=inline', 2, 'no queue: kswapd meets repair itself'),
  {
    scenario: 'seed-direct-reclaim',
    policy: 'throttle=skip-kswapd',
    about: 'a task in direct reclaim still waits',
    deadlock: 3,
  },
  {
    scenario: 'seed-drop-caches',
    policy: 'throttle=skip-reclaim',
    about: 'drop_caches is not reclaim, and waits',
    deadlock: 3,
  },
];

/** Returns where a policy that cures `seed-deadlock` is known to fail all the same; undefined if it is nowhere. */
export function knownHalfCure(policy: Policy): string | undefined {
  const { policy: usual } = profileNamed(DEFAULT_PROFILE);
  const wanted = formatPolicy(policy);
  const same = CURES.filter((cure) => formatPolicy(parsePolicy(cure.policy, usual)) === wanted);
  const failing = same.find(({ deadlock }) => deadlock > 0);
  if (failing === undefined || same.every(({ deadlock }) => deadlock > 0)) return undefined;
  return `${failing.about} (a deadlock in ${failing.scenario})`;
}
