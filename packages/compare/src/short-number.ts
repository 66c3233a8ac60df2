/** Numbers as a table shows them: three digits that count, and a unit. */
import { thousands } from '@dragon/report';

const UNITS: readonly (readonly [unit: string, ns: number])[] = [
  ['s', 1_000_000_000],
  ['ms', 1_000_000],
  ['us', 1_000],
];

/** `12.3 ms`, `4.91 s`, `300 s`; `never` for what is infinite, `-` for what there is none of. */
export function shortDuration(ns: number | null | undefined): string {
  if (ns === null || ns === undefined) return '-';
  if (ns === Infinity || ns === -Infinity) return 'never';
  if (ns < 0) return `-${shortDuration(-ns)}`;
  // 999.6 us is 1 ms when it is rounded.
  const [unit, size] = UNITS.find(([, each]) => ns >= each * 0.9995) ?? ['ns', 1];
  return `${threeDigits(ns / size)} ${unit}`;
}

/** Nearer to the longest than this, a quantile is one of the stalls that were cut off as the longest was. */
const CUT_SHORT = 0.98;

/** `61.2 ms`, or `300 s+` where the end of a run cut that stall off: `unfinished` were, among them the longest. */
export function stallText(ns: number | null, longest: number | null, unfinished: number): string {
  const isCut = ns !== null && longest !== null && unfinished > 0 && ns >= CUT_SHORT * longest;
  return `${shortDuration(ns)}${isCut ? '+' : ''}`;
}

/** `12,345`; `-` for what there is none of. */
export function grouped(count: number | null | undefined): string {
  if (count === null || count === undefined) return '-';
  return thousands(Math.round(count));
}

/** A share in per cent, without the sign: `37`, and `0.4` below 1. */
export function percent(share: number): string {
  const value = 100 * share;
  const size = Math.abs(value);
  return size > 0 && size < 0.95 ? value.toFixed(1) : value.toFixed(0).replace(/^-0$/, '0');
}

/** `7..20 %` */
export function percentRange({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${percent(low)}..${percent(high)} %`;
}

function threeDigits(value: number): string {
  const decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  const text = value.toFixed(decimals);
  return decimals === 0 ? text : text.replace(/\.?0+$/, '');
}
