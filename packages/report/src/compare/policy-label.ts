/** What a compared policy is called in a sentence or a row. */

/** Returns `skip-kswapd` for `throttle=skip-kswapd`; what changes more than the throttle, and a profile's name, stays as it was given. */
export function policyLabel(policy: string): string {
  return /^throttle=([^,(]*(?:\([^)]*\))?)$/.exec(policy)?.[1] ?? policy;
}
