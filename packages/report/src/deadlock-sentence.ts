/** A deadlock in one sentence, or in one line. */
import { nameWait, type ResourceNames } from './resource-names.ts';
import type { TaskNames } from './task-names.ts';
import type { Deadlock, DeadlockParty } from './wait-for-graph.ts';

/**
 * Returns the cycle as a sentence that starts and ends with the same task: what it holds, what it waits for and who has
 * that, what that one waits for, and so on round.
 */
export function deadlockSentence({ cycle }: Deadlock, names: TaskNames, resources: ResourceNames): string {
  const [first] = cycle;
  const last = cycle.at(-1);
  if (first === undefined || last === undefined) return '';
  if (first === last)
    return `${names.name(first.agent)} waits for ${resources.wait(first.waitsFor)}, which it has itself.`;
  const hold = first.holds.find((held) => held.resource === last.waitsFor.resource);
  const opening = hold === undefined ? '' : `${resources.hold(hold)} and `;
  const waits = ({ waitsFor, blockedOn }: DeadlockParty): string =>
    `waits for ${resources.wait(waitsFor)}, ${resources.holder(waitsFor.resource, names.name(blockedOn))}`;
  const clauses = cycle.map((party, i) => `${names.name(party.agent)} ${i === 0 ? opening : ''}${waits(party)}`);
  return `${clauses.join('; ')}.`;
}

/**
 * Returns the cycle in one line, each task followed by what it waits for, in the agents' own names: `kswapd/0 >
 * gc[0].work > inodegc/0 > …`. Equal cycles have equal lines, as each begins with its smallest task.
 */
export function cycleLine({ cycle }: Pick<Deadlock, 'cycle'>): string {
  return cycle.flatMap(({ agent, waitsFor }) => [agent, nameWait(waitsFor)]).join(' > ');
}
