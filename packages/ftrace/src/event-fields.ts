/**
 * Fields of kernel events, read from the text after an event's name. Formats: kernel reference 9; tracefs
 * events/GROUP/NAME/format of Linux 6.1.
 */
import type { KernelFields } from './kernel-event.ts';
import { RECORDED_FIELDS, type RecordedName } from './recorded-fields.ts';

type Mutable = { [field: string]: number | string };
type Reader = (text: string) => KernelFields | undefined;

/** How a known event is read, and the fields without which it is not whole. */
type EventFormat = { readonly read: Reader; readonly numbers: readonly string[]; readonly texts: readonly string[] };

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

const DECIMAL = /^-?\d+$/;
const HEX = /^0x[0-9a-fA-F]+$/;

function value(field: string, text: string): number | string {
  if (ADDRESSES.has(field) || !(DECIMAL.test(text) || HEX.test(text))) return text;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

/** Also one that is too large to be exact, and was left as text. */
const isNumber = (field: number | string | undefined) =>
  typeof field === 'number' || (field !== undefined && (DECIMAL.test(field) || HEX.test(field)));

/** `super_cache_scan+0x0/0x1f0 [xfs]` -> `super_cache_scan`. */
const symbol = (text: string) => /^[^\s+]+/.exec(text)?.[0] ?? text;

/** `dev 254:0 ino 0x820081 iflags 0x40`: words in pairs. A module's name in brackets belongs to the word before it. */
function pairs(text: string): KernelFields {
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
function assignments(text: string): KernelFields {
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

/** A probe's event begins with where it is, in parentheses. */
function probe(text: string): KernelFields | undefined {
  const end = text.indexOf(')');
  if (!text.startsWith('(') || end < 0) return undefined;
  return { probe: text.slice(1, end), ...assignments(text.slice(end + 2)) };
}

const SLAB_START =
  /^(\S+)(?: \[\w+\])? (\S+): nid: (-?\d+) objects to shrink (-?\d+) gfp_flags (\S+) cache items (-?\d+) delta (-?\d+) total_scan (-?\d+) priority (-?\d+)$/;
const SLAB_END =
  /^(\S+)(?: \[\w+\])? (\S+): nid: (-?\d+) unused scan count (-?\d+) new scan count (-?\d+) total_scan (-?\d+) last shrinker return val (-?\d+)$/;

function slabStart(text: string): KernelFields | undefined {
  const match = SLAB_START.exec(text);
  if (match === null) return undefined;
  const [, shrink = '', shr = '', nid, deferred, gfpFlags = '', items, delta, total, priority] = match;
  return {
    shrink: symbol(shrink),
    shr,
    nid: Number(nid),
    nrObjectsToShrink: Number(deferred),
    gfpFlags,
    cacheItems: Number(items),
    delta: Number(delta),
    totalScan: Number(total),
    priority: Number(priority),
  };
}

function slabEnd(text: string): KernelFields | undefined {
  const match = SLAB_END.exec(text);
  if (match === null) return undefined;
  const [, shrink = '', shr = '', nid, unused, newScan, total, retval] = match;
  return {
    shrink: symbol(shrink),
    shr,
    nid: Number(nid),
    unusedScan: Number(unused),
    newScan: Number(newScan),
    totalScan: Number(total),
    retval: Number(retval),
  };
}

/** A command's name may contain anything; trace-cmd prints `comm:pid [prio] state ==> comm:pid [prio]`. */
const SWITCH =
  /^prev_comm=(.*) prev_pid=(\d+) prev_prio=(-?\d+) prev_state=(\S+) ==> next_comm=(.*) next_pid=(\d+) next_prio=(-?\d+)$/;
const SWITCH_CMD = /^(.*):(\d+) \[(-?\d+)\] (\S+) ==> (.*):(\d+) \[(-?\d+)\]$/;

function schedSwitch(text: string): KernelFields | undefined {
  const direct = SWITCH.exec(text);
  if (direct !== null) {
    const [, prevComm = '', prevPid, prevPrio, prevState = '', nextComm = '', nextPid, nextPrio] = direct;
    return switchFields(prevComm, prevPid, prevPrio, prevState, nextComm, nextPid, nextPrio);
  }
  const [, prevComm, prevPid, prevPrio, prevState = '', nextComm = '', nextPid, nextPrio] = SWITCH_CMD.exec(text) ?? [];
  if (prevComm === undefined) return undefined;
  return switchFields(prevComm, prevPid, prevPrio, prevState, nextComm, nextPid, nextPrio);
}

function switchFields(
  prevComm: string,
  prevPid: string | undefined,
  prevPrio: string | undefined,
  prevState: string,
  nextComm: string,
  nextPid: string | undefined,
  nextPrio: string | undefined,
): KernelFields {
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

const EXECUTE = /^work struct (?:0x)?([0-9a-fA-F]+)(?:: function (\S+))?/;

function execute(text: string): KernelFields | undefined {
  const [, work, called = ''] = EXECUTE.exec(text) ?? [];
  return work === undefined ? undefined : { work, function: symbol(called) };
}

/** `work struct=…` is the one name of two words. */
function queueWork(text: string): KernelFields {
  const { struct = '', function: called = '', ...fields } = assignments(text);
  return { work: String(struct).replace(/^0x/, ''), function: symbol(String(called)), ...fields };
}

function timer(text: string): KernelFields {
  const { timer: address = '', function: called = '', ...fields } = assignments(text);
  return { timer: String(address).replace(/^0x/, ''), function: symbol(String(called)), ...fields };
}

const mark: Reader = (text) => ({ text });

/** How the text of each event is read. */
const READERS: { readonly [Name in RecordedName]: Reader } = {
  flush_begin: probe,
  flush_end: probe,
  mark_victim: assignments,
  mm_shrink_slab_end: slabEnd,
  mm_shrink_slab_start: slabStart,
  mm_vmscan_direct_reclaim_begin: assignments,
  mm_vmscan_direct_reclaim_end: assignments,
  mm_vmscan_kswapd_sleep: assignments,
  mm_vmscan_kswapd_wake: assignments,
  mm_vmscan_lru_shrink_inactive: assignments,
  mm_vmscan_wakeup_kswapd: assignments,
  oom_score_adj_update: assignments,
  prune_icache_begin: probe,
  prune_icache_end: probe,
  reclaim_nr_begin: probe,
  reclaim_nr_end: probe,
  reclaim_retry_zone: assignments,
  sched_switch: schedSwitch,
  timer_expire_entry: timer,
  timer_start: timer,
  tracing_mark_write: mark,
  wake_reaper: assignments,
  workqueue_execute_end: execute,
  workqueue_execute_start: execute,
  workqueue_queue_work: queueWork,
  xfs_inode_inactivating: pairs,
  xfs_inode_reclaiming: pairs,
  xfs_inode_set_need_inactive: pairs,
  xfs_inode_set_reclaimable: pairs,
  xfs_inodegc_flush: pairs,
  xfs_inodegc_push: pairs,
  xfs_inodegc_queue: pairs,
  xfs_inodegc_shrinker_scan: pairs,
  xfs_inodegc_start: pairs,
  xfs_inodegc_stop: pairs,
  xfs_inodegc_throttle: pairs,
  xfs_inodegc_worker: pairs,
};

const recordedNames = Object.keys(READERS) as RecordedName[];

const FORMATS: ReadonlyMap<string, EventFormat> = new Map(
  recordedNames.map((name) => {
    const slots = Object.entries<string>(RECORDED_FIELDS[name]);
    const fieldsOf = (wanted: string) => slots.flatMap(([field, slot]) => (slot === wanted ? [field] : []));
    return [name, { read: READERS[name], numbers: fieldsOf('number'), texts: fieldsOf('text') }];
  }),
);

/**
 * Returns the event's fields, or what is wrong with them. Of an unknown event: its `name=value` pairs, else its text.
 */
export function readFields(event: string, text: string): KernelFields | string {
  const known = FORMATS.get(event);
  if (known === undefined) {
    const fields = text.includes('=') ? assignments(text) : {};
    return Object.keys(fields).length > 0 ? fields : { text };
  }
  const fields = known.read(text);
  if (fields === undefined) return `${event} has another form`;
  for (const name of known.numbers) if (!isNumber(fields[name])) return `${event} without ${name}`;
  for (const name of known.texts)
    if (fields[name] === undefined || fields[name] === '') return `${event} without ${name}`;
  return fields;
}
