/** The values of policy options that are more than a word, as text: throttles with their numbers. */
import { formatExactDuration, parseDuration } from './duration-text.ts';
import { unknownName } from './nearest.ts';
import { PolicyError } from './policy-error.ts';

/** When xfs_inodegc_queue makes its caller wait for the worker. Times are nanoseconds, marks are inodes. */
export type Throttle =
  | { readonly kind: 'always' }
  | { readonly kind: 'skip-kswapd' }
  | { readonly kind: 'skip-reclaim' }
  | { readonly kind: 'timed'; readonly ns: number }
  | { readonly kind: 'watermarks'; readonly high: number; readonly low: number }
  | { readonly kind: 'outside-rwsem' }
  | { readonly kind: 'allocators' }
  | { readonly kind: 'inline' };

/** The forms of a throttle as they are written, those with numbers with the usual ones. */
export const THROTTLE_FORMS: Readonly<Record<string, string>> = {
  always: 'every caller outside a transaction (5.15 to today)',
  'skip-kswapd': 'kswapd never waits (the patch of December 2022 that was dropped)',
  'skip-reclaim': 'neither kswapd nor direct reclaim waits (version 8 of the 2021 series)',
  'timed(10ms)': 'reclaim waits at most this long, once per scan call',
  'watermarks(256,64)': 'wait from the high mark until the backlog is down to the low one',
  'outside-rwsem': 'reclaim notes the debt and waits after it has left shrink_slab',
  allocators: 'as outside-rwsem, but kswapd never waits, and direct reclaim always does, whoever has evicted',
  inline: 'no queue: the evicting thread inactivates (before 5.15)',
};

/** Returns the throttle that `timed(250ms)` or `always` means; throws `PolicyError`. */
export function parseThrottle(value: string): Throttle {
  const [, name = value, , argument] = /^([a-z-]+)(\((.*)\))?$/.exec(value) ?? [];
  switch (name) {
    case 'always':
    case 'skip-kswapd':
    case 'skip-reclaim':
    case 'outside-rwsem':
    case 'allocators':
    case 'inline':
      if (argument !== undefined) throw new PolicyError(`throttle=${name} takes no argument`);
      return { kind: name };
    case 'timed':
      return { kind: 'timed', ns: argument === undefined ? 10_000_000 : parseDuration(argument) };
    case 'watermarks':
      return parseWatermarks(argument ?? '256,64');
    default:
      throw new PolicyError(unknownName('value for throttle', value, Object.keys(THROTTLE_FORMS)));
  }
}

function parseWatermarks(argument: string): Throttle {
  const match = /^(\d{1,6}),(\d{1,6})$/.exec(argument.replaceAll(' ', ''));
  const [high, low] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || !(low < high))
    throw new PolicyError(
      `throttle=watermarks(${argument}): give two counts of inodes, the higher first, as in watermarks(256,64)`,
    );
  return { kind: 'watermarks', high, low };
}

/** Returns the throttle as `parseThrottle` reads it. */
export function formatThrottle(throttle: Throttle): string {
  switch (throttle.kind) {
    case 'timed':
      return `timed(${formatExactDuration(throttle.ns)})`;
    case 'watermarks':
      return `watermarks(${throttle.high},${throttle.low})`;
    case 'always':
    case 'skip-kswapd':
    case 'skip-reclaim':
    case 'outside-rwsem':
    case 'allocators':
    case 'inline':
      return throttle.kind;
  }
}
