/** What @dragon/report offers to the other packages; what touches files is in `@dragon/report/io`. */
export { compareCsv } from './compare/compare-csv.ts';
export { compareHtml } from './compare/compare-html.ts';
export { compareJson } from './compare/compare-json.ts';
export { compareTable, sensitivityLines } from './compare/compare-table.ts';
export { compareVerdict } from './compare/compare-verdict.ts';
export { compareRuns, type Comparison, type Scaled } from './compare/comparison.ts';
export { policyLabel } from './compare/policy-label.ts';
export { type RunMeasures, RunMeter } from './compare/run-measures.ts';
export { deadlockReport, type ReportInput } from './deadlock-report.ts';
export { deadlockSentence } from './deadlock-sentence.ts';
export { type DeadlockStep, type DeadlockSteps, deadlockSteps } from './deadlock-steps.ts';
export {
  describeHold,
  describeHolder,
  describeResource,
  describeTaking,
  describeWait,
  nameHold,
  nameWait,
} from './describe-resource.ts';
export { type FieldDifference, fieldDifferences } from './field-differences.ts';
export { type FindingsInput, findingsReport } from './findings-report.ts';
export { type CalibrationResult, Calibration, type FittedCost } from './ftrace/calibration.ts';
export { type ComparedStatistic, comparedText, compareStatistics } from './ftrace/compare-statistics.ts';
export { Conformance } from './ftrace/conform/conformance.ts';
export { type ConformanceJson, conformanceJson, conformanceText } from './ftrace/conform/conformance-text.ts';
export { FtraceParser, type ParserCounts } from './ftrace/ftrace-parser.ts';
export { ImportAccumulator, type ImportSummary } from './ftrace/import-summary.ts';
export { importText, timelineText } from './ftrace/import-text.ts';
export type { KernelEvent, KernelFields, TraceGap, TraceSink } from './ftrace/kernel-event.ts';
export { SimulatedTrace } from './ftrace/simulated-events.ts';
export { statisticsText } from './ftrace/statistics-text.ts';
export { Timeline, type TimelineEntry } from './ftrace/timeline.ts';
export { type FoundWorkload, WorkloadFinder } from './ftrace/workload-finder.ts';
export { StatisticsAccumulator, type TraceStatistics, traceStatistics } from './ftrace/trace-statistics.ts';
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
  planDigest,
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
  isOutside,
  WaitForGraph,
  type WaitingTask,
} from './wait-for-graph.ts';
