/** How a report calls what tasks wait for: in the words of the plan, or by the agents' name where it has none. */
import type { Hold, LockMode, Plan, Resource, ResourceLabel, Wait } from '@dragon/engine';
import { type ResourceKind, resourceKind, type ResourceKindName } from '@dragon/kernel';
import { type Piece, plainText, type Sentence, sentence } from './sentence.ts';

/** One of a sort, by what the label says that it is. */
const SORTS: ReadonlyMap<string, string> = new Map([
  ['AGI', 'an AGI'],
  ['AGF', 'an AGF'],
  ['inodegc work', 'the inodegc work of a CPU'],
]);

const FREEZE_LEVELS: readonly ResourceKindName[] = ['sb_writers', 'sb_pagefault', 'sb_internal'];

export class ResourceNames {
  readonly #words: ReadonlyMap<string, Resource>;

  constructor({ resources }: Pick<Plan, 'resources'>) {
    this.#words = new Map(resources.map((resource) => [resource.id, resource]));
  }

  /** Returns what a person calls the resource, as in `the AGI of AG 0`. */
  noun(id: string): string {
    return this.#wordsFor(id).noun;
  }

  /** Returns what a task does that has it, as in `holds shrinker_rwsem for reading`. */
  hold({ resource, mode }: Hold): string {
    return `${this.#wordsFor(resource).holds} ${this.#inMode(resource, mode)}`;
  }

  /** Returns what a task does to get it, as in `takes shrinker_rwsem for reading`. */
  take({ resource, mode }: Hold): string {
    return `${this.kind(resource).takes} ${this.#inMode(resource, mode)}`;
  }

  /** Returns what a task does that has to wait, as in `queues for the AGI of AG 0`. */
  ask({ resource, lock }: Wait): string {
    return `${this.kind(resource).asks} ${this.#inMode(resource, lock)}`;
  }

  /** Returns what a task waits for and in which mode, as in `shrinker_rwsem for writing`. */
  wait({ resource, lock }: Pick<Wait, 'resource' | 'lock'>): string {
    return this.#inMode(resource, lock);
  }

  /** Returns the same for a sentence. */
  waitPiece(wait: Pick<Wait, 'resource' | 'lock'>): Piece {
    return { text: this.wait(wait), resource: wait.resource };
  }

  /** Returns the noun in parts, for labels and lists. */
  label(id: string): ResourceLabel {
    const { label, noun } = this.#wordsFor(id);
    return label ?? { what: noun };
  }

  /** Returns the noun for one, and for several of a sort what each of them is, as in `an AGI`. */
  any(ids: readonly string[]): string {
    const [first = ''] = ids;
    if (ids.length <= 1) return this.noun(first);
    const { what } = this.label(first);
    return SORTS.get(what) ?? what;
  }

  /** Returns what a task does that has it, without saying what: `holds`, `runs`, `is one of`. */
  verb(id: string): string {
    return this.#wordsFor(id).holds;
  }

  /** Returns ` (R)` or ` (W)` where there are readers and writers, else nothing. */
  modeMark(id: string, mode: LockMode): string {
    return mode === '' || !this.kind(id).modes ? '' : ` (${mode})`;
  }

  /** Returns who is in the way, as in `held by xfs_scrub` or `which kworker/0:1 must finish`. */
  holder(resource: string, who: Piece): Sentence {
    const [before, behind] = this.#wordsFor(resource).holder;
    return sentence`${before}${who}${behind}`;
  }

  /** Returns who is in the way of a task that waits for itself, as in `which it must finish itself`. */
  holderItself(resource: string): string {
    const [before] = this.#wordsFor(resource).holder;
    return before === 'held by '
      ? 'which it holds itself'
      : `${plainText(this.holder(resource, { text: 'it' }))} itself`;
  }

  /** Returns what is known of the kind of thing that it is. */
  kind(id: string): ResourceKind {
    return resourceKind(this.#words.get(id)?.kind);
  }

  /** Returns whether it is work that a kworker runs: who waits for it waits for its end. */
  isWork(id: string): boolean {
    return this.#words.get(id)?.kind === ('work' satisfies ResourceKindName);
  }

  /** Returns whether it is a level of freeze protection: whoever wants it for reading waits for the thaw. */
  isFreezeLevel(id: string): boolean {
    const kind = this.#words.get(id)?.kind;
    return FREEZE_LEVELS.some((level) => level === kind);
  }

  /** Returns whether nobody in the model has the resource, as a disk. */
  isOutside(resource: string): boolean {
    return this.#wordsFor(resource).outside === true;
  }

  #inMode(id: string, mode: LockMode): string {
    const noun = this.noun(id);
    if (mode === '' || !this.kind(id).modes) return noun;
    return `${noun} for ${mode === 'R' ? 'reading' : 'writing'}`;
  }

  #wordsFor(id: string): Resource {
    return this.#words.get(id) ?? { id, noun: id, holds: 'holds', took: 'took', holder: ['held by ', ''] };
  }
}

/** Returns `gc[0].work` or `shrinker_rwsem (W)`: the agents' own name for the resource, for programs. */
export function nameWait({ resource, lock }: Wait): string {
  return lock === '' ? resource : `${resource} (${lock})`;
}
