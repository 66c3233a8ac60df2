/**
 * Locks as threads and lock agents tell of them: one writer, no release of what is not held, and who sleeps says on
 * what.
 */
import { type AgentId, kindOf, type ResourceFacts, type TaskFacts } from '@dragon/engine';
import { agBuffer, type AgBuffer, ILOCK, S_UMOUNT } from '@dragon/kernel';
import type { AnyMachineSnapshot } from 'xstate';
import type { SeenStep, Witness } from './witness.ts';

/**
 * Which message gives up which lock of the agent that gets it; those without a name here are told by the agent's own
 * error.
 */
const RELEASES: {
  readonly [type: string]: (message: { readonly [field: string]: unknown }, lockAgent: AnyMachineSnapshot) => string;
} = {
  'ag.unlock': (message, { context }) =>
    agBuffer(message['buffer'] as AgBuffer, (context as { readonly ag: number }).ag),
  'inodeCache.unlockUmount': () => S_UMOUNT,
  'inodeCache.scanFinished': () => S_UMOUNT,
};

const factsOf = ({
  context,
}: AnyMachineSnapshot): { readonly task?: TaskFacts; readonly resources?: readonly ResourceFacts[] } =>
  context as { readonly task?: TaskFacts; readonly resources?: readonly ResourceFacts[] };

export class LockWitness implements Witness {
  /** By lock: who says that it has it, and how. */
  readonly #holders = new Map<string, Map<AgentId, string>>();
  readonly #held = new Map<AgentId, TaskFacts['holds']>();

  see({ agent, message, from = '', before, after }: SeenStep, complain: (text: string) => void): void {
    const { task, resources } = factsOf(after);
    if (task !== undefined) {
      if (after.hasTag('blocked') !== (task.waitsFor !== null))
        complain(`blocked does not match what it waits for: ${String(task.waitsFor?.resource)}`);
      if (task.holds !== this.#held.get(agent)) this.#seeHolds(agent, task.holds, complain);
    }
    // The very same locks have been looked at after the step before.
    if (resources !== undefined && (before === undefined || resources !== factsOf(before).resources))
      for (const each of resources) checkHolders(agent, each, complain);
    if (message === undefined || before === undefined) return;
    const released = RELEASES[message.type]?.(message, before);
    if (released === undefined) return;
    const held = (factsOf(before).resources ?? []).some(
      ({ resource, holders }) => resource === released && holders.flat().includes(from),
    );
    if (!held) complain(`${from} releases ${released}, which it does not hold`);
  }

  /** Those who hold something at the end. */
  get stillHeld(): string[] {
    return [...this.#held].flatMap(([agent, holds]) => holds.map(({ resource }) => `${agent} holds ${resource}`));
  }

  #seeHolds(agent: AgentId, holds: TaskFacts['holds'], complain: (text: string) => void): void {
    for (const { resource } of this.#held.get(agent) ?? []) this.#holders.get(resource)?.delete(agent);
    this.#held.set(agent, holds);
    for (const { resource, mode } of holds) {
      // There are many of that name.
      if (resource === ILOCK) continue;
      const holders = this.#holders.get(resource) ?? new Map<AgentId, string>();
      this.#holders.set(resource, holders.set(agent, mode));
      const writers = [...holders.values()].filter((each) => each !== 'R');
      if (writers.length > 0 && holders.size > 1)
        complain(`${[...holders.keys()].join(' and ')} hold ${resource}, one of them alone`);
    }
  }
}

function checkHolders(agent: AgentId, facts: ResourceFacts, complain: (text: string) => void): void {
  const { resource } = facts;
  const holders = facts.holders.flat();
  const waiters = facts.waiters.flat().map((waiter) => waiter.task);
  if (kindOf(agent) === 'ag' && holders.length !== 1) complain(`${resource} has ${holders.length} holders`);
  if (new Set(holders).size !== holders.length) complain(`${resource} is held twice by one thread`);
  // A worker may wait for its own work: that is a deadlock, and no mistake of the lock's.
  if (holders.some((holder) => holder !== agent && waiters.includes(holder)))
    complain(`a holder of ${resource} waits for it`);
}
