/**
 * Fields of kernel events, read from the text after an event's name. Formats: kernel reference 9; tracefs
 * events/GROUP/NAME/format and include/trace/events of Linux 3.2 to those to come.
 */
import type { KernelFields } from './kernel-event.ts';
import { RECORDED_FIELDS, type RecordedName } from './recorded-fields.ts';
import {
  areWordsAt,
  assignments,
  findWords,
  isNumber,
  kernelName,
  type Layout,
  type Mutable,
  pairs,
  symbol,
  valueAfter,
  valueIn,
  valueStart,
} from './worded-fields.ts';

type Reader = (text: string) => KernelFields | undefined;

/** How an event is read, and the fields without which it is not whole, in the order in which they are printed. */
export type EventFormat = {
  readonly read: Reader;
  readonly needed: readonly (readonly [field: string, number: boolean])[];
  readonly fields: ReadonlySet<string>;
};

/** A probe's event begins with where it is, in parentheses. */
function probe(text: string, layout: Layout): KernelFields | undefined {
  const end = text.indexOf(')');
  if (!text.startsWith('(') || end < 0) return undefined;
  return { probe: text.slice(1, end), ...assignments(text.slice(end + 2), layout) };
}

type Phrases = readonly (readonly [field: string, words: string])[];

/** Since 4.16 without pages scanned, and with the priority; since 2026 with the memory cgroup; 3.2 names no node. */
const SLAB_START: Phrases = [
  ['nid', 'nid'],
  ['memcgId', 'memcg_id'],
  ['nrObjectsToShrink', 'objects to shrink'],
  ['gfpFlags', 'gfp_flags'],
  ['pgsScanned', 'pgs_scanned'],
  ['lruPgs', 'lru_pgs'],
  ['cacheItems', 'cache items'],
  ['delta', 'delta'],
  ['totalScan', 'total_scan'],
  ['priority', 'priority'],
];
const SLAB_END: Phrases = [
  ['nid', 'nid'],
  ['memcgId', 'memcg_id'],
  ['unusedScan', 'unused scan count'],
  ['newScan', 'new scan count'],
  ['totalScan', 'total_scan'],
  ['retval', 'last shrinker return val'],
];

/**
 * Returns a reader of `super_cache_scan+0x0/0x1f0 [xfs] 0000000080cb5356: nid: 0 …`: function and address, then
 * phrases. It remembers which phrases its last line had: most lines have the same, and what they lack is not looked
 * for.
 */
function slab(phrases: Phrases): (text: string) => Mutable {
  let usual: Phrases = [];
  return (text) => {
    const fields: Mutable = {};
    const colon = text.indexOf(': ');
    if (colon > 0) {
      const space = text.lastIndexOf(' ', colon);
      if (space > 0) {
        fields['shrink'] = symbol(text.slice(0, space));
        fields['shr'] = text.slice(space + 1, colon);
      }
    }
    const from = colon < 0 ? 0 : colon + 2;
    if (readInOrder(text, from, usual, fields)) return fields;
    usual = findPhrases(text.slice(from), phrases, fields);
    return fields;
  };
}

/** Whether the text is these phrases, each with a value, and nothing else; if so, they are among the fields. */
function readInOrder(text: string, from: number, phrases: Phrases, fields: Mutable): boolean {
  let at = from;
  for (const [field, words] of phrases) {
    if (!areWordsAt(text, words, at)) return false;
    const start = valueStart(text, words, at);
    const space = text.indexOf(' ', start);
    const end = space < 0 ? text.length : space;
    fields[field] = valueIn(text, start, end, field);
    at = end + 1;
  }
  return at > text.length;
}

/** Adds what is found by its words, wherever they stand, and returns the phrases that were. */
function findPhrases(text: string, phrases: Phrases, fields: Mutable): Phrases {
  let from = 0;
  return phrases.filter(([field, words]) => {
    // They stand in this order in all kernels so far.
    let at = findWords(text, words, from);
    if (at < 0) at = findWords(text, words, 0);
    if (at < 0) return false;
    from = at;
    const found = valueAfter(text, words, at, field);
    if (found !== '') fields[field] = found;
    return found !== '';
  });
}

const slabStart: Reader = slab(SLAB_START);
const readSlabEnd = slab(SLAB_END);

function slabEnd(text: string): KernelFields {
  const fields = readSlabEnd(text);
  // Kernels before 3.16 print no node here, and as total_scan the difference of the two counts before it; a call then
  // leaves all that it did not scan.
  if (fields['nid'] === undefined && fields['newScan'] !== undefined && fields['totalScan'] !== undefined)
    fields['totalScan'] = fields['newScan'];
  return fields;
}

/** A command's name may contain anything; trace-cmd prints `comm:pid [prio] state ==> comm:pid [prio]`. */
const SWITCH =
  /^prev_comm=(.*) prev_pid=(\d+) prev_prio=(-?\d+) prev_state=(\S+).* ==> next_comm=(.*) next_pid=(\d+) next_prio=(-?\d+)/;
const SWITCH_CMD = /^(.*):(\d+) \[(-?\d+)\] (\S+) ==> (.*):(\d+) \[(-?\d+)\]/;

function schedSwitch(text: string): KernelFields | undefined {
  const match = SWITCH.exec(text) ?? SWITCH_CMD.exec(text);
  if (match === null) return text.includes('==>') ? assignments(text) : undefined;
  const [, prevComm = '', prevPid, prevPrio, prevState = '', nextComm = '', nextPid, nextPrio] = match;
  return {
    prevComm,
    prevPid: Number(prevPid),
    prevPrio: Number(prevPrio),
    prevState,
    nextComm,
    nextPid: Number(nextPid),
    nextPrio: Number(nextPrio),
  };
}

/** `comm=rm pid=280 prio=120 target_cpu=000`, or trace-cmd's `rm:280 [120] CPU:000`. */
const WAKEUP_CMD = /^(.*):(\d+) \[-?\d+\]/;

function schedWakeup(text: string): KernelFields | undefined {
  if (text.includes('pid=')) return assignments(text);
  const [, comm = '', pid] = WAKEUP_CMD.exec(text) ?? [];
  return pid === undefined ? undefined : { comm, pid: Number(pid) };
}

const EXECUTE = /^work struct:? (?:0x)?([0-9a-fA-F]+)(?::? function (\S+))?/;

function execute(text: string): KernelFields | undefined {
  const [, work, called = ''] = EXECUTE.exec(text) ?? [];
  return work === undefined ? undefined : { work, function: symbol(called) };
}

/** `work struct=…` is the one name of two words. */
function queueWork(text: string, layout: Layout): KernelFields {
  const { struct = '', function: called = '', ...fields } = assignments(text, layout);
  return { work: String(struct).replace(/^0x/, ''), function: symbol(String(called)), ...fields };
}

function timer(text: string, layout: Layout): KernelFields {
  const { timer: address = '', function: called = '', ...fields } = assignments(text, layout);
  return { timer: String(address).replace(/^0x/, ''), function: symbol(String(called)), ...fields };
}

const mark: Reader = (text) => ({ text });

/** Each event has a layout of its own. */
function withLayout(read: (text: string, layout: Layout) => KernelFields | undefined): Reader {
  const layout: Layout = [];
  return (text) => read(text, layout);
}

/** How the text of each event is read. */
const READERS: { readonly [Name in RecordedName]: Reader } = {
  flush_begin: withLayout(probe),
  flush_end: withLayout(probe),
  mark_victim: withLayout(assignments),
  mm_shrink_slab_end: slabEnd,
  mm_shrink_slab_start: slabStart,
  mm_vmscan_direct_reclaim_begin: withLayout(assignments),
  mm_vmscan_direct_reclaim_end: withLayout(assignments),
  mm_vmscan_kswapd_sleep: withLayout(assignments),
  mm_vmscan_kswapd_wake: withLayout(assignments),
  mm_vmscan_lru_shrink_inactive: withLayout(assignments),
  mm_vmscan_wakeup_kswapd: withLayout(assignments),
  oom_score_adj_update: withLayout(assignments),
  prune_icache_begin: withLayout(probe),
  prune_icache_end: withLayout(probe),
  reclaim_nr_begin: withLayout(probe),
  reclaim_nr_end: withLayout(probe),
  reclaim_retry_zone: withLayout(assignments),
  sched_switch: schedSwitch,
  sched_wakeup: schedWakeup,
  sched_waking: schedWakeup,
  timer_expire_entry: withLayout(timer),
  timer_start: withLayout(timer),
  tracing_mark_write: mark,
  wake_reaper: withLayout(assignments),
  workqueue_execute_end: execute,
  workqueue_execute_start: execute,
  workqueue_queue_work: withLayout(queueWork),
  xfs_inode_inactivating: pairs(),
  xfs_inode_reclaiming: pairs(),
  xfs_inode_set_need_inactive: pairs(),
  xfs_inode_set_reclaimable: pairs(),
  xfs_inodegc_flush: pairs(),
  xfs_inodegc_push: pairs(),
  xfs_inodegc_queue: pairs(),
  xfs_inodegc_shrinker_scan: pairs(),
  xfs_inodegc_start: pairs(),
  xfs_inodegc_stop: pairs(),
  xfs_inodegc_throttle: pairs(),
  xfs_inodegc_worker: pairs(),
};

const recordedNames = Object.keys(READERS) as RecordedName[];

const FORMATS: ReadonlyMap<string, EventFormat> = new Map(
  recordedNames.map((name) => {
    const needed = Object.entries<string>(RECORDED_FIELDS[name]).flatMap(([field, slot]) =>
      slot.endsWith('?') ? [] : [[field, slot === 'number'] as const],
    );
    return [name, { read: READERS[name], needed, fields: new Set(Object.keys(RECORDED_FIELDS[name])) }];
  }),
);

/**
 * Why a text is not the event that its name says.
 * - `torn`: it ends too early, or a number in it is none, or larger than a kernel counts.
 * - `another-form`: it is whole, and lacks what the event is known by.
 */
export type UnreadFields = { readonly kind: 'torn' | 'another-form'; readonly lacks: string };

export const isUnread = (fields: KernelFields | UnreadFields): fields is UnreadFields =>
  'kind' in fields && 'lacks' in fields;

/** Returns how the event is read; undefined if no rule and no statistic knows it. */
export const formatOf = (event: string): EventFormat | undefined => FORMATS.get(event);

/** Returns the event's fields, or why they are not known. */
export function readFields(format: EventFormat, text: string): KernelFields | UnreadFields {
  const fields = format.read(text);
  return fields !== undefined && hasAll(format, fields) ? fields : searched(format, text, { ...fields });
}

/** Returns the fields of an event without a format: its `name=value` pairs, else its text. */
export function anyFields(text: string): KernelFields {
  const fields = text.includes('=') ? assignments(text) : {};
  return Object.keys(fields).length > 0 ? fields : { text };
}

function hasAll({ needed }: EventFormat, fields: KernelFields): boolean {
  for (const each of needed) if (!has(fields, each)) return false;
  return true;
}

/**
 * Needed numbers that need not be exact: inode numbers are names, and jiffies of timers that are never to fire are at
 * the end of what a long can hold. Of other things a kernel never has more than are exact as a double: that is damage.
 */
const INEXACT: ReadonlySet<string> = new Set(['ino', 'expires', 'timeout', 'now']);

function has(fields: KernelFields, [field, number]: EventFormat['needed'][number]): boolean {
  const value = fields[field];
  if (typeof value === 'number') return true;
  return number ? INEXACT.has(field) && isNumber(value) : value !== undefined && value !== '';
}

const WORDS: { readonly [field: string]: string } = { work: 'struct' };

/** Looks for what is missing by its words. */
function searched({ needed, fields: known }: EventFormat, text: string, fields: Mutable): KernelFields | UnreadFields {
  for (const each of needed) {
    if (has(fields, each)) continue;
    const words = WORDS[each[0]] ?? kernelName(each[0]);
    const at = findWords(text, words, 0);
    if (at >= 0) fields[each[0]] = valueAfter(text, words, at, each[0]);
  }
  const first = needed.findIndex((each) => !has(fields, each));
  const lacks = needed[first]?.[0];
  if (lacks === undefined) return fields;
  // A line that was cut has lost its end; what has something after what it lacks, or instead of it, is whole.
  const more = needed.slice(first).some((each) => has(fields, each));
  const last = Object.keys(fields).at(-1) ?? lacks;
  const instead = !known.has(last);
  const garbled = /^-?\d/.test(String(fields[lacks] ?? ''));
  const exact = isNumber(fields[lacks]) ? 'an exact ' : '';
  return { kind: !garbled && (more || instead) ? 'another-form' : 'torn', lacks: `${exact}${kernelName(lacks)}` };
}
