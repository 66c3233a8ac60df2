/** What of a value from elsewhere, as a wire or a file, is plain JSON: looked at before anything relies on it. */
import type { Json } from './event.ts';

/** Levels of nesting: params and messages have a few, and what has thousands is meant to fill a stack. */
const DEEPEST = 32;

/** Returns whether it is an object as JSON makes one: no list, and of no class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Returns true for what JSON can hold, at most `depth` levels deep: no Date, no Map, no bytes, no bigint, no NaN. */
export function isJson(value: unknown, depth = DEEPEST): value is Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      if (value === null) return true;
      if (depth === 0) return false;
      if (Array.isArray(value)) return value.every((member) => isJson(member, depth - 1));
      return (
        isPlainObject(value) &&
        Object.values(value).every((member) => member === undefined || isJson(member, depth - 1))
      );
    case 'undefined':
    case 'bigint':
    case 'symbol':
    case 'function':
      return false;
  }
}
