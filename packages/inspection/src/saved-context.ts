/** The context of an agent, in what its definition saves of it. */
import type { Json } from '@dragon/engine';

/** What of an agent is no state: where it has no chart, all that is saved; `value` is the chart's, if there is one. */
export interface SavedContext {
  readonly value: Json | undefined;
  readonly context: Json;
}

/** Values above which a context is left out: nobody reads more. */
const MOST_VALUES = 4_096;

/** A thread's chart is inside of what the scheduler keeps of it. */
export function savedContext(saved: Json): SavedContext {
  const { inner, value, context } = objectOf(saved);
  if (inner !== undefined) return savedContext(inner);
  return value === undefined ? { value, context: saved } : { value, context: context ?? null };
}

/** Returns a context, or what stands for one that is too large for a person. */
export function shownContext(context: Json): Json {
  return valuesLeft(context, MOST_VALUES) < 0 ? { leftOut: `more than ${MOST_VALUES} values` } : context;
}

/** Returns how many of `most` values are left after those in `value`; negative, without looking on, if it has more. */
function valuesLeft(value: Json | undefined, most: number): number {
  if (typeof value !== 'object' || value === null) return most - 1;
  let left = most - 1;
  for (const each of Object.values(value)) {
    if (left < 0) break;
    left = valuesLeft(each, left);
  }
  return left;
}

function objectOf(value: Json): { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json | undefined })
    : {};
}
