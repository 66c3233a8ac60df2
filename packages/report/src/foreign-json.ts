/**
 * JSON of foreign origin: whatever names, words and values a file of somebody else has, what comes out of here may be
 * shown as it is, on a terminal, on a page and in a picture.
 */
import type { Json } from '@dragon/engine';
import { LONGEST_NAME, printableName } from './printable.ts';

/** What `printable` changes, as it stands in the text of JSON: other control characters are escaped there. */
const SUSPECT = /\\|[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

type Container = Record<string, unknown> | unknown[];

/** Returns what the text says, every string and key in it printable; undefined for what is not JSON. */
export function foreignJson(text: string): Json | undefined {
  const value = parseJson(text);
  // Nearly all JSON has nothing to change, and that is seen faster in the text.
  return value === undefined || isPlain(text) ? value : shownJson(value);
}

/** Returns what the text says as it stands there, to be checked and not to be shown; undefined for what is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Returns a parsed value with every string and key in it printable; the value itself is used up. */
export function shownJson(value: Json): Json {
  const all: { readonly it: unknown } = { it: value };
  // However deep it is nested, no stack is.
  const waiting: Container[] = [all];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!Array.isArray(next)) for (const key of Object.keys(next)) rename(next, key, printableName(key));
    const members = next as Record<string, unknown>;
    for (const key of Object.keys(members)) {
      const member = members[key];
      if (typeof member === 'string') members[key] = printableName(member);
      else if (typeof member === 'object' && member !== null) waiting.push(member as Container);
    }
  }
  return all.it as Json;
}

function rename(object: Record<string, unknown>, key: string, shown: string): void {
  if (key === shown) return;
  object[shown] = object[key];
  delete object[key];
}

/** Whether nothing in the text of JSON is to be changed. */
function isPlain(text: string): boolean {
  if (SUSPECT.test(text)) return false;
  for (let start = text.indexOf('"'); start >= 0; ) {
    const end = text.indexOf('"', start + 1);
    if (end - start > LONGEST_NAME) return false;
    start = end < 0 ? -1 : text.indexOf('"', end + 1);
  }
  return true;
}
