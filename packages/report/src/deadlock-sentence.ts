/** A deadlock in one sentence. */
import { describeHold, describeHolder, describeWait } from './describe-resource.ts';
import type { TaskNames } from './task-names.ts';
import type { Deadlock, DeadlockParty } from './wait-for-graph.ts';

/**
 * Returns the cycle as a sentence that starts and ends with the same task: what it holds, what it waits for and who has
 * that, what that one waits for, and so on round.
 */
export function deadlockSentence({ cycle }: Deadlock, names: TaskNames): string {
  const [first] = cycle;
  const last = cycle.at(-1);
  if (first === undefined || last === undefined) return '';
  if (first === last)
    return `${names.name(first.agent)} waits for ${describeWait(first.waitsFor)}, which it has itself.`;
  const hold = first.holds.find((held) => held.resource === last.waitsFor.resource);
  const opening = hold === undefined ? '' : `${describeHold(hold)} and `;
  const clauses = cycle.map((party, i) => `${names.name(party.agent)} ${i === 0 ? opening : ''}${waits(party, names)}`);
  return `${clauses.join('; ')}.`;
}

function waits(party: DeadlockParty, names: TaskNames): string {
  return `waits for ${describeWait(party.waitsFor)}, ${describeHolder(party.waitsFor.resource, names.name(party.blockedOn))}`;
}
