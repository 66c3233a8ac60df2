/** A deadlock in one sentence, or in one line. */
import { nameWait, type ResourceNames } from './resource-names.ts';
import type { TaskNames } from './task-names.ts';
import type { Deadlock, DeadlockParty } from './wait-for-graph.ts';

/** In words up to there. */
const NUMBERS = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/**
 * Returns the cycle as a sentence: each task, what it waits for and who has that, on round to the first, and that it
 * never ends.
 */
export function deadlockSentence(
  { cycle }: Pick<Deadlock, 'cycle'>,
  names: TaskNames,
  resources: ResourceNames,
): string {
  const [first, ...others] = cycle;
  if (first === undefined) return '';
  if (others.length === 0)
    return `${names.name(first.agent)} waits for ${resources.wait(first.waitsFor)}, ${resources.holderItself(first.waitsFor.resource)}: it can never go on.`;
  const waits = ({ agent, waitsFor, blockedOn }: DeadlockParty): string =>
    `${names.name(agent)} waits for ${resources.wait(waitsFor)}, ${resources.holder(waitsFor.resource, names.name(blockedOn))}`;
  const count = cycle.length;
  const who = count === 2 ? 'neither of the two' : `none of the ${NUMBERS[count] ?? count}`;
  return `${cycle.map(waits).join('; ')}: ${who} can ever go on.`;
}

/**
 * Returns the cycle in one line, each task followed by what it waits for, in the agents' own names: `kswapd/0 >
 * gc[0].work > inodegc/0 > …`. Equal cycles have equal lines, as each begins with its smallest task.
 */
export function cycleLine({ cycle }: Pick<Deadlock, 'cycle'>): string {
  return cycle.flatMap(({ agent, waitsFor }) => [agent, nameWait(waitsFor)]).join(' > ');
}
