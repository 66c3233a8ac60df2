/** The public names of @dragon/export. */
export { type MermaidSelection, MermaidSequence } from './mermaid-sequence.ts';
export { PerfettoTrace, type TracedRun } from './perfetto-trace.ts';
