/**
 * The shape of a context: its keys in their order, and how it is copied. A spread costs V8 ten times what a literal
 * that names every key does, so whoever makes many steps brings literals along; all other contexts are spread.
 */
import type { Context } from './chart-stepper.ts';

/** Returns a copy of a context that has certain keys: a literal that names them. */
export type ContextCopier = (context: Context) => Context;

export class ContextShape {
  readonly copy: ContextCopier;
  readonly #size: number;

  constructor(copy: ContextCopier, size: number) {
    this.copy = copy;
    this.#size = size;
  }

  /** Returns whether a copy of a context of this shape, to which something was assigned, still has it. */
  isOf(copy: Context): boolean {
    return Object.keys(copy).length === this.#size;
  }
}

/** The shapes that the contexts of one machine have: few, since only parameters and rare assignments make another. */
export class ContextShapes {
  readonly #copiers: ReadonlyMap<string, ContextCopier>;
  readonly #shapes = new Map<string, ContextShape>();
  /** That of the context asked for last, which as a rule is like the one before: thousands of agents start alike. */
  #last: { readonly keys: readonly string[]; readonly shape: ContextShape } | undefined;

  constructor(copiers: readonly ContextCopier[]) {
    this.#copiers = new Map(copiers.map((copy) => [keysOf(copy({})), copy]));
  }

  of(context: Context): ContextShape {
    const keys = Object.keys(context);
    const last = this.#last;
    if (last !== undefined && isSame(last.keys, keys)) return last.shape;
    const text = keys.join(' ');
    let shape = this.#shapes.get(text);
    if (shape === undefined) {
      shape = new ContextShape(this.#copiers.get(text) ?? spread, keys.length);
      this.#shapes.set(text, shape);
    }
    this.#last = { keys, shape };
    return shape;
  }
}

function isSame(before: readonly string[], keys: readonly string[]): boolean {
  if (before.length !== keys.length) return false;
  for (let i = 0; i < keys.length; i += 1) if (before[i] !== keys[i]) return false;
  return true;
}

const keysOf = (context: Context): string => Object.keys(context).join(' ');

const spread: ContextCopier = (context) => ({ ...context });
