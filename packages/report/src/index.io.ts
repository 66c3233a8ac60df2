/** What of @dragon/report touches files: `@dragon/report/io`. The rest is pure and does not know of it. */
export { diffRowStreams } from './trace-diff.io.ts';
export { readTrace, readTraceHeader, readTraceRows, TraceWriter } from './trace-file.io.ts';
