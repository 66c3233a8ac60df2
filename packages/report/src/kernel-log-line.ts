/** A line of the kernel's log. */
import { formatSeconds, type VirtualTime } from '@dragon/engine';

/** Returns the line as dmesg prints it: `[   12.345678] text`. */
export function kernelLogLine(at: VirtualTime, text: string): string {
  const [seconds = '', fraction = ''] = formatSeconds(at).split('.');
  return `[${seconds.padStart(5)}.${fraction.slice(0, 6)}] ${text}`;
}
