/** Names of agents in a report: those that the simulated kernel gives its threads. */
import type { AgentId, Plan, TaskName } from '@dragon/engine';

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

  comm(agent: AgentId): string {
    return this.#tasks.get(agent)?.comm ?? agent;
  }

  pid(agent: AgentId): number | undefined {
    return this.#tasks.get(agent)?.pid;
  }

  /** Returns workqueue and function of a kworker, as in `xfs-inodegc/sda xfs_inodegc_worker [xfs]`. */
  workqueue(agent: AgentId): string | undefined {
    return this.#tasks.get(agent)?.workqueue;
  }
}
