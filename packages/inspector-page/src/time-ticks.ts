/** Ticks of an axis of time: round instants and what stands at them. */
import { MICROSECOND, MILLISECOND, SECOND, type VirtualTime } from '@dragon/engine';

export interface TimeTick {
  readonly at: VirtualTime;
  readonly text: string;
}

const UNITS = [
  { ns: SECOND, text: 's' },
  { ns: MILLISECOND, text: 'ms' },
  { ns: MICROSECOND, text: 'us' },
  { ns: 1, text: 'ns' },
] as const;

/** Returns at most about so many ticks of `[from, to]`, a round step apart. */
export function timeTicks(from: VirtualTime, to: VirtualTime, most: number): TimeTick[] {
  const step = roundStep((to - from) / Math.max(1, most));
  const unit = UNITS.find(({ ns }) => ns <= Math.max(step * 5, 1)) ?? UNITS[3];
  const digits = Math.max(0, Math.ceil(Math.log10(unit.ns / step) - 1e-9));
  const first = Math.ceil(from / step) * step;
  const count = Math.max(0, Math.floor((to - first) / step) + 1);
  return Array.from({ length: count }, (_, i) => {
    const at = first + i * step;
    return { at, text: at === 0 ? '0' : `${(at / unit.ns).toFixed(digits)} ${unit.text}` };
  });
}

/** Returns the least of 1, 2, 5, 10, … that is no smaller. */
function roundStep(least: number): number {
  let magnitude = 1;
  while (magnitude * 10 <= least) magnitude *= 10;
  return [1, 2, 5, 10].map((factor) => factor * magnitude).find((step) => step >= least) ?? magnitude * 10;
}
