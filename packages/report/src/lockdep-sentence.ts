/** What lockdep would have said of a run, in a sentence, and why. */
import { formatSeconds } from '@dragon/engine';
import type { LockdepSplat } from './lockdep.ts';
import type { ResourceNames } from './resource-names.ts';
import type { TaskNames } from './task-names.ts';
import type { Deadlock } from './wait-for-graph.ts';

/**
 * Returns the sentence behind `lockdep would have said:`. If it would have spoken of other locks than those of the
 * deadlock, or not at all, it says which of these lockdep does not see.
 */
export function lockdepSentence(
  splat: LockdepSplat | undefined,
  deadlock: Pick<Deadlock, 'cycle'> | undefined,
  tasks: TaskNames,
  resources: ResourceNames,
): string {
  const unseen = unseenReasons(deadlock, resources);
  if (splat === undefined)
    return unseen.length === 0 ? 'nothing, as no locks were taken in a circle.' : `nothing: ${unseen.join('; ')}.`;
  const { kind, at, agent, asked, against, chain } = splat;
  const when = `when ${tasks.name(agent)} asks for ${asked.lock.class} at ${formatSeconds(at)} s`;
  const classes = [against.lock.class, ...chain.map(({ previous }) => previous.lock.class), against.lock.class];
  const what =
    kind === 'recursive'
      ? `possible recursive locking, ${when}: it holds that already`
      : `possible circular locking dependency, ${when}: ${classes.join(' -> ')}`;
  if (unseen.length === 0) return `${what}.`;
  return `${what}. That is not the cycle above, of which it does not see all: ${unseen.join('; ')}.`;
}

/** Why lockdep does not see what parties of the deadlock wait for; each reason once. */
function unseenReasons(deadlock: Pick<Deadlock, 'cycle'> | undefined, resources: ResourceNames): string[] {
  const reasons = (deadlock?.cycle ?? []).flatMap(({ waitsFor }) => {
    const { lockdep } = resources.kind(waitsFor.resource);
    return 'untracked' in lockdep ? [lockdep.untracked] : [];
  });
  return [...new Set(reasons)];
}
