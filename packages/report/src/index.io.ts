/** Trace files on a disk, `@dragon/report/io`: kept apart, because all the rest of the package is pure. */
export { answerReading, type TraceBytes } from './trace/answer-reading.io.ts';
export { openTrace, sameStart } from './trace/open-trace.io.ts';
export { shortText } from './short-text.io.ts';
export { diffLineStreams } from './trace/trace-diff.io.ts';
export { TraceFile } from './trace/trace-file.io.ts';
export { TraceWriter } from './trace/trace-writer.io.ts';
