/**
 * Run queues and threads agree: each runnable thread is on one queue, once; one runs per CPU; nobody runs who is
 * asleep.
 */
import type { AgentId, Message } from '@dragon/engine';
import type { RunQueue } from '@dragon/kernel';
import type { SeenStep, ThreadView, Witness } from './witness.ts';

export class SchedulingWitness implements Witness {
  readonly #queues = new Map<number, RunQueue>();
  readonly #threads = new Map<AgentId, ThreadView>();
  /** Messages between a thread and schedulers that have not arrived. */
  readonly #underWay = new Map<AgentId, number>();
  #changed = false;

  see({ agent, kind, message, from = '', after, thread, effects }: SeenStep, complain: (text: string) => void): void {
    if (kind === 'cpu') {
      const { cpu, runQueue } = after.context as { readonly cpu: number; readonly runQueue: RunQueue };
      this.#queues.set(cpu, runQueue);
      const names = namesIn(runQueue);
      if (new Set(names).size !== names.length) complain(`a thread is on the run queue twice: ${names.join(', ')}`);
      const isIdle = runQueue.curr === null && runQueue.queue.length > 0;
      if (isIdle && !WITHOUT_THREAD.has(String(after.value))) complain('the CPU is idle although somebody wants it');
      if (message !== undefined) this.#count(threadOf(message, from), -1);
      for (const effect of effects) if (effect.kind === 'send') this.#count(threadOf(effect.message, effect.to), 1);
    }
    if (thread === undefined) {
      this.#changed ||= kind === 'cpu';
      return;
    }
    if (from.startsWith('cpu/')) this.#count(agent, -1);
    for (const effect of effects)
      if (effect.kind === 'send' && effect.message.type.startsWith('cpu.')) this.#count(agent, 1);
    this.#changed ||= this.#threads.get(agent)?.status !== thread.status;
    this.#threads.set(agent, thread);
  }

  instantOver(_at: number, complain: (text: string) => void): void {
    if (!this.#changed) return;
    this.#changed = false;
    const where = new Map<AgentId, number>();
    for (const [cpu, queue] of this.#queues)
      for (const name of namesIn(queue)) {
        if (where.has(name)) complain(`${name} is on CPU ${where.get(name)} and on CPU ${cpu}`);
        where.set(name, cpu);
      }
    const running = new Map<number, AgentId>();
    for (const [name, { status, cpu }] of this.#threads) {
      if (status === 'running') {
        if (running.has(cpu)) complain(`${running.get(cpu)} and ${name} run on CPU ${cpu}`);
        running.set(cpu, name);
      }
      if ((this.#underWay.get(name) ?? 0) > 0) continue;
      const wants = status !== 'asleep' && status !== 'choosing';
      // Off the CPU a thread may have been moved, and learns of it when it is given one.
      const isThere = isOffCpu(status) ? where.has(name) : where.get(name) === cpu;
      if (wants && !isThere) complain(`${name} (${status}) is not on the run queue of CPU ${cpu}`);
      if (!wants && where.has(name)) complain(`${name} (${status}) is on the run queue of CPU ${where.get(name)}`);
      const isCurrent = this.#queues.get(cpu)?.curr?.thread === name;
      if (isCurrent && status !== 'running' && status !== 'yielding' && status !== 'stalled')
        complain(`CPU ${cpu} runs ${name}, which is ${status}`);
      if (!isCurrent && status === 'running') complain(`${name} runs, but CPU ${cpu} does not run it`);
    }
  }

  #count(thread: AgentId, change: number): void {
    this.#underWay.set(thread, (this.#underWay.get(thread) ?? 0) + change);
    this.#changed = true;
  }
}

/** States of a virtual CPU while another one has the host's thread, and of a CPU in an interrupt. */
const WITHOUT_THREAD: ReadonlySet<string> = new Set(['waiting', 'ticked', 'interrupted', 'runningCallbacks']);

const isOffCpu = (status: string): boolean => status === 'waking' || status === 'preempted';

/** Whom a message between a scheduler and another agent is about: a thread that is passed on is named in it. */
const threadOf = (message: Message, other: AgentId): AgentId =>
  typeof message['thread'] === 'string' ? message['thread'] : other;

const namesIn = ({ curr, queue }: RunQueue): AgentId[] => [
  ...(curr === null ? [] : [curr.thread]),
  ...queue.map(({ thread }) => thread),
];
