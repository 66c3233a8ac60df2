/** Virtual time: integer nanoseconds since the start of a run. */

/** Integer nanoseconds since the start of a run; exact up to 2^53 ns, 104 days. */
export type VirtualTime = number;

export const MICROSECOND = 1_000;
export const MILLISECOND = 1_000_000;
export const SECOND = 1_000_000_000;

/** Later than every instant of a run: "no event". */
export const NEVER: VirtualTime = Number.MAX_SAFE_INTEGER;

/** Returns `at` as seconds with nine decimals, as in `12.000345000`. */
export function formatSeconds(at: VirtualTime): string {
  const whole = Math.floor(at / SECOND);
  return `${whole}.${String(at - whole * SECOND).padStart(9, '0')}`;
}

/** Returns a duration with the unit a person would choose: `850 ns`, `12.5 us`, `3.2 ms`, `1.50 s`. */
export function formatDuration(ns: VirtualTime): string {
  if (ns < MICROSECOND) return `${ns} ns`;
  if (ns < MILLISECOND) return `${(ns / MICROSECOND).toFixed(1)} us`;
  if (ns < SECOND) return `${(ns / MILLISECOND).toFixed(1)} ms`;
  return `${(ns / SECOND).toFixed(2)} s`;
}
