/** Reads a kernel's log from a file or standard input, plain or gzip by its content, in constant memory. */
import { EndlessLine, NotText, openText } from '@dragon/ftrace/io';
import { unreadableFile } from '@dragon/report';
import { isFtraceText } from './ftrace-text.ts';
import { type KernelLog, KernelLogParser } from './kernel-log-parser.ts';

/** The start of a text tells whether it is of ftrace. */
const START = 1 << 16;

export interface ReadKernelLogOptions {
  /** Aborts the reading with its reason. */
  readonly signal?: AbortSignal;
  /** Told now and then how far the reading is. `total` is the size of the file in bytes, 0 if it has none (a pipe). */
  readonly onProgress?: (read: { readonly bytes: number; readonly total: number; readonly lines: number }) => void;
}

/** A file that is no kernel's log, or cannot be read. The message is one line and names the file. */
export class KernelLogError extends Error {
  override readonly name = 'KernelLogError';
  /** What a file that could be read has instead of a log; undefined if the message says what else is to be done. */
  readonly instead: string | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly instead?: string }) {
    super(message, options);
    this.instead = options?.instead;
  }
}

/** What was read, and what cut it short: what stood before is read all the same. */
export type KernelLogRead = KernelLog & { readonly brokenOff: string | undefined };

/**
 * Returns what the log shows; `path` `-` is standard input. Rejects with a `KernelLogError` if there is none: it cannot
 * be read, is empty, or is something else, and then with what to do.
 */
export async function readKernelLog(path: string, options: ReadKernelLogOptions = {}): Promise<KernelLogRead> {
  const name = path === '-' ? 'standard input' : path;
  const parser = new KernelLogParser();
  let lines = 0;
  let brokenOff: string | undefined;
  try {
    const source = await openText(path);
    try {
      for await (const { text } of source.regions) {
        options.signal?.throwIfAborted();
        if (lines === 0 && isFtraceText(text.slice(0, START)))
          throw new KernelLogError(`${name} is a text of ftrace: dragon import ftrace ${path}`);
        lines += feed(parser, text);
        options.onProgress?.({ bytes: source.bytesRead(), total: source.total, lines });
      }
    } finally {
      source.close();
    }
  } catch (cause) {
    options.signal?.throwIfAborted();
    if (cause instanceof KernelLogError) throw cause;
    if (cause instanceof NotText)
      throw new KernelLogError(`${name} ${cause.message}: a kernel's log is read as text, plain or gzip`, {
        cause,
        instead: `it ${cause.message}`,
      });
    brokenOff = damage(cause, lines);
    if (brokenOff === undefined) throw new KernelLogError(unreadableFile(name, cause), { cause });
  }
  const log = parser.end();
  if (log.kernelLines > 0) return { ...log, brokenOff };
  const instead = brokenOff ?? (lines === 0 ? 'it is empty' : 'no line of it is one that a kernel prints');
  throw new KernelLogError(`${name} is no kernel's log: ${instead}`, { instead });
}

function feed(parser: KernelLogParser, text: string): number {
  const lines = text.split('\n');
  for (const line of lines) parser.line(line);
  return lines.length;
}

/** Returns what cut the text short, if that is no reason to give up what was read before. */
function damage(cause: unknown, lines: number): string | undefined {
  if (cause instanceof EndlessLine) return `line ${lines + 1} has no end`;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (!code.startsWith('Z_')) return undefined;
  return code === 'Z_BUF_ERROR' ? 'its compressed data break off' : 'its compressed data are damaged';
}
