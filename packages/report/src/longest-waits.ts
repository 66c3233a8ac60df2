/**
 * The longest waits of a run, whatever came of it: a run in which all went on at last may have stalled for half a
 * minute. A task counts as waiting for memory from where its allocation takes the slow path until it has its pages, in
 * prune_icache_sb and in a system call for the whole call, and for a lock or a work as long as its agent says so. Such
 * spans may lie in one another, and each is counted for itself.
 */
import {
  type AgentId,
  type FactsChange,
  type Finder,
  type Finding,
  type Json,
  type LockMode,
  SECOND,
  type TraceHit,
  type VirtualTime,
  type Wait,
} from '@dragon/engine';
import { actingTask, kernelHit, type Syscall, type TracepointName } from '@dragon/kernel';

/** Shorter ones are how a busy machine works. */
export const LONG_WAIT: VirtualTime = SECOND;

/** What a task spent its time in. */
export type WaitSubject =
  | { readonly kind: 'memory' }
  | { readonly kind: 'prune_icache_sb' }
  | { readonly kind: 'syscall'; readonly call: Syscall }
  | { readonly kind: 'resource'; readonly resource: string; readonly lock: LockMode };

export interface LongWait {
  readonly agent: AgentId;
  readonly subject: WaitSubject;
  readonly since: VirtualTime;
  /** In ns; of one that the end of the run cut off, its age. */
  readonly duration: VirtualTime;
  readonly over: boolean;
}

interface Begun {
  readonly subject: WaitSubject;
  readonly since: VirtualTime;
}

interface OfTask {
  readonly open: { [kind in WaitSubject['kind']]?: Begun };
  readonly longest: { [kind in WaitSubject['kind']]?: LongWait };
}

const MEMORY: WaitSubject = { kind: 'memory' };
const PRUNING: WaitSubject = { kind: 'prune_icache_sb' };

export class LongestWaits implements Finder {
  readonly ends = false;
  readonly tracepoints = [
    'alloc_stall_begin',
    'alloc_stall_end',
    'prune_icache_begin',
    'prune_icache_end',
    'syscall_begin',
    'syscall_end',
  ] as const satisfies readonly TracepointName[];
  readonly #tasks = new Map<AgentId, OfTask>();

  facts({ at, agent, facts: { task } }: FactsChange): void {
    const begun = this.#tasks.get(agent)?.open.resource;
    const wait = task?.waitsFor ?? null;
    if (begun !== undefined && !isFor(begun.subject, wait)) this.#end(agent, 'resource', at);
    if (wait !== null) this.#begin(agent, { kind: 'resource', resource: wait.resource, lock: wait.lock }, at);
  }

  hit(seen: TraceHit): void {
    const hit = kernelHit(seen);
    const [task, at] = [actingTask(hit), hit.at];
    switch (hit.event) {
      case 'alloc_stall_begin':
        return this.#begin(task, MEMORY, at);
      case 'alloc_stall_end':
        return this.#end(task, 'memory', at);
      case 'prune_icache_begin':
        return this.#begin(task, PRUNING, at);
      case 'prune_icache_end':
        return this.#end(task, 'prune_icache_sb', at);
      case 'syscall_begin':
        return this.#begin(task, { kind: 'syscall', call: hit.fields.call }, at);
      case 'syscall_end':
        return this.#end(task, 'syscall', at);
      default:
    }
  }

  check(): readonly Finding[] {
    return [];
  }

  save(): Json {
    return [...this.#tasks] as unknown as Json;
  }

  restore(saved: Json): void {
    for (const [agent, ofTask] of saved as unknown as readonly [AgentId, OfTask][]) this.#tasks.set(agent, ofTask);
  }

  /**
   * Returns the longest of each task and kind that lasted at least `LONG_WAIT`, the longest first, of equal ones the
   * one that began first.
   */
  until(end: VirtualTime): LongWait[] {
    return [...this.#tasks]
      .flatMap(([agent, { open, longest }]) => {
        const unfinished = Object.values(open).map((begun) => waited(agent, begun, end, false));
        return Object.values([...Object.values(longest), ...unfinished].reduce(longestByKind, {}));
      })
      .filter(({ duration }) => duration >= LONG_WAIT)
      .toSorted((a, b) => b.duration - a.duration || a.since - b.since || (a.agent < b.agent ? -1 : 1));
  }

  #begin(agent: AgentId, subject: WaitSubject, since: VirtualTime): void {
    let ofTask = this.#tasks.get(agent);
    if (ofTask === undefined) this.#tasks.set(agent, (ofTask = { open: {}, longest: {} }));
    ofTask.open[subject.kind] ??= { subject, since };
  }

  #end(agent: AgentId, kind: WaitSubject['kind'], at: VirtualTime): void {
    const ofTask = this.#tasks.get(agent);
    const begun = ofTask?.open[kind];
    if (ofTask === undefined || begun === undefined) return;
    delete ofTask.open[kind];
    if (at - begun.since < LONG_WAIT) return;
    longestByKind(ofTask.longest, waited(agent, begun, at, true));
  }
}

const isFor = (subject: WaitSubject, wait: Wait | null): boolean =>
  subject.kind === 'resource' && wait?.resource === subject.resource && wait.lock === subject.lock;

const waited = (agent: AgentId, { subject, since }: Begun, at: VirtualTime, over: boolean): LongWait => ({
  agent,
  subject,
  since,
  duration: Math.max(0, at - since),
  over,
});

/** Puts the wait in its place among the longest of each kind, if it is longer than the one there. */
function longestByKind(longest: OfTask['longest'], wait: LongWait): OfTask['longest'] {
  const before = longest[wait.subject.kind];
  if (before === undefined || before.duration < wait.duration) longest[wait.subject.kind] = wait;
  return longest;
}
