/** How a report calls what tasks wait for: in the words of the plan, or by the agents' name where it has none. */
import type { Hold, LockMode, Plan, Resource, Wait } from '@dragon/engine';

export class ResourceNames {
  readonly #words: ReadonlyMap<string, Resource>;

  constructor({ resources }: Pick<Plan, 'resources'>) {
    this.#words = new Map(resources.map((resource) => [resource.id, resource]));
  }

  /** Returns what a person calls the resource, as in `the AGI of AG 0`. */
  noun(id: string): string {
    return this.#wordsFor(id).noun;
  }

  /** Returns what a task does that has it, as in `holds shrinker_rwsem (R)` or `runs the inodegc work of CPU 0`. */
  hold({ resource, mode }: Hold): string {
    const { holds, noun } = this.#wordsFor(resource);
    return `${holds} ${inMode(noun, mode)}`;
  }

  /** Returns what a task did to get it, as in `took shrinker_rwsem (R)` or `started the inodegc work of CPU 0`. */
  taking({ resource, mode }: Hold): string {
    const { took, noun } = this.#wordsFor(resource);
    return `${took} ${inMode(noun, mode)}`;
  }

  /** Returns what a task waits for and in which mode, as in `shrinker_rwsem (W)`. */
  wait({ resource, lock }: Wait): string {
    return inMode(this.noun(resource), lock);
  }

  /** Returns who is in the way, as in `held by xfs_scrub` or `which kworker/0:1 must finish`. */
  holder(resource: string, name: string): string {
    return this.#wordsFor(resource).holder.join(name);
  }

  /** Returns whether nobody in the model has the resource, as a disk. */
  isOutside(resource: string): boolean {
    return this.#wordsFor(resource).outside === true;
  }

  #wordsFor(id: string): Resource {
    return this.#words.get(id) ?? { id, noun: id, holds: 'holds', took: 'took', holder: ['held by ', ''] };
  }
}

/** Returns `AGI 0` or `shrinker_rwsem (R)`: the agents' own name for the resource, for programs. */
export function nameHold({ resource, mode }: Hold): string {
  return inMode(resource, mode);
}

/** Returns `gc[0].work` or `shrinker_rwsem (W)`: the agents' own name for the resource, for programs. */
export function nameWait({ resource, lock }: Wait): string {
  return inMode(resource, lock);
}

const inMode = (text: string, mode: LockMode) => (mode === '' ? text : `${text} (${mode})`);
