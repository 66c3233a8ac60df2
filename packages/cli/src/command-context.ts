/** Context of a command: terminal, environment, Ctrl-C, and the live line of a run. */
import { formatSeconds, type VirtualTime } from '@dragon/engine';
import { thousands } from '@dragon/report';
import type { KeptRun } from './run/kept-run.ts';
import type { Terminal } from './terminal.ts';

export interface CommandContext {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The command that repeats the run which is going on: what to print if it meets a bug. */
  replay: string | undefined;
  /** The run that goes on, if one does: its words are those of the command. */
  resumed?: KeptRun;
  /** The words of the command. */
  words?: readonly string[];
}

/**
 * Returns a callback that keeps the live line up to date: the share of the run's virtual time that is over, events, and
 * how long the rest takes at this pace, if nothing is found before its end.
 */
export function liveProgress(
  terminal: Terminal,
  until: VirtualTime | undefined,
  label = '',
): (at: VirtualTime, events: number) => void {
  const started = performance.now();
  return (at, events) => {
    const seconds = (performance.now() - started) / 1_000;
    const rate = seconds > 0.2 ? `   ${thousands(Math.round(events / seconds))} events/s` : '';
    if (until === undefined) {
      terminal.live(`${label}${formatSeconds(at).slice(0, -8)} s of virtual time   ${thousands(events)} events${rate}`);
      return;
    }
    const share = Math.min(1, at / until);
    const left = seconds > 1 && share > 0 ? `   at most ${timeSpan((seconds / share) * (1 - share))} left` : '';
    const whole = formatSeconds(until).slice(0, -8);
    terminal.live(`${label}${progressBar(share)} of ${whole} s   ${thousands(events)} events${rate}${left}`);
  };
}

const BAR = 16;

/** `[######..........]  37 %`. */
export function progressBar(share: number): string {
  const done = Math.min(BAR, Math.floor(share * BAR));
  return `[${'#'.repeat(done).padEnd(BAR, '.')}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}

/** `38 s`, `12 min`, `2.5 h`. */
export function timeSpan(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
