/** Errors of trace files: a code for each thing that can be wrong with one. */
import type { Json } from '@dragon/engine';
import { unreadableFile, unwritableFile } from '../file-trouble.ts';
import { NDJSON_VERSION, TRACE_VERSION } from './trace-format.ts';

/**
 * - `unreadable`: the file cannot be opened or read.
 * - `unwritable`: the file cannot be created or written.
 * - `not-a-trace`: it does not begin with a trace's header.
 * - `version`: it is a trace, of a version that this program does not read.
 * - `malformed`: something in it is not what it should be; in NDJSON, `line` says where.
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

  static unreadable(path: string, cause: unknown): TraceError {
    return new TraceError('unreadable', path, unreadableFile(path, cause), undefined, cause);
  }

  static unwritable(path: string, cause: unknown): TraceError {
    return new TraceError('unwritable', path, unwritableFile(path, cause), undefined, cause);
  }

  /** Returns the error of a trace that says that it is of this version. */
  static version(path: string, version: Json | undefined, line?: number): TraceError {
    const found = typeof version === 'number' ? version : 'unknown';
    const what = `is a trace of version ${found}: this program reads versions ${NDJSON_VERSION} and ${TRACE_VERSION}`;
    return new TraceError('version', path, `${path} ${what}`, line);
  }
}
