/** The public names of @dragon/export. */
export { PerfettoTrace, type TracedRun } from './perfetto-trace.ts';
