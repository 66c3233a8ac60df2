/** Words for a run that is watched and is not the one that its plan makes here: what was told, and what was made. */
import { formatSeconds, type VirtualTime } from '@dragon/engine';
import { thousands } from './thousands.ts';

/** A state of an agent, and the instant at which it came to it. */
interface Reached {
  readonly name: string;
  readonly at: VirtualTime;
}

/** What an agent is said to have come to by an event of it, and what it came to when its plan was executed. */
export interface ToldAndMade {
  /** How many events it had received. */
  readonly seq: number;
  readonly told: Reached;
  /** Undefined if there is no such event. */
  readonly made: Reached | undefined;
}

/** Returns one sentence; `name`: the agent's, as a report has it. */
export function differenceSentence({ seq, told, made }: ToldAndMade, name: string): string {
  const after = seq === 0 ? 'At its start' : `After its event ${thousands(seq)}`;
  const here =
    made === undefined
      ? 'the same plan has no such event here'
      : `the same plan leads to ${made.name} at ${formatSeconds(made.at)} s here`;
  return (
    `The run that is watched is not the one that is shown. ${after}, ${name} is said to be in ${told.name} ` +
    `at ${formatSeconds(told.at)} s; ${here}.`
  );
}
