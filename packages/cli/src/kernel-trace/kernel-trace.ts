/**
 * A kernel's trace on its way into a command: read once for all who want it, with a live line, and its errors as ours.
 */
import { printable, thousands, TraceError } from '@dragon/report';
import { type TraceSink } from '@dragon/ftrace';
import { type FtraceRead, readFtrace } from '@dragon/ftrace/io';
import { type CommandContext, progressBar, timeSpan } from '../command-context.ts';
import { OperationalError } from '../failure.ts';
import { counted } from '../run/run-output.ts';

/** Feeds all of `sinks` with the trace. Rejects with an `OperationalError` if the file is none or cannot be read. */
export async function readKernelTrace(
  path: string,
  sinks: readonly TraceSink[],
  { terminal, signal }: CommandContext,
): Promise<FtraceRead> {
  const started = performance.now();
  const all: TraceSink = {
    event(event) {
      for (const sink of sinks) sink.event(event);
    },
    gap(gap) {
      for (const sink of sinks) sink.gap(gap);
    },
    unread(line) {
      for (const sink of sinks) sink.unread?.(line);
    },
    writtenBy(release) {
      for (const sink of sinks) sink.writtenBy?.(release);
    },
  };
  try {
    return await readFtrace(path, all, {
      signal,
      onProgress({ bytes, total, events }) {
        const seconds = (performance.now() - started) / 1_000;
        const share = total === 0 ? 0 : bytes / total;
        const bar = total === 0 ? '' : `${progressBar(share)} `;
        const left = seconds > 1 && share > 0 ? `   about ${timeSpan((seconds / share) * (1 - share))} left` : '';
        const rate = seconds > 0.2 ? `   ${thousands(Math.round(events / seconds))} events/s` : '';
        terminal.live(`${bar}${thousands(events)} events${rate}${left}`);
      },
    });
  } catch (error) {
    if (error instanceof TraceError) throw new OperationalError(error.message);
    throw error;
  } finally {
    terminal.still();
  }
}

/** Says what a trace lacks, where the command's own output does not: what comes of it is of what was there. */
export function noteGaps(path: string, { brokenOff, lost }: FtraceRead, { terminal }: CommandContext): void {
  const gaps = [
    ...(brokenOff === undefined ? [] : [brokenOff]),
    ...(lost === 0 ? [] : [`${counted(lost, 'event was', 'events were')} lost`]),
  ];
  if (gaps.length > 0) terminal.note(`dragon: ${printable(path)}: ${gaps.join(', ')}; what is left was read`);
}
