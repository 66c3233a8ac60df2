/** The engine's public names. */
export type { AgentDefinition, AgentSpec, Effect, Step, TraceFields } from './agent.ts';
export { type AgentDigest, type Chain, combineDigests, EMPTY_CHAIN, extendChain, Hasher } from './digest.ts';
export { AgentFault } from './agent-fault.ts';
export { type Definitions, Engine, type EngineSnapshot } from './engine.ts';
export { type AgentId, compareEvents, compareText, type Event, type Json, kindOf, type Message } from './event.ts';
export { type EventHandle, EventList } from './event-list.ts';
export type { Facts, FactsChange, Hold, ResourceFacts, TaskFacts, Wait, WaitMode } from './facts.ts';
export { type Finder, FindingWatch } from './finding.ts';
export { HISTORY_ROWS } from './hosted-agent.ts';
export { drawDelay, type Latency, type LatencyModel, linkLatency, type NamedDelay } from './latency.ts';
export { type Distances, federateDistances, lowerBounds } from './lbts.ts';
export type { LogLine, Outlets, TraceHit } from './outlets.ts';
export { type Plan, planDigest } from './plan.ts';
export { RandomStream, type StreamState } from './random.ts';
export { compareRows, type Row } from './row.ts';
export { LocalRun, type RunOptions, type RunResult, runPlan } from './run.ts';
export { formatDuration, formatSeconds, MICROSECOND, MILLISECOND, NEVER, SECOND, type VirtualTime } from './time.ts';
