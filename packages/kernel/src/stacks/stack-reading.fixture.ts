/** Reading of a stack as a line of text, for tests: what its task waits for, and what it holds. */
import { kernelVersionOf } from './kernel-versions.ts';
import { holdsIn, waitIn } from './read-stack.ts';

/** Returns what a stack of that release tells, as in `AGI, killable; holds s_umount R, mmap_lock R`. */
export function stackReading(frames: readonly string[], release = ''): string {
  const kernel = kernelVersionOf(release);
  const wait = waitIn(frames, kernel);
  const holds = holdsIn(frames, kernel).map(({ resource, lock }) => `${resource} ${lock}`.trim());
  return [
    wait === null ? 'runs' : `${wait.resource} ${wait.lock}`.trim(),
    wait === null || wait.mode === 'uninterruptible' ? '' : `, ${wait.mode}`,
    holds.length === 0 ? '' : `; holds ${holds.join(', ')}`,
  ].join('');
}
