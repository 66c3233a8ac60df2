/** An instant as a person types it: seconds, with or without thin groups, or a duration with its unit. */
import type { VirtualTime } from '@dragon/engine';
import { parseDuration, PolicyError } from '@dragon/kernel';

/** Returns nanoseconds; undefined for what is no instant. As in `2.220 882`, `474.7ms`. */
export function typedInstant(text: string): VirtualTime | undefined {
  const word = text.replaceAll('\u2009', '').replaceAll(' ', '');
  if (word === '') return undefined;
  const seconds = Number(word);
  if (!Number.isNaN(seconds)) return seconds >= 0 && seconds <= 1e7 ? Math.round(seconds * 1e9) : undefined;
  try {
    return parseDuration(word);
  } catch (error) {
    if (error instanceof PolicyError) return undefined;
    throw error;
  }
}
