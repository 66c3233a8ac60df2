/** The steps of a deadlock as the charts took them, for a person who knows the model: messages, states, effects. */
import type { AgentId, Row, VirtualTime } from '@dragon/engine';
import { formatSeconds } from '@dragon/engine';
import type { DeadlockStep, DeadlockSteps } from './deadlock-steps.ts';
import type { TaskNames } from './task-names.ts';
import type { Deadlock } from './wait-for-graph.ts';

/**
 * Returns two lines a step: when, who, which message from whom, and below the states that this led to and what of the
 * deadlock it brought about. A party that sleeps does nothing: from then on its spare thread has done it, if it has
 * one.
 */
export function deadlockStepsText({ steps }: DeadlockSteps, { cycle }: Deadlock, names: TaskNames): string[] {
  const asleepSince = new Map(cycle.map(({ agent, waitingSince }) => [agent, waitingSince]));
  const actor = (agent: AgentId, at: VirtualTime) =>
    at > (asleepSince.get(agent) ?? Infinity) ? (names.spare(agent)?.comm ?? names.name(agent)) : names.name(agent);
  return steps.flatMap((step) => {
    const { at, agent, row, brought } = step;
    const did = row === undefined ? 'its row is no longer kept' : received(row, at, actor);
    return [`${formatSeconds(at)}  ${actor(agent, at)}: ${did}`, ...below(step, brought)];
  });
}

function below({ row }: DeadlockStep, brought: readonly string[]): string[] {
  const parts = [...(row === undefined ? [] : [leafStates(row.state)]), ...brought.map((text) => `<- ${text}`)];
  return parts.length === 0 ? [] : [`    ${parts.join('  ')}`];
}

/** Returns `task.bufferLocked from ag/0`, or `after rebuild` for a timer of that name. */
function received(
  { message, from, to, timer }: Row,
  at: VirtualTime,
  actor: (agent: AgentId, at: VirtualTime) => string,
) {
  if (from !== to) return `${message.type} from ${actor(from, at)}`;
  if (timer === undefined) return message.type;
  const { name } = message;
  return `after ${typeof name === 'string' ? name : timer}`;
}

/** Returns the innermost states: `armed, lockingAgi` of `timer.armed worker.running.inactivating.lockingAgi`. */
function leafStates(state: string): string {
  return state
    .split(' ')
    .map((path) => path.slice(path.lastIndexOf('.') + 1))
    .join(', ');
}
