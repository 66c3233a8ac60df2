/**
 * Words and values in the text of an event: `name=value`, `name value`, and phrases such as `cache items 517`. They are
 * found by their words, wherever they stand, so that a kernel which prints a word more or less is still read.
 */
import type { KernelFields } from './kernel-event.ts';

export type Mutable = { [field: string]: number | string };

/** Fields that are addresses: `%p` prints them hashed and without 0x, and some consist of digits only. */
const ADDRESSES = new Set(['timer', 'work', 'struct', 'dwork', 'sb', 'shr']);

const camelNames = new Map<string, string>();

/** `nr_to_scan` -> `nrToScan`, `total-vm` -> `totalVm`. */
function camel(name: string): string {
  let made = camelNames.get(name);
  if (made === undefined) {
    made = name.replaceAll(/[_-]+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    if (camelNames.size < 10_000) camelNames.set(name, made);
  }
  return made;
}

/** `nrToScan` -> `nr_to_scan`. */
export const kernelName = (field: string) => field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const DECIMAL = /^-?\d+$/;
const HEX = /^0x[0-9a-fA-F]+$/;

/** Returns the number that the text is, or the text; a number that is not exact as a double stays text. */
function value(field: string, text: string): number | string {
  const first = text.charCodeAt(0);
  // A digit or a minus: most texts are told by their first letter.
  if (!((first >= 48 && first <= 57) || first === 45) || ADDRESSES.has(field)) return text;
  if (!(DECIMAL.test(text) || HEX.test(text))) return text;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

/** Also one that is too large to be exact, and was left as text. */
export const isNumber = (field: number | string | undefined) =>
  typeof field === 'number' || (field !== undefined && (DECIMAL.test(field) || HEX.test(field)));

/** `super_cache_scan+0x0/0x1f0 [xfs]` -> `super_cache_scan`. */
export const symbol = (text: string) => /^[^\s+]+/.exec(text)?.[0] ?? text;

/** `dev 254:0 ino 0x820081 iflags 0x40`: words in pairs. A module's name in brackets belongs to the word before it. */
export function pairs(text: string): KernelFields {
  const fields: Mutable = {};
  let at = 0;
  while (at < text.length) {
    const space = text.indexOf(' ', at);
    if (space < 0) break;
    let end = text.indexOf(' ', space + 1);
    if (end < 0) end = text.length;
    const field = camel(text.slice(at, space));
    fields[field] = value(field, text.slice(space + 1, end));
    at = end + 1;
    if (text[at] === '[') {
      end = text.indexOf(' ', at);
      at = end < 0 ? text.length : end + 1;
    }
  }
  return fields;
}

/** `nid=0 order=0 gfp_flags=GFP_KERNEL`: a value ends where the next `name=` begins, so it may contain spaces. */
export function assignments(text: string): KernelFields {
  const fields: Mutable = {};
  let equals = text.indexOf('=');
  let start = 0;
  while (equals >= 0) {
    const next = text.indexOf('=', equals + 1);
    const end = next < 0 ? text.length : text.lastIndexOf(' ', next);
    if (end <= equals) {
      // Two '=' in one word: the second belongs to the value.
      equals = next;
      continue;
    }
    const name = text.slice(text.lastIndexOf(' ', equals) + 1, equals);
    const field = camel(name.startsWith('[') ? name.slice(1) : name);
    let shown = text.slice(equals + 1, end).trimEnd();
    if (shown.endsWith(']')) shown = shown.replace(/ ?\[\w+\]$|\]$/, '');
    if (start <= equals) fields[field] = value(field, shown);
    start = end + 1;
    equals = next;
  }
  return fields;
}

/** Returns what follows the words, up to the next space; undefined if the words, or anything after them, are missing. */
export function afterWords(text: string, words: string, field: string): number | string | undefined {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    if (at > 0 && text[at - 1] !== ' ' && text[at - 1] !== '[') continue;
    let from = at + words.length;
    if (!SEPARATORS.has(text[from] ?? '')) continue;
    while (SEPARATORS.has(text[from] ?? '')) from += 1;
    const space = text.indexOf(' ', from);
    const shown = text.slice(from, space < 0 ? text.length : space).replace(/[\],;]+$/, '');
    if (shown !== '') return value(field, shown);
  }
  return undefined;
}

const SEPARATORS: ReadonlySet<string> = new Set([' ', ':', '=']);
