/** Witnesses: they see every step of every agent of a run, and say what must not be. */
import {
  type AgentDefinition,
  type AgentId,
  type Definitions,
  type Effect,
  LocalRun,
  type Message,
  type Plan,
  type Seen,
} from '@dragon/engine';
import { WaitForGraph } from '@dragon/report';
import { DEFINITIONS } from '@dragon/scenarios';
import type { AnyMachineSnapshot } from 'xstate';

/** A step of an agent; `message` and `from` are absent from its start. */
export interface SeenStep {
  readonly at: number;
  readonly agent: AgentId;
  readonly kind: string;
  readonly message?: Message;
  readonly from?: AgentId;
  /** The machine's snapshot after the step, and what its scheduler knows if it is a thread. */
  readonly after: AnyMachineSnapshot;
  readonly before?: AnyMachineSnapshot;
  readonly thread?: ThreadView;
  readonly effects: readonly Effect[];
}

/** What the wrapper of a thread has around its machine. */
export interface ThreadView {
  readonly status: 'asleep' | 'choosing' | 'waking' | 'running' | 'yielding' | 'preempted';
  readonly cpu: number;
  readonly inbox: readonly { readonly message: Message; readonly from: AgentId }[];
}

/** `complain` is called with each violation. */
export interface Witness {
  see(step: SeenStep, complain: (text: string) => void): void;
  /** All events of an instant have been processed. */
  instantOver?(at: number, complain: (text: string) => void): void;
}

/** Returns what witnesses want to know of a step. */
function stepOf({ at, agent, definition, event, before, after, effects }: Seen): SeenStep {
  const step = { at, agent, kind: definition.kind, ...viewOf(after), effects };
  if (event === undefined) return step;
  const { message, from } = event;
  return { ...step, message, from, before: viewOf(before).after };
}

function viewOf(state: unknown): { readonly after: AnyMachineSnapshot; readonly thread?: ThreadView } {
  const { inner, ...thread } = state as ThreadView & { readonly inner?: AnyMachineSnapshot };
  return inner === undefined ? { after: state as AnyMachineSnapshot } : { after: inner, thread };
}

export interface WatchedRun {
  readonly run: LocalRun;
  readonly graph: WaitForGraph;
  /** The first few. */
  readonly violations: readonly string[];
  /** It came to its end within the events that were allowed. */
  readonly ended: boolean;
}

export interface WatchOptions {
  readonly witnesses: readonly Witness[];
  readonly mostEvents?: number;
  /** Makes an agent do wrong. */
  readonly spoil?: (definition: AgentDefinition) => AgentDefinition;
}

const ENOUGH = 5;

/** Runs a plan under the eyes of the witnesses until one complains, or to its end. */
export function watch(
  plan: Plan,
  { witnesses, mostEvents = Number.POSITIVE_INFINITY, spoil = (each) => each }: WatchOptions,
): WatchedRun {
  const violations: string[] = [];
  let now = 0;
  const complainAt =
    (at: number, who: string) =>
    (text: string): void => {
      if (violations.length < ENOUGH) violations.push(`at ${at}, ${who}: ${text}`);
    };
  const instantOver = (): void => {
    for (const witness of witnesses) witness.instantOver?.(now, complainAt(now, 'after all of the instant'));
  };
  const see = (seen: Seen): void => {
    const step = stepOf(seen);
    const who =
      step.message === undefined ? `${step.agent} starts` : `${step.agent} after ${step.message.type} of ${step.from}`;
    if (step.at > now) {
      instantOver();
      now = step.at;
    }
    for (const witness of witnesses) witness.see(step, complainAt(step.at, who));
  };
  const definitions: Definitions = new Map([...DEFINITIONS].map(([kind, definition]) => [kind, spoil(definition)]));
  const graph = new WaitForGraph();
  const run = new LocalRun(plan, definitions, { finders: [graph], observers: [{ see }] });
  let ended = false;
  while (!ended && violations.length === 0 && run.engine.processed < mostEvents) ended = !run.advance(1);
  instantOver();
  return { run, graph, violations, ended };
}
