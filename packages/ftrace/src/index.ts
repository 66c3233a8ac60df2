/**
 * The public names of @dragon/ftrace: kernel traces read, judged and measured; what touches files is in
 * `@dragon/ftrace/io`.
 */
export { type CalibrationResult, Calibration, type FittedCost } from './calibration.ts';
export { type ComparedStatistic, comparedText, compareStatistics } from './compare-statistics.ts';
export { Conformance, conformanceRules } from './conform/conformance.ts';
export { conformanceJson, conformanceText, verdictText } from './conform/conformance-text.ts';
export { conformanceVerdict, unreadShare } from './conform/conformance-verdict.ts';
export { type Release, releaseOf } from './conform/slab-kernel.ts';
export { FtraceParser } from './ftrace-parser.ts';
export type { ParserCounts } from './parser-counts.ts';
export { ImportAccumulator, type ImportSummary } from './import-summary.ts';
export { importText, timelineText } from './import-text.ts';
export type { KernelEvent, KernelFields, TraceGap, TraceSink } from './kernel-event.ts';
export { SimulatedTrace } from './simulated-events.ts';
export { statisticsText } from './statistics-text.ts';
export { Timeline, type TimelineEntry } from './timeline.ts';
export { WorkloadFinder } from './workload/workload-finder.ts';
export { StatisticsAccumulator, type TraceStatistics, traceStatistics } from './trace-statistics.ts';
