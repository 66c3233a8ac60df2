/** What unregister_shrinker waits for, as the wait-for graph names it. */
import type { ShrinkersPolicy } from '../policy/policy.ts';

/** Returns the name of the references to one shrinker (6.7: `shrinker->done`). */
export function shrinkerReference(shrinker: string): string {
  return `shrinker ${shrinker} refs`;
}

/** Returns the resource that a thread in unregister_shrinker (or register_shrinker) sleeps on. */
export function shrinkerListLock(mechanism: ShrinkersPolicy, shrinker: string): string {
  switch (mechanism) {
    case 'rwsem':
      return 'shrinker_rwsem';
    case 'srcu':
      return 'shrinkers.srcu';
    case 'refcount':
      return shrinkerReference(shrinker);
  }
}
