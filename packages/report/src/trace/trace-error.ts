/** Errors of trace files: a code for each thing that can be wrong with one. */

/**
 * - `unreadable`: the file cannot be opened or read.
 * - `unwritable`: the file cannot be created or written.
 * - `not-a-trace`: its first line is not a trace's header.
 * - `version`: it is a trace, of a version that this program does not read.
 * - `malformed`: a line is not what it should be; `line` says which.
 * - `truncated`: it ends before its footer; the recording was interrupted or the copy is incomplete.
 */
export type TraceErrorCode = 'unreadable' | 'unwritable' | 'not-a-trace' | 'version' | 'malformed' | 'truncated';

/** A trace file that cannot be used. The message is one line and names the file. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly code: TraceErrorCode;
  readonly path: string;
  /** Counted from 1; absent if the trouble is not with a line. */
  readonly line: number | undefined;

  constructor(code: TraceErrorCode, path: string, message: string, line?: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.path = path;
    this.line = line;
  }
}
