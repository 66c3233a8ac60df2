/** The public names of @dragon/report, but for trace files on a disk, which are in `@dragon/report/io`. */
export { type AgentGroup, agentGroupName, agentGroups, stackName } from './agent-groups.ts';
export { type GroupDoings, groupWords, type Wanted, wantedMost } from './agent-words.ts';
export {
  comparedSpan,
  differenceText,
  divergenceText,
  lengthRange,
  QUANTILES,
  timeChange,
  TWO_LANES,
  UNMATCHED,
} from './comparison-words.ts';
export { ChaosFinder } from './chaos-finder.ts';
export { crashLine } from './crash-story.ts';
export { cycleLine } from './deadlock-sentence.ts';
export { essentialSteps } from './essential-steps.ts';
export { cycleThrough, shortestCycle } from './cycle-search.ts';
export { withoutControls, withoutEscapes } from './escape-sequences.ts';
export { EXIT, EXIT_CODES } from './exit-codes.ts';
export { fileTrouble, unreadableFile, unwritableFile } from './file-trouble.ts';
export { type FieldDifference, fieldDifferences } from './trace/field-differences.ts';
export { type FindingsInput, findingsReport } from './findings-report.ts';
export { commandLines, foldLines, packed, reflow, wrap } from './folding.ts';
export { pageWidth } from './page-width.ts';
export { foreignJson } from './foreign-json.ts';
export { isPrintable, printable, printableJson, printableLines, printableName } from './printable.ts';
export { type ReportNames, reportNames } from './report-names.ts';
export { ResourceNames } from './resource-names.ts';
export { CensusDecoder, type CensusDelta } from './trace/census-columns.ts';
export {
  factsAfter,
  type FactsChanged,
  FactsDecoder,
  type FactsDelta,
  FactsEncoder,
  type ListChange,
  type ResourceDelta,
} from './trace/facts-delta.ts';
export type { RowColumns } from './trace/row-columns.ts';
export { runLines, runRows, type SlicedRun } from './trace/run-lines.ts';
export { ShutdownFinder } from './shutdown-finder.ts';
export { type OomKill, OomFinder, oomKills } from './oom-finder.ts';
export { howItCameAbout, type ToldStep } from './how-it-came-about.ts';
export { hungTaskLog } from './hung-task-log.ts';
export type { Lockdep } from './lockdep.ts';
export { lockdepLog } from './lockdep-log.ts';
export { lockdepSentence } from './lockdep-sentence.ts';
export { LongestWaits } from './longest-waits.ts';
export {
  kernelFinders,
  type KernelFinders,
  reportFinders,
  type ReportFinders,
  type Outcome,
  OUTCOMES,
  outcomeOf,
} from './outcome.ts';
export { type Property, PropertyFinder } from './property-finder.ts';
export { deadlockStory } from './deadlock-story.ts';
export { type Found, findingStories, gravestStory, runStories } from './run-stories.ts';
export { joinedSentences, listed, type Piece, plainText, type Sentence, sentence } from './sentence.ts';
export { storyLines } from './story-lines.ts';
export type { Story, StoryTag } from './story.ts';
export { StallFinder } from './stall-finder.ts';
export { summarize, type Summary, type SummarySettings } from './summary.ts';
export { hanging } from './task-lines.ts';
export { thousands } from './thousands.ts';
export { TaskNames } from './task-names.ts';
export { terminalStyle, type TerminalStyle } from './terminal-style.ts';
export { type TourCure, type TourStop, tourStops } from './tour.ts';
export { type TableForm, textTable } from './text-table.ts';
export { textWidth } from './text-width.ts';
export {
  diffRows,
  fieldText,
  formatTraceDiff,
  rowText,
  TraceComparison,
  type TraceDiff,
  type TraceDiffText,
} from './trace/trace-diff.ts';
export type { TraceLine } from './trace/trace-line.ts';
export { TraceError, type TraceErrorCode } from './trace/trace-error.ts';
export {
  TRACE_VERSION,
  type TraceFooter,
  type TraceFork,
  type TraceHeader,
  type TraceSubject,
} from './trace/trace-format.ts';
export { blockAt, blocksBetween, type TraceBlock, type TraceIndex, traceLacks } from './trace/trace-index.ts';
export { formatMember, type MemberKind, parseMemberHead } from './trace/trace-member.ts';
export {
  type Reading,
  readCensus,
  readColumns,
  readFacts,
  readIndex,
  readPlan,
  readRecords,
  readRows,
  type TraceAnswer,
  type TraceName,
  type TraceQuestion,
  type TraceRecords,
} from './trace/trace-reading.ts';
export { verdictSentence } from './verdict-words.ts';
export {
  type Asked,
  andMore,
  behindClause,
  blockedFor,
  cardHolds,
  cardWait,
  deadlockCaption,
  type EdgeLabel,
  edgeLabel,
  type Holder,
  holderClause,
  resourceLaneText,
  resourceLaneTitle,
  shortWait,
  stackWaitText,
  waitBarText,
  waitingCount,
  waitLine,
} from './wait-words.ts';
export {
  type BandKind,
  COUNT_TEXT,
  type InodeBand,
  INODE_BANDS,
  type MemoryState,
  memoryState,
  type MemoryStrip,
  memoryStrip,
  NO_CENSUS,
  PAGE_ROWS,
  PRIORITY_TEXT,
  type Seer,
  type KillFigure,
  uncounted,
  killFigure,
  whoSeesWhich,
} from './memory-words.ts';
export { differenceSentence, type ToldAndMade } from './difference-words.ts';
export type { TracePiece, TraceSource } from './trace/trace-source.ts';
export { type HeldLock, type RestoredFacts, type TaskRecord, WaitFacts } from './wait-facts.ts';
export {
  type BlockedTask,
  type Deadlock,
  type DeadlockParty,
  WaitForGraph,
  type WaitingTask,
} from './wait-for-graph.ts';
