/** A deadlock in a headline, in one sentence, or in one line. */
import { formatSeconds } from '@dragon/engine';
import type { ReportNames } from './report-names.ts';
import { nameWait } from './resource-names.ts';
import { joinedSentences, listed, type Sentence, sentence } from './sentence.ts';
import type { Deadlock, DeadlockParty, Undoing } from './wait-for-graph.ts';

/** In words up to there. */
const NUMBERS = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** Parties that a headline names before it only counts the others. */
const NAMED = 4;

/** Function that everybody is in who reclaims slabs, with its locks. */
const RECLAIM = 'shrink_slab';

/**
 * Returns the parties as they are drawn and named: each waits for the next, and a reclaimer, if there is one, is the
 * first.
 */
export function ringOrder(cycle: readonly DeadlockParty[]): readonly DeadlockParty[] {
  const first = Math.max(
    0,
    cycle.findIndex(({ waitsFor }) => waitsFor.stack.includes(RECLAIM)),
  );
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}

/** Returns the line that a stranger understands: who waits for each other, and that it never ends, or that it ended. */
export function deadlockHeadline(
  { cycle }: Pick<Deadlock, 'cycle'>,
  { tasks }: Pick<ReportNames, 'tasks'>,
  undone?: Undoing,
): Sentence {
  const names = ringOrder(cycle).map(({ agent }) => [tasks.piece(agent)]);
  // The last that is named would cost as much room as the count of one.
  const shown = names.length <= NAMED ? names : names.slice(0, NAMED - 1);
  const who = listed([
    ...shown,
    ...(names.length > shown.length ? [sentence`${names.length - shown.length} more`] : []),
  ]);
  const whom = names.length > 1 ? 'each other' : 'itself';
  if (undone !== undefined) return sentence`${who} waited for ${whom}, until the cycle came undone.`;
  return sentence`${who} ${names.length > 1 ? 'wait' : 'waits'} for ${whom}, for ever.`;
}

/**
 * Returns the cycle as a sentence: each task, what it waits for and who has that, on round to the first, and that it
 * never ends, or how it came undone.
 */
export function deadlockSentence({ cycle }: Pick<Deadlock, 'cycle'>, names: ReportNames, undone?: Undoing): Sentence {
  const { tasks, resources } = names;
  const [first, ...others] = cycle;
  if (first === undefined) return [];
  if (others.length === 0)
    return sentence`${tasks.piece(first.agent)} waits for ${resources.waitPiece(first.waitsFor)}, ${resources.holderItself(first.waitsFor.resource)}: ${endText('it', undone, names)}`;
  const waits = ({ agent, waitsFor, blockedOn }: DeadlockParty): Sentence =>
    sentence`${tasks.piece(agent)} waits for ${resources.waitPiece(waitsFor)}, ${resources.holder(waitsFor.resource, tasks.piece(blockedOn))}`;
  const count = cycle.length;
  const who = count === 2 ? 'neither' : `none of the ${NUMBERS[count] ?? count}`;
  return sentence`${joinedSentences(cycle.map(waits), '; ')}: ${endText(who, undone, names)}`;
}

function endText(who: string, undone: Undoing | undefined, { tasks }: ReportNames): Sentence {
  if (undone === undefined) return sentence`${who === 'it' ? 'it can never go on.' : `${who} can ever go on.`}`;
  const alone = who === 'it' ? 'it cannot go on by itself' : `${who} can go on by itself`;
  return sentence`${alone}. The cycle came undone at ${formatSeconds(undone.at)} s: another enqueue took the pending work from in front of the barrier of ${tasks.piece(undone.agent)}, which another kworker then ran.`;
}

/**
 * Returns the cycle in one line, each task followed by what it waits for, in the agents' own names: `kswapd/0 >
 * gc[0].work > inodegc/0 > …`. Equal cycles have equal lines, as each begins with its smallest task.
 */
export function cycleLine({ cycle }: Pick<Deadlock, 'cycle'>): string {
  return cycle.flatMap(({ agent, waitsFor }) => [agent, nameWait(waitsFor)]).join(' > ');
}
