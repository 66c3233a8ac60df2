/** The keys of an agent's context in their order, and the quickest way known to copy a context that has them. */
import type { Context } from './chart-stepper.ts';

/**
 * The keys go with the state, not with the machine: an optional parameter makes the contexts of one machine differ, and
 * an action may add a key.
 */
export interface ContextShape {
  readonly keys: readonly string[];
  readonly copy: (context: Context) => Context;
}

const shapes = new Map<string, ContextShape>();

const spread = (context: Context): Context => ({ ...context });

/** Returns the shape of a context; the same object for the same keys. */
export function contextShape(context: Context): ContextShape {
  const keys = Object.keys(context);
  const name = keys.join('\0');
  let shape = shapes.get(name);
  if (shape === undefined) {
    shape = { keys, copy: spread };
    shapes.set(name, shape);
  }
  return shape;
}

/** Returns whether these are all keys of the shape, in its order. */
export function hasKeys({ keys }: ContextShape, own: readonly string[]): boolean {
  if (own.length !== keys.length) return false;
  for (let place = 0; place < keys.length; place += 1) if (own[place] !== keys[place]) return false;
  return true;
}
