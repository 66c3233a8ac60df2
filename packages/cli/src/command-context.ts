/** Context of a command: terminal, environment, Ctrl-C, and the live line of a run. */
import { formatSeconds, type VirtualTime } from '@dragon/engine';
import type { Terminal } from './terminal.ts';

export interface CommandContext {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The command that repeats the run which is going on: what to print if it meets a bug. */
  replay: string | undefined;
}

/** Returns a callback that keeps the live line up to date: virtual time, events, events a second. */
export function liveProgress(terminal: Terminal, label = ''): (at: VirtualTime, events: number) => void {
  const started = performance.now();
  return (at, events) => {
    const seconds = (performance.now() - started) / 1_000;
    const rate = seconds > 0.2 ? `   ${thousands(Math.round(events / seconds))} events/s` : '';
    terminal.live(`${label}${formatSeconds(at).slice(0, -6)} s of virtual time   ${thousands(events)} events${rate}`);
  };
}

/** `12345` -> `12,345`. */
export function thousands(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}
