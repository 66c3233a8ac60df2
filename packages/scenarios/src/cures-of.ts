/** What one may try against a finding, with the same scenario and seed: policies that are known to cure, and others. */
import type { FindingKind } from '@dragon/engine';
import {
  DEFAULT_PROFILE,
  formatPolicy,
  parsePolicy,
  policyChanges,
  POLICY_OPTIONS,
  profileNamed,
} from '@dragon/kernel';
import { CURES } from './cures.ts';
import type { RunRequest } from './run-request.ts';

export interface Remedy {
  /** As `--policy` takes it, on top of the profile: what the run had been told, with the change. */
  readonly policy: string;
  /** What is new in it, as in `throttle=skip-kswapd`. */
  readonly change: string;
  /** What that means, in a few words. */
  readonly about: string;
  /** Whether it is known to cure this scenario, whatever the seed; else it is only worth a try. */
  readonly isKnown: boolean;
}

/** What is worth a try where nobody knows of a cure, by kind of finding. */
const WORTH_A_TRY: Readonly<Record<FindingKind, readonly string[]>> = {
  deadlock: ['worker-context=nofs'],
  oom: ['throttle=always', 'throttle=allocators', 'reclaim=forces-log', 'accounting=queued-counted-and-oom-aware'],
  // Nobody gives back a disk, and a property is the user's own.
  stall: [],
  property: [],
};

type Asked = Pick<RunRequest, 'scenario' | 'profile'> & { readonly settings: Pick<RunRequest['settings'], 'policy'> };

/** Returns the known cures in the order of `CURES`, then what is worth a try, without what the run had already. */
export function curesOf({ scenario, profile, settings: { policy } }: Asked, kind: FindingKind): Remedy[] {
  const base = profileNamed(profile).policy;
  const isUsual = profile === DEFAULT_PROFILE && policyChanges(policy, base).length === 0;
  const remedy = (change: string, about: string, isKnown: boolean): Remedy[] => {
    const changed = parsePolicy(change, policy);
    if (formatPolicy(changed) === formatPolicy(policy)) return [];
    return [{ policy: policyChanges(changed, base).join(','), change, about, isKnown }];
  };
  const deadlockCures = kind === 'deadlock' ? CURES.filter(({ deadlock }) => deadlock === 0) : [];
  // What cures one entrance of the deadlock is known to fail at another.
  const failing = new Set(
    CURES.filter((cure) => cure.scenario === scenario && cure.deadlock > 0).map((cure) => cure.policy),
  );
  return [
    ...deadlockCures.flatMap((cure) =>
      failing.has(cure.policy) ? [] : remedy(cure.policy, cure.about, isUsual && cure.scenario === scenario),
    ),
    ...WORTH_A_TRY[kind].flatMap((change) => remedy(change, aboutChange(change), false)),
  ];
}

/** Returns what the table of options says of a value. */
function aboutChange(change: string): string {
  const option = POLICY_OPTIONS.find(({ key }) => change.startsWith(`${key}=`));
  const value = option?.values.find(({ form }) => change === `${option.key}=${form}`);
  return value === undefined ? '' : `${option?.about}: ${value.about}`;
}
