/** Trace files on a disk, `@dragon/report/io`: kept apart, because all the rest of the package is pure. */
export { diffRowStreams } from './trace/trace-diff.io.ts';
export { readTrace, readTraceHead, readTraceRows, TraceWriter } from './trace/trace-file.io.ts';
