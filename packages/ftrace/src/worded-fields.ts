/**
 * Words and values in the text of an event: `name=value`, `name value`, and phrases such as `cache items 517`. They are
 * found by their words, wherever they stand, so that a kernel which prints a word more or less is still read.
 */
import type { KernelFields } from './kernel-event.ts';

export type Mutable = { [field: string]: number | string };

/** Fields that are addresses: `%p` prints them hashed and without 0x, and some consist of digits only. */
const ADDRESSES = new Set(['timer', 'work', 'struct', 'dwork', 'sb', 'shr']);

const [TAB, SPACE, COLON, EQUALS, BRACKET] = [9, 32, 58, 61, 91];

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

/** So many digits are exact as a double. */
const EXACT = 15;

/** Returns the number that the text is, or the text; a number that is not exact as a double stays text. */
function value(field: string, text: string): number | string {
  const first = text.charCodeAt(0);
  // A digit or a minus: most texts are told by their first letter.
  if (!((first >= 48 && first <= 57) || first === 45) || ADDRESSES.has(field)) return text;
  const { length } = text;
  if (length > 1 && text.charCodeAt(1) === 120) {
    if (!HEX.test(text)) return text;
    const number = Number(text);
    return Number.isSafeInteger(number) ? number : text;
  }
  let at = first === 45 ? 1 : 0;
  if (length === at) return text;
  let number = 0;
  for (; at < length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return text;
    number = number * 10 + digit;
  }
  if (length > EXACT && !Number.isSafeInteger(Number(text))) return text;
  return first === 45 ? -number : number;
}

/** Also one that is too large to be exact, and was left as text. */
export const isNumber = (field: number | string | undefined) =>
  typeof field === 'number' || (field !== undefined && (DECIMAL.test(field) || HEX.test(field)));

/** `super_cache_scan+0x0/0x1f0 [xfs]` -> `super_cache_scan`. */
export const symbol = (text: string) => /^[^\s+]+/.exec(text)?.[0] ?? text;

/** The names of an event's last line, in order: most lines have the same, and need not look them up. */
export type Layout = { readonly shown: string; readonly field: string }[];

function fieldAt(layout: Layout, i: number, text: string, from: number, to: number): string {
  const usual = layout[i];
  if (usual !== undefined && usual.shown.length === to - from && text.startsWith(usual.shown, from)) return usual.field;
  const shown = text.slice(from, to);
  const field = camel(shown);
  if (i < MOST_FIELDS) layout[i] = { shown, field };
  return field;
}

const MOST_FIELDS = 32;

/**
 * Returns a reader of `dev 254:0 ino 0x820081 iflags 0x40`: words in pairs. A module's name in brackets belongs to the
 * word before it.
 */
export function pairs(): (text: string) => KernelFields {
  const layout: Layout = [];
  return (text) => {
    const fields: Mutable = {};
    const { length } = text;
    let at = 0;
    for (let i = 0; at < length; i += 1) {
      const space = text.indexOf(' ', at);
      if (space < 0) break;
      let end = text.indexOf(' ', space + 1);
      if (end < 0) end = length;
      const field = fieldAt(layout, i, text, at, space);
      fields[field] = value(field, text.slice(space + 1, end));
      at = end + 1;
      if (text.charCodeAt(at) === BRACKET) {
        end = text.indexOf(' ', at);
        at = end < 0 ? length : end + 1;
      }
    }
    return fields;
  };
}

/**
 * `nid=0 order=0 gfp_flags=GFP_KERNEL`: a value ends where the next `name=` begins, so it may contain spaces. `layout`
 * is that of the event's last line.
 */
export function assignments(text: string, layout?: Layout): KernelFields {
  const fields: Mutable = {};
  let i = 0;
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
    let from = text.lastIndexOf(' ', equals) + 1;
    if (text.charCodeAt(from) === BRACKET) from += 1;
    const field = layout === undefined ? camel(text.slice(from, equals)) : fieldAt(layout, i, text, from, equals);
    i += 1;
    let shown = text.slice(equals + 1, end).trimEnd();
    if (shown.endsWith(']')) shown = shown.replace(/ ?\[\w+\]$|\]$/, '');
    if (start <= equals) fields[field] = value(field, shown);
    start = end + 1;
    equals = next;
  }
  return fields;
}

const separates = (code: number) => code === SPACE || code === COLON || code === EQUALS || code === TAB;

/** Returns where the words begin, as words of their own with something after them; -1 if they do not, from there on. */
export function findWords(text: string, words: string, from: number): number {
  for (let at = text.indexOf(words, from); at >= 0; at = text.indexOf(words, at + 1)) {
    const before = at === 0 ? SPACE : text.charCodeAt(at - 1);
    if ((before === SPACE || before === BRACKET) && separates(text.charCodeAt(at + words.length))) return at;
  }
  return -1;
}

/** Whether the words stand there, as words of their own with something after them. */
export const areWordsAt = (text: string, words: string, at: number): boolean =>
  text.startsWith(words, at) && separates(text.charCodeAt(at + words.length));

/** Returns where what follows the words that begin there begins. */
export function valueStart(text: string, words: string, at: number): number {
  let from = at + words.length;
  while (separates(text.charCodeAt(from))) from += 1;
  return from;
}

/** Returns what follows the words that begin there, up to the next space. */
export function valueAfter(text: string, words: string, at: number, field: string): number | string {
  const from = valueStart(text, words, at);
  const end = text.indexOf(' ', from);
  return valueIn(text, from, end < 0 ? text.length : end, field);
}

/** Returns the value that stands there, without what closes a list or a bracket. */
export function valueIn(text: string, from: number, to: number, field: string): number | string {
  let end = to;
  while (end > from && CLOSERS.has(text.charCodeAt(end - 1))) end -= 1;
  return value(field, text.slice(from, end));
}

const CLOSERS: ReadonlySet<number> = new Set([44, 59, 93]);
