/** Reads an ftrace text from a file, plain or gzip by its content, in constant memory. */
import { TraceError } from '@dragon/report';
import { feedRegion } from './feed-region.ts';
import { FtraceParser } from './ftrace-parser.ts';
import type { TraceSink } from './kernel-event.ts';
import { namedRegions } from './named-regions.io.ts';
import { formatOfText, formatText } from './other-formats.ts';
import type { ParserCounts } from './parser-counts.ts';
import { TaskNames } from './task-names.ts';
import { ENDLESS, EndlessLine, NotText, openText } from './text-regions.io.ts';

/** A text that has no event within so many characters, or lines, has none worth the wait. */
const MOST_WITHOUT_EVENTS = 1 << 26;
const MOST_LINES_WITHOUT_EVENTS = 1_000_000;
/** The start of a text tells what it is instead. */
const START = 1 << 16;

export interface ReadFtraceOptions {
  /** Aborts the reading with its reason. */
  readonly signal?: AbortSignal;
  /** Told now and then how far the reading is. `total` is the size of the file in bytes, 0 if it has none (a pipe). */
  readonly onProgress?: (read: { readonly bytes: number; readonly total: number; readonly events: number }) => void;
}

/**
 * What was read, and what cut it short: compressed data that break off are not fatal, as what is before them was read.
 */
export type FtraceRead = ParserCounts & {
  readonly brokenOff: string | undefined;
  /** The text ends without a newline: if it was cut, the last line's last value may have lost digits. */
  readonly unended: boolean;
};

/**
 * Feeds `sink` with the trace; `-` is standard input. Rejects with a `TraceError`: `unreadable` if the file cannot be
 * read, `not-a-trace` if there is not one event in it.
 */
export async function readFtrace(path: string, sink: TraceSink, options: ReadFtraceOptions = {}): Promise<FtraceRead> {
  const tasks = new TaskNames();
  const parser = new FtraceParser(sink, tasks);
  let start = '';
  let characters = 0;
  let unended = false;
  let brokenOff: string | undefined;
  try {
    const source = await openText(path);
    try {
      for await (const region of namedRegions(path, source, tasks)) {
        options.signal?.throwIfAborted();
        if (start === '') start = region.text.slice(0, START);
        feedRegion(parser, region);
        unended ||= region.end !== 'newline';
        characters += region.text.length;
        options.onProgress?.({ bytes: source.bytesRead(), total: source.total, events: parser.counts.events });
        if (parser.counts.events > 0) continue;
        if (characters > MOST_WITHOUT_EVENTS)
          throw noTrace(path, start, parser.counts, `no event in its first ${MOST_WITHOUT_EVENTS >> 20} MiB`);
        if (parser.counts.lines > MOST_LINES_WITHOUT_EVENTS)
          throw noTrace(path, start, parser.counts, `no event in its first ${parser.counts.lines} lines`);
      }
    } finally {
      source.close();
    }
  } catch (cause) {
    options.signal?.throwIfAborted();
    if (cause instanceof TraceError) throw cause;
    if (cause instanceof NotText) throw new TraceError('not-a-trace', path, formatText(path, cause.format));
    brokenOff = damage(cause, parser.counts.lines);
    if (brokenOff === undefined) throw TraceError.unreadable(path, cause);
  }
  parser.end();
  if (parser.counts.events === 0) throw noTrace(path, start, parser.counts, brokenOff);
  return { ...parser.counts, brokenOff, unended };
}

/** Returns what cut the text short, if that is no reason to give up what was read before. */
function damage(cause: unknown, lines: number): string | undefined {
  if (cause instanceof EndlessLine) return `line ${lines + 1} has no end (${ENDLESS >> 20} MiB of it were read)`;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (!code.startsWith('Z_')) return undefined;
  return code === 'Z_BUF_ERROR' ? 'its compressed data break off' : 'its compressed data are damaged';
}

/** What it is instead, if that is known. */
function noTrace(path: string, start: string, counts: ParserCounts, cutShort: string | undefined): TraceError {
  const format = formatOfText(start, counts, cutShort === undefined);
  const why = cutShort ?? 'no line of it is an event';
  const shown = path === '-' ? 'standard input' : path;
  const message = format === undefined ? `${shown} is not a text of ftrace: ${why}` : formatText(path, format);
  return new TraceError('not-a-trace', path, message);
}
