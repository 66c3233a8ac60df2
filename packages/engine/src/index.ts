/** The engine's public names. */
export type {
  AgentDefinition,
  AgentSpec,
  Census,
  Chart,
  ChartEdge,
  ChartNode,
  Effect,
  Input,
  Move,
  RuledOut,
  Step,
  Taken,
  TaskName,
  TraceFields,
} from './agent.ts';
export { type AgentDigest, type Chain, combineDigests } from './digest.ts';
export { Hasher } from './hasher.ts';
export { AgentFault } from './agent-fault.ts';
export { CRASH, CRASHED } from './chaos.ts';
export { Engine } from './engine.ts';
export type { Definitions, EngineOptions, EngineSnapshot } from './engine-options.ts';
export { type AgentId, compareEvents, compareText, type Event, type Json, kindOf, type Message } from './event.ts';
export type {
  Chunks,
  Facts,
  FactsChange,
  Hold,
  LockMode,
  ResourceFacts,
  TaskFacts,
  Wait,
  Waiter,
  WaitMode,
} from './facts.ts';
export { CENSUS_PERIOD, CensusSampler, type CensusSample, equalCensus, type SavedSampler } from './census-sampler.ts';
export { Delays } from './delays.ts';
export { type Finder, type Finding, type FindingKind, RunEnd, type SavedRunEnd, wantedTracepoints } from './finding.ts';
export { History, HISTORY_ROWS, type SavedHistory } from './history.ts';
export { type Latency, type LatencyModel, linkLatency, type NamedDelay, type Slowdown } from './latency.ts';
export { type Distances, federateDistances, lowerBounds } from './lbts.ts';
export type { LogLine, Observer, Present, Seen, TraceHit } from './observer.ts';
export { peersOf } from './peers.ts';
export { isJson, isPlainObject } from './plain-json.ts';
export { type Plan, planDigest, type Resource, type ResourceLabel } from './plan.ts';
export { planFrom, type PlanTrouble, planTrouble, planTroubleText } from './plan-shape.ts';
export { RandomStream, type StreamState } from './random.ts';
export { compareRows, type Row } from './row.ts';
export { type Fate, type FateKind, type Rule, TIMER_FATES, type Verdict } from './rule.ts';
export { LocalRun, type RunOptions, type RunResult, runPlan } from './run.ts';
export { type NamedState, parentPath, stateName, stateNameReader, stateNameWith } from './state-name.ts';
export { type PresentData, presentData, type StepData, stepData, type Wanted } from './step-data.ts';
export { type ToldVerdict, toldVerdict, VERDICT } from './told-verdict.ts';
export { formatDuration, formatSeconds, MICROSECOND, MILLISECOND, NEVER, SECOND, type VirtualTime } from './time.ts';
export { validatePlan } from './validate-plan.ts';
