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

  constructor(copiers: readonly ContextCopier[]) {
    this.#copiers = new Map(copiers.map((copy) => [keysOf(copy({})), copy]));
  }

  of(context: Context): ContextShape {
    const keys = keysOf(context);
    let shape = this.#shapes.get(keys);
    if (shape === undefined) {
      shape = new ContextShape(this.#copiers.get(keys) ?? spread, Object.keys(context).length);
      this.#shapes.set(keys, shape);
    }
    return shape;
  }
}

const keysOf = (context: Context): string => Object.keys(context).join(' ');

const spread: ContextCopier = (context) => ({ ...context });
