/** A deadlock in one sentence, or in one line. */
import { formatSeconds } from '@dragon/engine';
import { nameWait, type ResourceNames } from './resource-names.ts';
import type { TaskNames } from './task-names.ts';
import type { Deadlock, DeadlockParty, Undoing } from './wait-for-graph.ts';

/** In words up to there. */
const NUMBERS = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/**
 * Returns the cycle as a sentence: each task, what it waits for and who has that, on round to the first, and that it
 * never ends, or how it came undone.
 */
export function deadlockSentence(
  { cycle }: Pick<Deadlock, 'cycle'>,
  names: TaskNames,
  resources: ResourceNames,
  undone?: Undoing,
): string {
  const [first, ...others] = cycle;
  if (first === undefined) return '';
  if (others.length === 0)
    return `${names.name(first.agent)} waits for ${resources.wait(first.waitsFor)}, ${resources.holderItself(first.waitsFor.resource)}: ${endText('it', undone, names)}`;
  const waits = ({ agent, waitsFor, blockedOn }: DeadlockParty): string =>
    `${names.name(agent)} waits for ${resources.wait(waitsFor)}, ${resources.holder(waitsFor.resource, names.name(blockedOn))}`;
  const count = cycle.length;
  const who = count === 2 ? 'neither' : `none of the ${NUMBERS[count] ?? count}`;
  return `${cycle.map(waits).join('; ')}: ${endText(who, undone, names)}`;
}

function endText(who: string, undone: Undoing | undefined, names: TaskNames): string {
  if (undone === undefined) return who === 'it' ? 'it can never go on.' : `${who} can ever go on.`;
  const alone = who === 'it' ? 'it cannot go on by itself' : `${who} can go on by itself`;
  return `${alone}. The cycle came undone at ${formatSeconds(undone.at)} s: another enqueue took the pending work from in front of the barrier of ${names.name(undone.agent)}, which another kworker then ran.`;
}

/**
 * Returns the cycle in one line, each task followed by what it waits for, in the agents' own names: `kswapd/0 >
 * gc[0].work > inodegc/0 > …`. Equal cycles have equal lines, as each begins with its smallest task.
 */
export function cycleLine({ cycle }: Pick<Deadlock, 'cycle'>): string {
  return cycle.flatMap(({ agent, waitsFor }) => [agent, nameWait(waitsFor)]).join(' > ');
}
