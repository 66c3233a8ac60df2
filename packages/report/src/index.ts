/** What @dragon/report offers to the other packages; what touches files is in `@dragon/report/io`. */
export { deadlockReport, type ReportInput } from './deadlock-report.ts';
export { deadlockSentence } from './deadlock-sentence.ts';
export { type DeadlockStep, type DeadlockSteps, deadlockSteps } from './deadlock-steps.ts';
export { type FieldDifference, fieldDifferences } from './field-differences.ts';
export { type FindingsInput, findingsReport } from './findings-report.ts';
export { ResourceNames } from './resource-names.ts';
export { runRows, type SlicedRun } from './run-rows.ts';
export { isHung, stallReport } from './stall-report.ts';
export {
  type DeadlockSummary,
  type Outcome,
  OUTCOMES,
  outcomeOf,
  type Summary,
  type SummaryInput,
  summarize,
} from './summary.ts';
export { TaskNames } from './task-names.ts';
export { terminalStyle, type TerminalStyle } from './terminal-style.ts';
export { textTable } from './text-table.ts';
export { diffRows, formatTraceDiff, TraceComparison, type TraceDiff, type TraceDiffText } from './trace-diff.ts';
export { TraceError, type TraceErrorCode } from './trace-error.ts';
export {
  formatTraceEnd,
  formatTraceRow,
  TRACE_FORMAT,
  TRACE_VERSION,
  type TraceCommand,
  type TraceFooter,
  type TraceHeader,
  traceHeader,
} from './trace-format.ts';
export { type TraceLine, TraceParser } from './trace-parser.ts';
export type { HeldLock } from './wait-facts.ts';
export {
  type BlockedTask,
  type Deadlock,
  type DeadlockParty,
  WaitForGraph,
  type WaitingTask,
} from './wait-for-graph.ts';
