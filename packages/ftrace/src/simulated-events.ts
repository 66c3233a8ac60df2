/** The tracepoints that a simulated run hit, as a trace of the kernel would have them. */
import type { AgentId, Plan, TraceHit } from '@dragon/engine';
import { actingTask, type HitContext, kernelHit } from '@dragon/kernel';
import { kernelEvent, type KernelFields, type Place, type TraceSink } from './kernel-event.ts';

/** The fields of any hit. */
type Fields = Partial<HitContext> & TraceHit['fields'];

type Thread = { readonly comm: string; readonly pid: number };

/** What has no thread of its own is done by interrupts, or by threads that the model leaves out. */
const NOBODY: Thread = { comm: '<idle>', pid: 0 };

/** The latency column: no interrupt, nothing to say. */
const FLAGS = '.....';

/** Gives sinks the events of a run; `hit` is for the run's `onTrace`. Hits for several inodes become an event each. */
export class SimulatedTrace {
  readonly #threads: ReadonlyMap<AgentId, Thread>;
  readonly #sinks: readonly TraceSink[];
  #line = 0;

  constructor(plan: Plan, sinks: readonly TraceSink[]) {
    this.#threads = new Map(plan.agents.flatMap(({ id, task }) => (task === undefined ? [] : [[id, task] as const])));
    this.#sinks = sinks;
  }

  readonly hit = (seen: TraceHit): void => {
    const hit = kernelHit(seen);
    const { at, event } = hit;
    const { comm, pid } = this.#threads.get(actingTask(hit)) ?? NOBODY;
    const { cpu = 0, task: _, count = 1, ino, ...rest }: Fields = hit.fields;
    const where = { at, cpu, comm, pid };
    const told = withoutFlags(rest);
    if (ino === undefined) {
      this.#emit(where, event, { ...told, ...ofVictim(event, comm, pid), ...ofShrinker(told) });
      return;
    }
    for (let i = 0; i < count; i += 1) {
      this.#emit(where, event, { ...told, ino: ino + i });
    }
  };

  #emit(where: Pick<Place, 'at' | 'cpu' | 'comm' | 'pid'>, event: string, fields: KernelFields): void {
    this.#line += 1;
    const whole = kernelEvent({ ...where, line: this.#line, flags: FLAGS }, event, fields);
    for (const sink of this.#sinks) sink.event(whole);
  }
}

/** The kernel prints no booleans: they are 0 or 1. */
function withoutFlags(fields: TraceHit['fields']): KernelFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'boolean' ? Number(value) : value]),
  );
}

/** mark_victim is hit by the task that kills, and names the one that is killed. */
function ofVictim(event: string, comm: string, pid: number): KernelFields {
  return event === 'mark_victim' ? { comm, pid } : {};
}

/** Start and end of a scan belong together by the shrinker's address; here there is one of each kind. */
function ofShrinker({ shrink }: KernelFields): KernelFields {
  return shrink === undefined ? {} : { shr: shrink };
}
