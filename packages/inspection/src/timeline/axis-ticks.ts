/** Ticks of a timeline's axis: at round instants, with the unit that their numbers are short in. */
import { formatSeconds, MICROSECOND, MILLISECOND, SECOND, type VirtualTime } from '@dragon/engine';
import type { TimeAxis } from './time-axis.ts';

export interface AxisTick {
  readonly x: number;
  readonly at: VirtualTime;
  readonly text: string;
}

/** Pixels that a tick's text needs. */
const ROOM = 96;
const UNITS = [
  { unit: 's', length: SECOND },
  { unit: 'ms', length: MILLISECOND },
  { unit: 'us', length: MICROSECOND },
  { unit: 'ns', length: 1 },
] as const;

/** Returns the ticks of the axis from left to right: in order, those of events at even distances. */
export function axisTicks(axis: TimeAxis): AxisTick[] {
  return axis.kind === 'time' ? timeTicks(axis) : orderTicks(axis);
}

function timeTicks(axis: TimeAxis): AxisTick[] {
  const { from, to } = axis.window;
  const step = roundStep(((to - from) / axis.width) * ROOM);
  const unit = UNITS.find(({ length }) => to >= length) ?? UNITS[3];
  const ticks: AxisTick[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    const decimals = decimalsOf(step, unit.length);
    ticks.push({ x: axis.x(at), at, text: at === 0 ? '0' : `${grouped(at, unit.length, decimals)} ${unit.unit}` });
  }
  return ticks;
}

function orderTicks(axis: TimeAxis): AxisTick[] {
  const step = Math.max(1, roundStep(((axis.to - axis.from) / axis.width) * (ROOM * 1.5)));
  const ticks: AxisTick[] = [];
  for (let row = Math.ceil(axis.from / step) * step; row < axis.to; row += step) {
    const at = axis.instantOf(row);
    ticks.push({ x: axis.xOf(row), at, text: `${grouped(at, SECOND, 6)} s` });
  }
  return ticks;
}

/** Returns the smallest of 1, 2, 5, 10, 20, 50, … that is at least `least`. */
function roundStep(least: number): number {
  let power = 1;
  while (power * 10 <= least) power *= 10;
  for (const factor of [1, 2, 5]) if (power * factor >= least) return power * factor;
  return power * 10;
}

function decimalsOf(step: number, unit: number): number {
  let decimals = 0;
  for (let length = step; length < unit; length *= 10) decimals += 1;
  return decimals;
}

/** Returns `2.220 882`: thin groups of three behind the point. */
function grouped(at: VirtualTime, unit: number, decimals: number): string {
  const whole = Math.floor(at / unit);
  if (decimals === 0) return String(whole);
  const behind =
    unit === SECOND ? formatSeconds(at).split('.')[1] : String(at - whole * unit).padStart(digits(unit), '0');
  return `${whole}.${threes((behind ?? '').slice(0, decimals))}`;
}

const digits = (unit: number): number => String(unit).length - 1;

/** Between groups stands a thin space. */
function threes(fraction: string): string {
  const groups: string[] = [];
  for (let i = 0; i < fraction.length; i += 3) groups.push(fraction.slice(i, i + 3));
  return groups.join('\u2009');
}

/** Returns an instant as the cursor's flag has it: `2.220 882 078`, in seconds. */
export function instantText(at: VirtualTime): string {
  return grouped(Math.round(at), SECOND, 9);
}
