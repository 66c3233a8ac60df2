/** Names of agents in a report: those that the simulated kernel gives its threads. */
import type { AgentId, Plan, TaskName } from '@dragon/engine';
import type { Piece } from './sentence.ts';

export class TaskNames {
  readonly #tasks = new Map<AgentId, TaskName>();
  readonly #count = new Map<string, number>();

  constructor(plan: Pick<Plan, 'agents'>) {
    for (const { id, task } of plan.agents) {
      if (task === undefined) continue;
      this.#tasks.set(id, task);
      this.#count.set(task.comm, (this.#count.get(task.comm) ?? 0) + 1);
    }
  }

  /** Returns `kswapd0`, or `rm:1234` where several threads have that name, or the agent's id if it is no thread. */
  name(agent: AgentId): string {
    const task = this.#tasks.get(agent);
    if (task === undefined) return agent;
    return this.#count.get(task.comm) === 1 ? task.comm : `${task.comm}:${task.pid}`;
  }

  /** Returns the name for a sentence. */
  piece(agent: AgentId): Piece {
    return { text: this.name(agent), agent };
  }

  /** Returns how the kernel calls the thread; if the agent is none, its id is all there is. */
  task(agent: AgentId): Pick<TaskName, 'comm'> & Partial<TaskName> {
    return this.#tasks.get(agent) ?? { comm: agent };
  }

  /** Returns the thread that goes on with the agent's duties while it sleeps itself, if it has one. */
  spare(agent: AgentId): TaskName['spare'] {
    return this.#tasks.get(agent)?.spare;
  }
}
