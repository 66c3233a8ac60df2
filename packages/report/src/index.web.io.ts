/** Traces in a web page, `@dragon/report/web`: no part of Node is in it. */
export { answerReading, type TraceBytes } from './trace/answer-reading.io.ts';
export { BlobTrace } from './trace/blob-trace.io.ts';
export { RangeTrace } from './trace/range-trace.io.ts';
export { openWebTrace, type WebTrace } from './trace/web-trace.io.ts';
