/**
 * The look of a state: which of a few things an agent is doing, as a colour and a shape show it, read from its chart's
 * tags.
 */
import { CRASHED, type NamedState } from '@dragon/engine';

/**
 * - `run`: on a CPU. `ready`: wants one and has none. `wait`: asleep on what somebody else must end.
 * - `sleep`: asleep by itself. `exit`: gone.
 * - `part`: of an agent that is no thread: a lock, a cache, the memory.
 */
export type StateLook = 'run' | 'ready' | 'wait' | 'sleep' | 'exit' | 'part';

/** In the order in which shares of a pixel are stacked. */
export const STATE_LOOKS: readonly StateLook[] = ['run', 'ready', 'wait', 'sleep', 'exit', 'part'];

/** Returns the look of a state of a thread. A word beside the states says that it is off the CPU. */
export function threadLook({ leaves, others }: NamedState, tags: ReadonlySet<string>): StateLook {
  // Asleep where nothing leads out: a task that is gone.
  if (leaves.length > 0 && leaves.every(isLastState) && !tags.has('blocked')) return 'exit';
  if (others.includes(CRASHED)) return 'exit';
  if (others.length > 0) return 'ready';
  if (tags.has('blocked')) return 'wait';
  return tags.has('sleeping') ? 'sleep' : 'run';
}

const isLastState = ({ path, edges }: NamedState['leaves'][number]): boolean =>
  edges.length === 0 && !path.includes('.');

/** Returns the look of a state of a CPU: it runs threads or idles, or is offline. */
export function cpuLook({ leaves }: NamedState): StateLook {
  const isIn = (state: string): boolean => leaves.some(({ path }) => path === state);
  if (isIn('offline')) return 'exit';
  return isIn('idle') ? 'sleep' : 'run';
}
