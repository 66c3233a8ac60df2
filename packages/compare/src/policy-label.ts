/** Short names of compared policies, for a sentence or a row. */

/**
 * Returns `skip-kswapd` for `throttle=skip-kswapd`: the throttle is what a policy is known by. A profile's name stays
 * as it is.
 */
export function policyLabel(policy: string): string {
  return policy.replace(/^throttle=/, '');
}
