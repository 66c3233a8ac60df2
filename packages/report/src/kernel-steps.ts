/**
 * The steps that led to a deadlock in the kernel's words: who took what, who queued inodes and waited for whom, and
 * which thread let whom go on. What the charts were in meanwhile is in `deadlock-steps.ts`.
 */
import { type AgentId, compareText, formatSeconds, type Plan, type Row, type VirtualTime } from '@dragon/engine';
import type { TaskMessage } from '@dragon/kernel';
import type { ReportNames } from './report-names.ts';
import { joinedSentences, type Sentence, sentence } from './sentence.ts';
import type { Deadlock, DeadlockParty } from './wait-for-graph.ts';

export interface KernelStep {
  readonly at: VirtualTime;
  /** Whose step it is; absent for a thread that no agent has as its own, as a spare kworker. */
  readonly agent?: AgentId | undefined;
  /** The thread, as the kernel calls it. */
  readonly comm: string;
  readonly pid: number | undefined;
  /** As in `takes shrinker_rwsem for reading`. */
  readonly text: Sentence;
}

/** Returns each party's steps from the first lock on that it still holds, in the order of time. */
export function kernelSteps(
  deadlock: Deadlock,
  history: (agent: AgentId) => readonly Row[],
  plan: Pick<Plan, 'agents'>,
  names: ReportNames,
): KernelStep[] {
  const asleepSince = new Map(deadlock.cycle.map(({ agent, waitingSince }) => [agent, waitingSince]));
  const cpus = new Map(plan.agents.map(({ id, params }) => [id, cpuOf(params)]));
  return deadlock.cycle
    .flatMap((party) => partySteps(party, history(party.agent), deadlock.at, { ...names, asleepSince, cpus }))
    .sort((a, b) => a.at - b.at || compareText(a.comm, b.comm));
}

interface Context extends ReportNames {
  readonly asleepSince: ReadonlyMap<AgentId, VirtualTime>;
  /** Of the agents that are of a CPU. */
  readonly cpus: ReadonlyMap<AgentId, number | undefined>;
}

function partySteps(party: DeadlockParty, history: readonly Row[], until: VirtualTime, context: Context): KernelStep[] {
  const { tasks, resources } = context;
  const { comm, pid } = tasks.task(party.agent);
  const first = Math.min(party.waitingSince, ...party.holds.map(({ since }) => since));
  const flushes = flushesOf(history.filter(({ at }) => at >= first && at <= until));
  const takes = new Map<VirtualTime, Sentence[]>();
  for (const hold of party.holds)
    takes.set(hold.since, [
      ...(takes.get(hold.since) ?? []),
      [{ text: resources.take(hold), resource: hold.resource }],
    ]);
  const last = flushes.at(-1);
  const queued = last?.at === party.waitingSince ? `${queuedText(last, context)} and ` : '';
  const holder = holderOf(party, context);
  const own: (KernelStep | Pick<KernelStep, 'at' | 'text'>)[] = [
    ...[...takes].map(([at, texts]) => ({ at, text: joinedSentences(texts, ', ') })),
    ...earlierFlushes(
      flushes.filter(({ at }) => at < party.waitingSince),
      party,
      context,
    ),
    {
      at: party.waitingSince,
      text: sentence`${queued}${{ text: resources.ask(party.waitsFor), resource: party.waitsFor.resource }}, ${holder}`,
    },
  ];
  return own.map((step) => ('comm' in step ? step : { agent: party.agent, comm, pid, ...step }));
}

/** Returns who is in the way of a party, as in `held by xfs_scrub`. */
export function holderOf({ agent, blockedOn, waitsFor }: DeadlockParty, { tasks, resources }: ReportNames): Sentence {
  const { resource } = waitsFor;
  if (agent === blockedOn) return [{ text: resources.holderItself(resource) }];
  return resources.holder(resource, tasks.piece(blockedOn));
}

/** A throttled enqueue: inodes queued until then, where, and when the wait ended, if it did. */
interface Flush {
  readonly at: VirtualTime;
  readonly worker: AgentId;
  /** Undefined if the rows do not reach back far enough to tell. */
  readonly inodes: number | undefined;
  over: VirtualTime | undefined;
}

/** Returns the waits of a thread for an inodegc worker, each with the inodes queued since the one before. */
function flushesOf(rows: readonly Row[]): Flush[] {
  const flushes: Flush[] = [];
  let inodes: number | undefined = 0;
  let expected = rows[0]?.index;
  for (const { at, from, message, index } of rows) {
    const answer = message as TaskMessage;
    // Some rows in between are not kept any more.
    if (index !== expected) inodes = undefined;
    expected = index + 1;
    if (answer.type === 'task.inodesQueued') {
      if (inodes !== undefined) inodes += answer.count;
      if (!answer.throttle) continue;
      flushes.push({ at, worker: from, inodes, over: undefined });
      inodes = 0;
    } else if (answer.type === 'task.workFlushed') {
      const last = flushes.at(-1);
      if (last !== undefined) last.over ??= at;
    }
  }
  return flushes;
}

function queuedText({ worker, inodes }: Flush, { cpus }: Context): string {
  const cpu = cpus.get(worker);
  const where = cpu === undefined ? '' : ` on CPU ${cpu}`;
  const what = inodes === undefined ? 'inodes' : inodes === 1 ? '1 inode' : `${inodes} inodes`;
  return `queues ${what} for inactivation${where}`;
}

/** The first of them, and together what let the thread go on each time. */
function earlierFlushes(
  flushes: readonly Flush[],
  party: DeadlockParty,
  context: Context,
): (KernelStep | Pick<KernelStep, 'at' | 'text'>)[] {
  const { tasks } = context;
  const [first] = flushes;
  if (first === undefined) return [];
  const name = tasks.piece(party.agent);
  const begun = { at: first.at, text: sentence`${queuedText(first, context)} and flushes the inodegc work there` };
  const overs = flushes.flatMap(({ over, worker }) => (over === undefined ? [] : [{ at: over, worker }]));
  const over = overs[0];
  if (over === undefined) return [begun];
  const asleepSince = context.asleepSince.get(over.worker);
  const isAsleep = asleepSince !== undefined && asleepSince < over.at;
  const spare = isAsleep ? tasks.spare(over.worker) : undefined;
  const { comm, pid } = spare ?? tasks.task(over.worker);
  const times = overs.length === 1 ? '' : ` (${overs.length} times until ${formatSeconds(overs.at(-1)?.at ?? 0)} s)`;
  const why =
    spare === undefined
      ? sentence`reaches the barrier of ${name}, whose flush is over${times}`
      : sentence`runs the barrier of ${name} while ${tasks.piece(over.worker)} sleeps${times}: another enqueue had taken the pending work from in front of it, so ${name} goes on though nothing was inactivated`;
  return [begun, { at: over.at, agent: spare === undefined ? over.worker : undefined, comm, pid, text: why }];
}

/** The number of the CPU that an agent is of, as its parameters have it. */
function cpuOf(params: unknown): number | undefined {
  if (typeof params !== 'object' || params === null || !('cpu' in params)) return undefined;
  return typeof params.cpu === 'number' ? params.cpu : undefined;
}
