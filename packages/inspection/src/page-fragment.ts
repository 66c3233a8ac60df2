/**
 * Fragment of a page's address: what of a run somebody looks at, so that a link shows another person the same. Reading
 * takes what it understands and leaves the rest, as an address may have been cut or typed.
 */
import type { AgentId, VirtualTime } from '@dragon/engine';
import { printableName } from '@dragon/report';
import type { TimeWindow } from './timeline/time-axis.ts';

export const STAGES = ['waits', 'memory', 'agents', 'chart', 'compare'] as const;
export type Stage = (typeof STAGES)[number];

/** Everything is left out that is as usual. */
export interface PageFragment {
  readonly t?: VirtualTime | 'live';
  readonly window?: TimeWindow;
  readonly axis?: 'order';
  readonly stage?: Stage;
  readonly selection?: AgentId;
  /** Agents whose cards are open, in order. */
  readonly cards?: readonly AgentId[];
  readonly pins?: readonly AgentId[];
  readonly hidden?: readonly string[];
  readonly unfolded?: readonly string[];
  readonly query?: string;
  readonly present?: true;
  /** The digest that the link was made with. */
  readonly run?: string;
  /** The faults that make a fork of the run, as `readFault` reads them. */
  readonly fork?: readonly string[];
}

/** Names in the address, in the order in which they are written. */
const LISTS = { open: 'cards', pin: 'pins', hide: 'hidden', unfold: 'unfolded', fork: 'fork' } as const;

/** What else an address names, and what its value is, for somebody who typed another. */
const VALUES = {
  t: "virtual time in nanoseconds, as in t=2220882078, or 't=live'",
  v: 'two times in nanoseconds, as in v=0-2220882078',
  x: "'x=order', or left out",
  s: `one of ${STAGES.join(', ')}`,
  sel: 'an agent, as in sel=kswapd/0',
  q: 'a text to search for',
  p: "'p=1', or left out",
  run: 'a digest',
} as const;

/** Entries of the longest list that is read: a page of thousands of agents has links of a few dozen. */
const LONGEST_LIST = 1_000;

/** Characters of a part that are shown to whoever typed it. */
const LONGEST_SHOWN = 60;

/** Returns the text behind the `#`. */
export function formatFragment(fragment: PageFragment): string {
  const { t, window, axis, stage, selection, query, present, run } = fragment;
  const parts: string[] = [];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined) parts.push(`${name}=${value}`);
  };
  add('t', t === undefined ? undefined : String(t));
  add('v', window && `${window.from}-${window.to}`);
  add('x', axis);
  add('s', stage);
  add('sel', selection && escaped(selection));
  for (const [name, key] of Object.entries(LISTS)) {
    const list = fragment[key];
    add(name, list && list.length > 0 ? list.map(escaped).join(',') : undefined);
  }
  add('q', query && escaped(query));
  add('p', present && '1');
  add('run', run && escaped(run));
  return parts.join('&');
}

/** Returns what a fragment says, with or without its `#`. */
export function readFragment(text: string): PageFragment {
  const values = new Map<string, string>();
  for (const part of (text.startsWith('#') ? text.slice(1) : text).split('&')) {
    const equals = part.indexOf('=');
    if (equals > 0) values.set(part.slice(0, equals), part.slice(equals + 1));
  }
  const word = (name: string): string | undefined => {
    const value = values.get(name);
    return (value && unescaped(value)) || undefined;
  };
  const read: { -readonly [K in keyof PageFragment]: PageFragment[K] | undefined } = {
    t: values.get('t') === 'live' ? 'live' : instant(values.get('t')),
    window: windowOf(values.get('v')),
    axis: values.get('x') === 'order' ? 'order' : undefined,
    stage: STAGES.find((stage) => stage === values.get('s')),
    selection: word('sel'),
    query: word('q'),
    present: values.get('p') === '1' ? true : undefined,
    run: word('run'),
  };
  for (const [name, key] of Object.entries(LISTS)) {
    const list = values.get(name)?.split(',', LONGEST_LIST).map(unescaped).filter(Boolean);
    read[key] = list && list.length > 0 ? list : undefined;
  }
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

/** Returns what `readFragment` leaves out of a fragment, and why, in one line; undefined if it reads all of it. */
export function fragmentTrouble(text: string): string | undefined {
  const names: readonly string[] = [...Object.keys(VALUES), ...Object.keys(LISTS)];
  for (const part of (text.startsWith('#') ? text.slice(1) : text).split('&')) {
    const [name = ''] = part.split('=', 1);
    const shown = `'${printableName(part.slice(0, LONGEST_SHOWN))}${part.length > LONGEST_SHOWN ? '…' : ''}'`;
    if (!names.includes(name)) return `${shown} is not in any link: it has ${names.join('=, ')}=, with & between`;
    if (Object.keys(readFragment(part)).length > 0) continue;
    const value = Object.entries(VALUES).find(([each]) => each === name)?.[1] ?? 'names with commas between';
    return `${shown} cannot be read: ${name} is ${value}`;
  }
  return undefined;
}

function windowOf(text: string | undefined): TimeWindow | undefined {
  const [from, to, more] = text?.split('-') ?? [];
  const window = { from: instant(from), to: instant(to) };
  if (window.from === undefined || window.to === undefined || more !== undefined) return undefined;
  return window.from < window.to ? { from: window.from, to: window.to } : undefined;
}

function instant(text: string | undefined): VirtualTime | undefined {
  const at = text ? Number(text) : Number.NaN;
  // Of -0 there is a text and no second instant.
  return Number.isSafeInteger(at) && at >= 0 ? at + 0 : undefined;
}

/** Names of agents and times stay readable. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%3D', '=').replaceAll('%20', '+');

function unescaped(text: string): string {
  try {
    return printableName(decodeURIComponent(text.replaceAll('+', '%20')));
  } catch {
    return '';
  }
}
