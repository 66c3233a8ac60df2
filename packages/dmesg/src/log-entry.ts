/** Entries of a kernel's log that say something of tasks and locks: each form of each, read into one. */
import { functionOf } from '@dragon/kernel';
import { printedNumber } from './printed-number.ts';
import type { ListedLock } from './shown-task.ts';

export type LogEntry =
  | { readonly kind: 'boot'; readonly release: string }
  | { readonly kind: 'show'; readonly what: 'blocked' | 'all' | 'running' }
  | { readonly kind: 'hung'; readonly comm: string; readonly pid: number; readonly seconds: number }
  | { readonly kind: 'release'; readonly release: string }
  | { readonly kind: 'task'; readonly comm: string; readonly state: string; readonly pid: number | undefined }
  | {
      readonly kind: 'running';
      readonly cpu: number;
      readonly pid: number;
      readonly comm: string;
      readonly release: string;
    }
  | { readonly kind: 'workqueue'; readonly name: string; readonly work: string }
  | { readonly kind: 'call-trace' }
  | { readonly kind: 'mark'; readonly context: 'task' | 'interrupt' | 'end' }
  | {
      readonly kind: 'owner';
      readonly waiter: number;
      readonly lock: string;
      readonly comm: string;
      readonly owner: number;
      readonly last: boolean;
    }
  | { readonly kind: 'all-locks' }
  | { readonly kind: 'locks'; readonly comm: string; readonly pid: number }
  | { readonly kind: 'lock'; readonly index: number; readonly lock: ListedLock }
  | { readonly kind: 'busy-workqueue'; readonly name: string }
  | { readonly kind: 'in-flight'; readonly rest: string }
  | { readonly kind: 'proc'; readonly pid: number; readonly comm: string | undefined }
  | { readonly kind: 'status'; readonly field: 'Name' | 'State' | 'Pid'; readonly value: string }
  | { readonly kind: 'splat'; readonly what: 'circular' | 'recursive' }
  | { readonly kind: 'other-splat'; readonly title: string }
  | { readonly kind: 'aside' };

const RELEASE = String.raw`(\d+\.\d+\S*)`;
const BOOT = new RegExp(String.raw`^Linux version ${RELEASE}`);
const SHOW =
  /^sysrq ?: (?:Show (Blocked State|State|backtrace of all active CPUs)|.*\bshow-(?:blocked-tasks|task-states)\b)/i;
const HUNG =
  /^(?:.* )?(?:INFO|ERROR): task (.+):(\d+) blocked (?:in I\/O wait )?for(?: more than)?(?: (\d+) seconds)?/i;
/** The end of it, where a line break in the name has cut it off. */
const HUNG_REST = /^(.*):(\d+) blocked for more than (\d+) seconds\.?$/;
const TAINT = new RegExp(String.raw`^(?:Not tainted|Tainted: .*?)\s+${RELEASE}(?: |$)`);
/** 5.11 and later. Of the fields behind it only the pid counts, and their order has changed. */
const TASK = /^task:(.*?) +state:(\w)\b(.*)$/;
const TASK_REST = /^(.*?) +state:(\w)( +stack: *\d+ +pid: *\d+.*)$/;
const PID = /(?:^|\s)pid: *(\d+)/;
/** Before 5.11: comm, state, what it runs or sleeps at, free stack (close to the state), pid, parent, flags. */
const OLD_TASK =
  /^(\S.{0,14}?) +([RSDTtXZPIKWN])(?: +running task +| +(?:0x)?[0-9a-f]{8,16} +| *)\d+ +(\d+) +\d+(?: +(?:\d+ +)*0x[0-9a-f]{8,16})?$/;
const PADDED = /^.{15} [RSDTtXZPIKWN][ \d]/;
const FLAGS = / 0x[0-9a-f]{8,16}$/;
const RUNNING = new RegExp(
  String.raw`^CPU: (\d+) (?:UID: \d+ )?PID: (\d+) Comm: (.*?) (?:Kdump: loaded )?(?:Not tainted|Tainted: .*?)\s+${RELEASE}(?: |$)`,
);
const WORKQUEUE = /^Workqueue: (\S*) (\S+)/;
const CALL_TRACE = /^(?:Call [Tt]race|Backtrace):/;
const MARK = /^<(\/?)([A-Z#]+)>$/;
const OWNER =
  /^INFO: task .+?:(\d+)(?: <\w+>)? (?:is )?blocked on an? (mutex|semaphore|rw-semaphore),? likely (owned|last held) by task (.+?):(\d+)(?: <\w+>)?\.?$/;
const ALL_LOCKS = /^Showing all locks held in the system/;
const LOCKS = /^(?:\d+|no) locks? held by (.+)\/(\d+)(?:[.:, ]|$)/;
const LOCK =
  /^#(\d+): +(?:(\(ptrval\)|\(____ptrval____\)|[0-9a-f]+) +)?\((.+)\)\{[^}]*\}(?:-\{\d+:\d+\})?, *at: *(.*)$/;
const HIDDEN = /ptrval|^0*$/;
const WHERE = /^(?:\[<[^>]*>\] *)?(\S*)/;
/** Of a lock's class: the number of a key among several, and of a subclass. */
const SUBCLASS = /(?:#\d+)?(?:\/\d+)?$/;
const BUSY = /^workqueue (\S+): flags=/;
const IN_FLIGHT = /^in-flight: (.+)$/;
const PROC = /\/proc\/(\d+)\/(?:task\/(\d+)\/)?(?:stack|status|wchan|comm)\b/;
const RULER = /^-{2,} */;
const PIECE = /\bpid[ =:]*(\d+)/i;
const STATUS = /^(Name|State|Pid): *(.*)$/;
const CIRCULAR = /^(?:WARNING: |\[ INFO: )?possible circular locking dependency detected/;
const RECURSIVE = /^(?:WARNING: |\[ INFO: )?possible recursive locking detected/;
/** Warnings of lockdep that are no order of two locks, or are told in another form. */
const OTHER_SPLAT =
  /^(?:WARNING: |\[ (?:INFO|BUG): )?(inconsistent lock state|possible irq lock inversion dependency detected|[A-Z]+-(?:READ-)?safe -> [A-Z]+-(?:READ-)?unsafe lock order detected|bad unlock balance detected|bad contention detected|held lock freed|lock held when returning to user space|suspicious RCU usage|Nested lock was not taken|Invalid wait context)/;
/** What prints a stack that is no state of a task: of the moment before, or of the fault itself. */
const ASIDE =
  /^(?:WARNING: CPU:|-+\[ cut here \]-+|stack backtrace:|Oops|BUG: (?!soft)|kernel BUG|.* invoked oom-killer:)/;

/** Returns what the line says, or undefined if it is none of this. */
export function logEntry(text: string): LogEntry | undefined {
  return taskEntry(text) ?? lockEntry(text) ?? otherEntry(text);
}

function taskEntry(text: string): LogEntry | undefined {
  const task = TASK.exec(text) ?? TASK_REST.exec(text);
  if (task !== null) {
    const [, comm = '', state = '', rest = ''] = task;
    const pid = PID.exec(rest)?.[1];
    return { kind: 'task', comm: comm.trim(), state, pid: pid === undefined ? undefined : printedNumber(pid) };
  }
  const old = OLD_TASK.exec(text);
  if (old !== null && (FLAGS.test(text) || PADDED.test(text)))
    return { kind: 'task', comm: old[1] ?? '', state: old[2] ?? '', pid: printedNumber(old[3]) };
  const hung = HUNG.exec(text) ?? HUNG_REST.exec(text);
  if (hung !== null)
    return { kind: 'hung', comm: hung[1] ?? '', pid: printedNumber(hung[2]), seconds: printedNumber(hung[3]) };
  const running = RUNNING.exec(text);
  if (running !== null) {
    const [, cpu, pid, comm = '', release = ''] = running;
    return { kind: 'running', cpu: printedNumber(cpu), pid: printedNumber(pid), comm, release };
  }
  const owner = OWNER.exec(text);
  if (owner !== null) {
    const [, waiter, lock = '', held, comm = '', pid] = owner;
    return {
      kind: 'owner',
      waiter: printedNumber(waiter),
      lock,
      comm,
      owner: printedNumber(pid),
      last: held === 'last held',
    };
  }
  const workqueue = WORKQUEUE.exec(text);
  if (workqueue !== null) return { kind: 'workqueue', name: workqueue[1] ?? '', work: functionOf(workqueue[2] ?? '') };
  return undefined;
}

function lockEntry(text: string): LogEntry | undefined {
  if (ALL_LOCKS.test(text)) return { kind: 'all-locks' };
  const locks = LOCKS.exec(text);
  if (locks !== null) return { kind: 'locks', comm: locks[1] ?? '', pid: printedNumber(locks[2]) };
  const lock = LOCK.exec(text);
  if (lock !== null) {
    const [, index, address, lockClass = '', where = ''] = lock;
    return { kind: 'lock', index: printedNumber(index), lock: listedLock(address, lockClass, where) };
  }
  if (CIRCULAR.test(text)) return { kind: 'splat', what: 'circular' };
  if (RECURSIVE.test(text)) return { kind: 'splat', what: 'recursive' };
  const title = OTHER_SPLAT.exec(text)?.[1];
  if (title !== undefined) return { kind: 'other-splat', title };
  return undefined;
}

function otherEntry(text: string): LogEntry | undefined {
  if (CALL_TRACE.test(text)) return { kind: 'call-trace' };
  const mark = MARK.exec(text);
  if (mark !== null) return { kind: 'mark', context: markContext(mark[1] === '/', mark[2] ?? '') };
  if (ASIDE.test(text)) return { kind: 'aside' };
  const show = SHOW.exec(text);
  if (show !== null) {
    const what = (show[1] ?? 'blocked').toLowerCase();
    return { kind: 'show', what: what.startsWith('backtrace') ? 'running' : what === 'state' ? 'all' : 'blocked' };
  }
  const taint = TAINT.exec(text);
  if (taint !== null) return { kind: 'release', release: taint[1] ?? '' };
  const boot = BOOT.exec(text);
  if (boot !== null) return { kind: 'boot', release: boot[1] ?? '' };
  const busy = BUSY.exec(text);
  if (busy !== null) return { kind: 'busy-workqueue', name: busy[1] ?? '' };
  const inFlight = IN_FLIGHT.exec(text);
  if (inFlight !== null) return { kind: 'in-flight', rest: inFlight[1] ?? '' };
  return procEntry(text);
}

function procEntry(text: string): LogEntry | undefined {
  const status = STATUS.exec(text);
  if (status !== null)
    return { kind: 'status', field: status[1] as 'Name' | 'State' | 'Pid', value: (status[2] ?? '').trim() };
  const proc = PROC.exec(text);
  if (proc !== null) return { kind: 'proc', pid: printedNumber(proc[2] ?? proc[1]), comm: undefined };
  const ruler = RULER.exec(text);
  if (ruler === null) return undefined;
  const rest = text.slice(ruler[0].length);
  const piece = PIECE.exec(rest);
  if (piece === null) return undefined;
  const comm = withoutSeparators(rest.slice(0, piece.index));
  return { kind: 'proc', pid: printedNumber(piece[1]), comm: comm === '' ? undefined : comm };
}

/** Returns the text without spaces, commas and brackets at its end: an expression would try each of many from each. */
function withoutSeparators(text: string): string {
  let end = text.length;
  while (end > 0 && ' ,('.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** Returns the lock of an entry, wherever lockdep prints one: `ffff… (class){+.+.}-{3:3}, at: fn+0x1/0x2`. */
export function listedLock(address: string | undefined, lockClass: string, where: string): ListedLock {
  return {
    address: address === undefined || HIDDEN.test(address) ? undefined : address,
    lockClass: lockClass.replace(SUBCLASS, ''),
    at: functionOf(WHERE.exec(where)?.[1] ?? ''),
  };
}

function markContext(ends: boolean, name: string): 'task' | 'interrupt' | 'end' {
  if (name === 'TASK') return ends ? 'end' : 'task';
  if (name === 'EOI' || name === 'EOE') return 'task';
  return ends ? 'task' : 'interrupt';
}
