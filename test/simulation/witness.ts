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

/** A step of an agent; `message`, `from` and `before` are undefined at its start. */
export interface SeenStep {
  readonly at: number;
  readonly agent: AgentId;
  readonly kind: string;
  readonly message: Message | undefined;
  readonly from: AgentId | undefined;
  /** The machine's snapshot after the step, and what its scheduler knows if it is a thread. */
  readonly after: AnyMachineSnapshot;
  readonly before: AnyMachineSnapshot | undefined;
  readonly thread: ThreadView | undefined;
  readonly effects: readonly Effect[];
}

/** What the wrapper of a thread has around its machine. */
export interface ThreadView {
  readonly status: 'asleep' | 'choosing' | 'waking' | 'running' | 'yielding' | 'preempted' | 'stalled';
  readonly cpu: number;
  readonly inbox: readonly { readonly message: Message; readonly from: AgentId }[];
}

/** `complain` is called with each violation. */
export interface Witness {
  see(step: SeenStep, complain: (text: string) => void): void;
  /** All events of an instant have been processed. */
  instantOver?(at: number, complain: (text: string) => void): void;
}

type ThreadState = ThreadView & { readonly inner?: AnyMachineSnapshot };

/** Returns what witnesses want to know of a step: one object and no copies, as it is made for every event. */
function stepOf({ at, agent, definition, event, before, after, effects }: Seen): SeenStep {
  return {
    at,
    agent,
    kind: definition.kind,
    message: event?.message,
    from: event?.from,
    after: machineIn(after),
    before: event === undefined ? undefined : machineIn(before),
    thread: (after as ThreadState).inner === undefined ? undefined : (after as ThreadState),
    effects,
  };
}

const machineIn = (state: unknown): AnyMachineSnapshot => (state as ThreadState).inner ?? (state as AnyMachineSnapshot);

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

/** Returns who did what is complained of. */
function whose(step: SeenStep | undefined): string {
  if (step === undefined) return 'after all of the instant';
  const { agent, message, from } = step;
  return message === undefined ? `${agent} starts` : `${agent} after ${message.type} of ${String(from)}`;
}

/** Runs a plan under the eyes of the witnesses until one complains, or to its end. */
export function watch(
  plan: Plan,
  { witnesses, mostEvents = Number.POSITIVE_INFINITY, spoil = (each) => each }: WatchOptions,
): WatchedRun {
  const violations: string[] = [];
  let now = 0;
  let seenLast: SeenStep | undefined;
  const complain = (text: string): void => {
    if (violations.length < ENOUGH) violations.push(`at ${now}, ${whose(seenLast)}: ${text}`);
  };
  const instantOver = (): void => {
    seenLast = undefined;
    for (const witness of witnesses) witness.instantOver?.(now, complain);
  };
  const see = (seen: Seen): void => {
    if (seen.at > now) {
      instantOver();
      now = seen.at;
    }
    seenLast = stepOf(seen);
    for (const witness of witnesses) witness.see(seenLast, complain);
  };
  const definitions: Definitions = new Map([...DEFINITIONS].map(([kind, definition]) => [kind, spoil(definition)]));
  const graph = new WaitForGraph();
  const run = new LocalRun(plan, definitions, { finders: [graph], observers: [{ see }] });
  let ended = false;
  while (!ended && violations.length === 0 && run.engine.processed < mostEvents) ended = !run.advance(1);
  instantOver();
  return { run, graph, violations, ended };
}
