/** A task that hangs without a deadlock, in a headline and a sentence. */
import { formatSeconds, SECOND, type VirtualTime } from '@dragon/engine';
import { HUNG_TASK_TIMEOUT } from '@dragon/kernel';
import type { ReportNames } from './report-names.ts';
import { type Sentence, sentence } from './sentence.ts';
import type { Story } from './story.ts';
import { hungAt } from './stall-finder.ts';
import type { BlockedTask } from './wait-for-graph.ts';

/**
 * Returns the finding as it stands at the end of a run: who waits for what and who waits behind; then who is in the
 * way, and how long by then. The headline is true from the instant at which the task is hung.
 */
export function stallStory(task: BlockedTask, endedAt: VirtualTime, names: ReportNames): Story {
  const { tasks, resources } = names;
  const { agent, behind, waitsFor } = task;
  const seconds = Math.floor((endedAt - task.waitingSince) / SECOND);
  const long = endedAt > hungAt(task) ? `over ${HUNG_TASK_TIMEOUT / SECOND} s` : `${seconds} s`;
  const name = tasks.piece(agent);
  const queue = behind === 0 ? '' : `, and ${behind} ${behind === 1 ? 'task' : 'tasks'} behind it`;
  const others = behind === 0 ? 'nobody waits' : behind === 1 ? '1 other task waits' : `${behind} other tasks wait`;
  return {
    kind: 'stall',
    tag: 'STALL',
    at: Math.min(hungAt(task), endedAt),
    headline: sentence`${name} has waited ${long} for ${resources.waitPiece(waitsFor)}${queue}.`,
    sentence: sentence`${name} waits for ${stallReason(task, names)}, for ${seconds} s when the run ends at ${formatSeconds(endedAt)} s; ${others} behind it, and there is no cycle.`,
    parties: [agent],
  };
}

/** Returns what the task waits for and who is in the way, if anybody is. */
export function stallReason({ waitsFor, blockedOn }: BlockedTask, { tasks, resources }: ReportNames): Sentence {
  const { resource } = waitsFor;
  const wait = resources.waitPiece(waitsFor);
  if (resources.isOutside(resource)) return sentence`${wait}, which is outside the model`;
  const [holder] = blockedOn;
  if (holder === undefined) return sentence`${wait}, which nobody holds: a message is lost or on its way`;
  const held = resources.holder(resource, tasks.piece(holder));
  return waitsFor.lock === 'R' && resources.isFreezeLevel(resource)
    ? sentence`${wait}, ${held} until the file system thaws`
    : sentence`${wait}, ${held}`;
}
