/** The summary of a run for programs: what `--json` prints of it, in the words of the report. */
import type { AgentId, Finding, Json, Latency, Plan, RunResult, VirtualTime } from '@dragon/engine';
import { stackSource } from '@dragon/kernel';
import { deadlockSentence } from './deadlock-sentence.ts';
import { type KernelStep, kernelSteps } from './kernel-steps.ts';
import type { Lockdep } from './lockdep.ts';
import { lockdepSentence } from './lockdep-sentence.ts';
import type { LongestWaits, LongWait } from './longest-waits.ts';
import { waitedText } from './longest-waits-text.ts';
import { type OomFinder, type OomKill, oomKills } from './oom-finder.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { type ReportNames, reportNames } from './report-names.ts';
import { findingStories } from './run-stories.ts';
import { plainText } from './sentence.ts';
import type { FsShutdown, ShutdownFinder } from './shutdown-finder.ts';
import { stallRoots } from './stall-roots.ts';
import type { TaskNames } from './task-names.ts';
import type { DeadlockParty, WaitForGraph, WaitingTask } from './wait-for-graph.ts';

/** A fault of a run, in its own words and as data. */
interface FaultSummary {
  readonly name: string;
  readonly atNs: VirtualTime;
  readonly kind: string;
  readonly params: { readonly [name: string]: Json };
  /** As `--fault` reads it. */
  readonly text: string;
}

/** A rule of a run: as a plan file has it, and what it did. */
interface RuleSummary {
  readonly name: string;
  readonly rule: { readonly [key: string]: Json };
  /** How many messages or timers it struck. */
  readonly verdicts: number;
}

/** All that makes a run: the same settings give the same digest. */
export interface SummarySettings {
  readonly scenario: string;
  readonly profile: string;
  /** What `uname -r` says. */
  readonly release: string;
  readonly policy: { readonly [option: string]: string };
  readonly seed: number;
  readonly cpus: number;
  readonly untilNs: VirtualTime;
  readonly keepGoing: boolean;
  /** What is not as usual of the scenario: sizes and instants. */
  readonly set: readonly {
    readonly key: string;
    readonly value: number;
    readonly unit: string;
    /** As `--set` reads it. */
    readonly text: string;
  }[];
  /** Delays in place of the model's own, whole, so that no file is needed; null if there are none. */
  readonly latency: { readonly file: string | null; readonly delays: { readonly [name: string]: Latency } } | null;
  /** What a person put into the run. */
  readonly faults: readonly FaultSummary[];
  /** The file that rules and some of the faults are from; null if there is none. */
  readonly planFile: string | null;
  /** What is to become of messages and timers. */
  readonly rules: readonly RuleSummary[];
  /** The command that makes the same run. */
  readonly replay: string;
  /** Of all that the settings come to. */
  readonly planDigest: string;
}

/** A thing that is held or waited for: in the words of the text, and in the agents' own. */
interface NamedResource {
  readonly text: string;
  readonly resource: string;
  readonly mode: string;
  readonly sinceNs: VirtualTime;
}

interface NamedTask {
  readonly agent: AgentId;
  readonly comm: string;
  /** null for an agent that is no thread. */
  readonly pid: number | null;
}

/** A task that waits, as the report shows it. */
interface TaskSummary extends NamedTask {
  /** As a task dump has it: D, or R of a task that tries again and again. */
  readonly state: 'D' | 'R';
  readonly holds: readonly NamedResource[];
  readonly waitsFor: NamedResource;
  readonly stack: readonly string[];
  /** Where its frames are from; null if nothing is known of them. */
  readonly stackSource: string | null;
}

interface PartySummary extends TaskSummary {
  readonly blockedOn: NamedTask;
}

interface DeadlockSummary {
  readonly detectedAtNs: VirtualTime;
  readonly sentence: string;
  /** Who went on all the same, and when; null if nobody did. */
  readonly undone: (NamedTask & { readonly atNs: VirtualTime }) | null;
  readonly cycle: readonly PartySummary[];
  /** Those who wait behind the cycle at the end of the run. */
  readonly behind: readonly TaskSummary[];
  /** How it came to that; null if nobody asked for it: the run is made again to find them. */
  readonly steps: readonly StepSummary[] | null;
  /** What lockdep would have said, and why. */
  readonly lockdep: string | null;
}

/** A wait of a second or more: the longest of its task and kind. */
interface LongWaitSummary extends NamedTask {
  readonly kind: LongWait['subject']['kind'];
  /** As in `for memory` or `in prune_icache_sb`. */
  readonly text: string;
  readonly sinceNs: VirtualTime;
  readonly durationNs: VirtualTime;
  /** False of one that the end of the run cut off. */
  readonly over: boolean;
}

interface StepSummary {
  readonly atNs: VirtualTime;
  /** null for a thread that no agent has as its own, as a spare kworker. */
  readonly agent: AgentId | null;
  readonly comm: string;
  readonly pid: number | null;
  readonly text: string;
}

export interface Summary extends SummarySettings {
  readonly outcome: Outcome;
  /** The end of the run, which may be later than what it found. */
  readonly endedAtNs: VirtualTime;
  readonly events: number;
  readonly digest: string;
  readonly findings: readonly {
    readonly kind: Finding['kind'];
    readonly atNs: VirtualTime;
    readonly headline: string;
    readonly sentence: string;
  }[];
  readonly deadlock: DeadlockSummary | null;
  /** The roots of a stall: tasks that wait for nobody who waits, with others behind them. */
  readonly stalled: readonly (TaskSummary & { readonly behind: number })[];
  readonly oomKills: readonly OomKill[];
  /** The longest first. */
  readonly longWaits: readonly LongWaitSummary[];
  /** null: the file system was up at the end. */
  readonly fsShutdown: FsShutdown | null;
  readonly processes: number;
  readonly wallSeconds: number;
  readonly eventsPerSecond: number;
}

export interface SummaryInput {
  readonly settings: SummarySettings;
  readonly plan: Pick<Plan, 'agents' | 'resources'>;
  readonly processes: number;
  readonly wallSeconds: number;
  readonly withSteps: boolean;
  readonly graph: Pick<WaitForGraph, 'deadlock' | 'undone' | 'behind' | 'blocked'>;
  readonly lockdep?: Pick<Lockdep, 'splat'> | undefined;
  readonly oom?: Pick<OomFinder, 'census'> | undefined;
  readonly shutdown?: Pick<ShutdownFinder, 'shutdown'> | undefined;
  readonly waits: Pick<LongestWaits, 'until'>;
  readonly result: Pick<RunResult, 'endedAt' | 'events' | 'digest' | 'findings' | 'history'>;
}

interface Names extends ReportNames {
  readonly release: string;
}

/** Returns the summary with its keys in the order in which they are printed. */
export function summarize(input: SummaryInput): Summary {
  const { settings, plan, processes, wallSeconds, graph, result } = input;
  const names: Names = { ...reportNames(plan), release: settings.release };
  return {
    ...settings,
    outcome: outcomeOf(result),
    endedAtNs: result.endedAt,
    events: result.events,
    digest: result.digest,
    findings: findingSummaries(input, names),
    deadlock: deadlockSummary(input, names),
    stalled: stallRoots(graph, result.endedAt).map((task) => ({ ...taskSummary(task, names), behind: task.behind })),
    oomKills: oomKills(result.findings),
    longWaits: input.waits.until(result.endedAt).map((wait) => longWaitSummary(wait, names)),
    fsShutdown: input.shutdown?.shutdown ?? null,
    processes,
    wallSeconds,
    eventsPerSecond: wallSeconds > 0 ? Math.round(result.events / wallSeconds) : 0,
  };
}

function findingSummaries(input: SummaryInput, names: Names): Summary['findings'] {
  const stories = findingStories(input, names);
  return input.result.findings.map(({ kind, at: atNs }, i) => ({
    kind,
    atNs,
    headline: plainText(stories[i]?.headline ?? []),
    sentence: plainText(stories[i]?.sentence ?? []),
  }));
}

function deadlockSummary(
  { graph, result, plan, lockdep, withSteps }: SummaryInput,
  names: Names,
): DeadlockSummary | null {
  const { deadlock } = graph;
  if (deadlock === undefined) return null;
  return {
    detectedAtNs: deadlock.at,
    sentence: plainText(deadlockSentence(deadlock, names, graph.undone)),
    undone: graph.undone === undefined ? null : { atNs: graph.undone.at, ...named(graph.undone.agent, names.tasks) },
    cycle: deadlock.cycle.map((party) => partySummary(party, names)),
    behind: graph.behind().map((task) => taskSummary(task, names)),
    steps: withSteps ? kernelSteps(deadlock, result.history, plan, names).map(stepSummary) : null,
    lockdep: lockdep === undefined ? null : lockdepSentence(lockdep.splat, deadlock, names.tasks, names.resources),
  };
}

const longWaitSummary = ({ agent, subject, since, duration, over }: LongWait, names: Names): LongWaitSummary => ({
  ...named(agent, names.tasks),
  kind: subject.kind,
  text: waitedText(subject, names),
  sinceNs: since,
  durationNs: duration,
  over,
});

const stepSummary = ({ at, agent, comm, pid, text }: KernelStep): StepSummary => ({
  atNs: at,
  agent: agent ?? null,
  comm,
  pid: pid ?? null,
  text: plainText(text),
});

const partySummary = (party: DeadlockParty, names: Names): PartySummary => ({
  ...taskSummary(party, names),
  blockedOn: named(party.blockedOn, names.tasks),
});

function named(agent: AgentId, tasks: TaskNames): NamedTask {
  const { comm, pid = null } = tasks.task(agent);
  return { agent, comm, pid };
}

function taskSummary(
  { agent, holds, waitsFor, waitingSince }: WaitingTask,
  { tasks, resources, release }: Names,
): TaskSummary {
  return {
    ...named(agent, tasks),
    state: waitsFor.mode === 'polling' ? 'R' : 'D',
    holds: holds.map((hold) => ({
      text: resources.hold(hold),
      resource: hold.resource,
      mode: hold.mode,
      sinceNs: hold.since,
    })),
    waitsFor: {
      text: `waits for ${resources.wait(waitsFor)}`,
      resource: waitsFor.resource,
      mode: waitsFor.lock,
      sinceNs: waitingSince,
    },
    stack: waitsFor.stack,
    stackSource: stackSource(waitsFor.stack, release),
  };
}
