/** The public names of @dragon/inspection, but for what executes runs, which is in `@dragon/inspection/execution`. */
export { agentLooks, type Look, lookAt } from './agent-looks.ts';
export { type AgentsAt, agentsAt, groupDoings, LOOKS } from './agents/agents-at.ts';
export { type GridLayout, gridLayout, type GroupPlace } from './agents/grid-layout.ts';
export { shortPath, type StateRow, stateRows } from './agents/state-rows.ts';
export { longestWaiter, threadsOfInterest } from './agents/threads-of-interest.ts';
export type { ComparisonOffer } from './compare/comparison-offers.ts';
export { type RunFigures, runFigures } from './compare/run-figures.ts';
export { type TimeDifference, timeDifferences } from './compare/time-differences.ts';
export { WAIT_STEPS, type WaitLengths, waitLengths } from './compare/wait-lengths.ts';
export { type DeadlockTour, deadlockTour } from './waits/deadlock-tour.ts';
export { CensusLog } from './census-log.ts';
export {
  type AgentCard,
  agentCard,
  type CardNext,
  type CardState,
  type CardStretch,
  type RuledOutEdges,
} from './chart/agent-card.ts';
export { agentMarks, ruledOutEdges } from './chart/agent-marks.ts';
export { allCompounds, type ChartGraph, chartGraph, openCompounds } from './chart/chart-graph.ts';
export { ChartIndex, type NumberedEdge } from './chart/chart-index.ts';
export {
  type ChartLayout,
  type LayoutBox,
  type LayoutLine,
  type LayoutRung,
  type Rectangle,
} from './chart/chart-layout.ts';
export { boxMarks, type ChartMarks, lineMarks, NO_MARKS, possibleEdges } from './chart/chart-marks.ts';
export { chartStyle } from './chart/chart-style.ts';
export { chartDrawing, chartSvg } from './chart/chart-svg.ts';
export { ChartVisits } from './chart/chart-visits.ts';
export { type ElkNode, type MeasureText, type TextFont } from './chart/elk-graph.ts';
export { estimatedWidth } from './chart/estimated-width.ts';
export { stretchesBack } from './chart/stretches-back.ts';
export { chunkBuffers, ChunkWriter } from './chunk-writer.ts';
export { nextChange, nextEvent, nextNotable, previousChange, previousEvent, previousNotable } from './cursor-steps.ts';
export {
  FEED_PATH,
  type FeedControl,
  type FeedEdge,
  type FeedEnded,
  type FeedHello,
  type FeedLost,
  type FeedMessage,
  type FeedMode,
  type FeedPace,
  type FeedRefused,
  type FeedRequest,
  type FeedSpeed,
  type FeedWaiting,
  type ForkAnswer,
  type ForkRequest,
  FORKS_PATH,
  INSPECT_PATH,
  MOST_INSPECTED,
  type SimulatedStep,
  TRACE_PATH,
} from './feed.ts';
export { FirstDifference } from './first-difference.ts';
export { Lane, type LaneMeasure } from './lane.ts';
export { lastOwnRow } from './last-own-row.ts';
export { type InspectedStep, readInspectFrame } from './live/inspect-frame.ts';
export { type StateAhead, stateAhead } from './live/state-ahead.ts';
export { StepCheck, type StepDifference } from './live/step-check.ts';
export { type UpdateLag, UpdateRate } from './live/update-rate.ts';
export { mainLeaf, mainLeafPath } from './main-leaf.ts';
export {
  agentsOf,
  type Backlog,
  backlogsAt,
  memoryAt,
  type MemorySeries,
  memorySeries,
  priorityAt,
} from './memory/memory-series.ts';
export {
  formatFragment,
  fragmentTrouble,
  type PageFragment,
  readFragment,
  type Stage,
  STAGES,
} from './page-fragment.ts';
export { PastContexts } from './past-contexts.ts';
export { savedContext, shownContext } from './saved-context.ts';
export { ruledOutIn } from './ruled-out-in.ts';
export { RecordedRun } from './recorded-run.ts';
export { type RecordChunk, type RecordEnd, type RecordOpening, type TakenColumn } from './record-chunk.ts';
export { noFacts } from './said-facts.ts';
export { type SearchHit, searchRecord } from './record-search.ts';
export { type RunChips, runChips } from './run-chips.ts';
export { type AgentNow, type RecordRow, RunRecord, type StateName } from './run-record.ts';
export { STATE_LOOKS, type StateLook } from './state-look.ts';
export { deadlockAt, partiesAt, storyAt } from './story-at.ts';
export { type Theme, THEMES, type ThemeToken } from './theme.ts';
export { agentLine } from './timeline/agent-line.ts';
export { axisTicks, instantText } from './timeline/axis-ticks.ts';
export { eventDensity } from './timeline/event-density.ts';
export { faultFlags } from './timeline/fault-drawing.ts';
export { type FindingFlag, findingFlags } from './timeline/finding-flags.ts';
export { type LaneTip, laneTip } from './timeline/lane-tip.ts';
export { LETTERS, type LineStyle, type Pen, type TextStyle } from './timeline/pen.ts';
export { runSpan } from './timeline/run-span.ts';
export { TimeAxis, type TimeWindow } from './timeline/time-axis.ts';
export { drawLanes, type LaneSight, writeLanes } from './timeline/timeline-drawing.ts';
export { lanesBeside, type TimelineLane } from './timeline/timeline-lanes.ts';
export { TimelineModel } from './timeline/timeline-model.ts';
export { timelineSvg } from './timeline/timeline-svg.ts';
export { laneBoxes, type TimelineView } from './timeline/timeline-view.ts';
export { typedInstant } from './typed-instant.ts';
export { firstAfter, type WaitInterval } from './wait-intervals.ts';
export { WaitLog } from './wait-log.ts';
export { logMoments, momentOf } from './waits/log-moments.ts';
export { type LogDump, type LogGraphView, logTaskName, type LogTask, logWaitGraph } from './waits/log-wait-graph.ts';
export { type WaitEdge, waitGraphAt, type WaitGraphView, type WaitNode } from './waits/wait-graph.ts';
export { waitSentence } from './waits/wait-sentence.ts';
export { waitNodeWords, type WaitNodeWords } from './waits/wait-node-words.ts';
export { type WaitsPicture, waitsSvg } from './waits/waits-svg.ts';
export type { Box, EdgeCurve, Size, WaitLayout } from './waits/wait-drawing.ts';
export { waitLayout } from './waits/wait-layout.ts';
