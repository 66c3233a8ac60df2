/**
 * The console of a boot, as the guest of the recorded boots prints it: its arguments, /proc/meminfo and slabinfo before
 * the hogs, lines of a module that counts what XFS does, and of the kernel. Several hogs are taken for one that wants
 * as much as all of them, and is done when the last of them is.
 */
import {
  type Boot,
  type BootPolicy,
  BootsError,
  USUAL_LOG_MIB,
  USUAL_XFSSYNCD_CENTISECS,
  workloadValues,
} from './boot.ts';

/** The module is loaded when the file system has just been mounted; its work is late by the wheel's granularity. */
const WHEEL_SLACK_S = 0.9;

/** Returns whether a text is such a console. */
export const isBootConsole = (text: string): boolean => text.startsWith('tag=');

/** Returns the boot; throws a `BootsError` if the console is none, or ends before the hogs start. */
export function bootOfConsole(text: string): Boot {
  const [heading = ''] = text.split('\n', 1);
  const given = new Map(
    heading.split(/\s+/).flatMap((word) => (word.includes('=') ? [[keyOf(word), valueOf(word)] as const] : [])),
  );
  const tag = given.get('tag');
  const cpus = Number(given.get('cpus'));
  const memoryMib = Number(given.get('mem'));
  if (tag === undefined || !Number.isSafeInteger(cpus) || !Number.isSafeInteger(memoryMib) || cpus < 1)
    throw new BootsError("no console of a boot: its first line is not as in 'tag=late4s1-1 cpus=4 mem=384 args=…'");
  const workload = workloadOf([...given]);
  const values = workloadValues(workload);
  const started = numberAt(text, /^\[ *([\d.]+)\] MARK hogs start/m);
  if (started === null) throw new BootsError(`the console of ${tag} ends before its hogs start`);
  const sinceStart = (at: number | null): number | null => (at === null ? null : rounded(at - started));
  const kill =
    /^\[ *([\d.]+)\] inst: mark_victim ([^\s:]+)-\d+:.*$/m.exec(text) ??
    /^\[ *([\d.]+)\] Out of memory: Killed process \d+ \(([^)]+)\).*$/m.exec(text);
  const atKill = kill?.[0] ?? '';
  const end = /^STAT (.*)$/m.exec(text)?.[1] ?? '';
  const ticks = logWorkerTicks(text);
  const period = values.get('xfssyncd') ?? periodOf(ticks) ?? USUAL_XFSSYNCD_CENTISECS;
  return {
    boot: tag,
    group: tag.replace(/s[01]-\d+$/, ''),
    cpus,
    memoryMib,
    policy: policyOf(given, values),
    workload,
    logMib: values.get('log') ?? USUAL_LOG_MIB,
    xfssyncdCentisecs: period,
    inodes: sumOf(text, /^stat\[\d+\] n=(\d+)/gm),
    buffers: numberAt(text, /^xfs_buf +(\d+)/m),
    memTotalKb: numberAt(text, /^MemTotal: +(\d+) kB/m),
    memFreeKb: numberAt(text, /^MemTotal:.* MemFree: +(\d+) kB/m),
    pageCacheKb: sumOf(text, /(?:Active|Inactive)\(file\): +(\d+) kB/g),
    freeMib: numberAt(text, /^HOG \d+ x \d+ MiB, free (\d+) MiB/m),
    hogMib: hogMibOf(text),
    dropBeforeS: dropBefore(text),
    logWorkerS: tickAfter(text, ticks, started, period / 100),
    killed: kill?.[2] ?? null,
    killS: sinceStart(kill === null ? null : Number(kill[1])),
    doneS: doneOf(text),
    queued: numberAt(atKill, /queued_now=(\d+)/),
    reclaimable: numberAt(atKill, /reclaimable_now=(\d+)/),
    pinned: numberAt(atKill, /pins=(\d+)/),
    inAil: numberAt(atKill, / ail=(\d+)/),
    slabKb: numberAt(atKill, /slab_recl=(\d+) kB/),
    kswapdQueued: numberAt(end, / queue=\d+\(kswapd (\d+)\)/),
    kswapdFlushes: numberAt(end, /flush_kswapd=(\d+)/),
    kswapdSkipped: numberAt(end, /skipped=(\d+)/),
    kswapdCpuChanges: numberAt(end, /kswapd_cpu_changes=(\d+)/),
    kswapdMigrations: numberAt(text, /se\.nr_migrations : (\d+)/),
    outOfMemoryCalls: numberAt(end, /out_of_memory_calls=(\d+)/),
  };
}

/** As in `args=arg.SKIP=0`, `arg.LATE=5` and `cpus=4`. */
const keyOf = (word: string): string => /^(?:args=)?(?:arg\.)?(\w+)=/.exec(word)?.[1] ?? '';
const valueOf = (word: string): string => word.slice(word.lastIndexOf('=') + 1);

/** What the guest was told, but for the policy, which it is compared by. */
const NO_WORKLOAD = new Set(['tag', 'script', 'cpus', 'mem', 'mode', 'wall', 'img', 'SKIP', '']);

function workloadOf(given: readonly (readonly [string, string])[]): string {
  const words = given.filter(([key]) => !NO_WORKLOAD.has(key)).map(([key, value]) => `${key}=${value}`);
  return words.map((word) => word.replace(/^HOGX=/, 'beyond=')).join(' ');
}

function policyOf(given: ReadonlyMap<string, string>, values: ReadonlyMap<string, number>): BootPolicy {
  if (values.get('noinst') === 1) return 'unmodified';
  return given.get('SKIP') === '1' ? 'skip-kswapd' : 'always';
}

function numberAt(text: string, pattern: RegExp): number | null {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

function sumOf(text: string, pattern: RegExp): number | null {
  const found = [...text.matchAll(pattern)];
  return found.length === 0 ? null : found.reduce((sum, [, each]) => sum + Number(each), 0);
}

/** Both lines have the module's clock. */
function dropBefore(text: string): number | null {
  const before = numberAt(text, /^BEFORE-DROP .* t=([\d.]+)/m);
  const hogs = numberAt(text, /inst: mark: \S+ t=([\d.]+)/);
  return before === null || hogs === null ? null : rounded(hogs - before);
}

function hogMibOf(text: string): number | null {
  const [, hogs, each] = /^HOG (\d+) x (\d+) MiB/m.exec(text) ?? [];
  return hogs === undefined || each === undefined ? null : Number(hogs) * Number(each);
}

/** What each hog said last stands before a bar. None if one of them is not done. */
function doneOf(text: string): number | null {
  const said = /^HOGS start .* exit [^:]*: ?(.*)$/m.exec(text)?.[1] ?? '';
  const hogs = said.split('|').filter((words) => words.trim() !== '');
  const done = hogs.map((words) => numberAt(words, /hog full \d+ MiB at ([\d.]+) s/));
  return done.length === 0 || done.includes(null) ? null : Math.max(...done.map(Number));
}

function logWorkerTicks(text: string): readonly number[] {
  const ticks = text.matchAll(/^\[ *([\d.]+)\] inst: xfs_log_force \S+ \S+ by kworker\S+ caller xfs_log_worker/gm);
  return [...new Set([...ticks].map(([, at]) => Number(at)))];
}

/** In hundredths of a second, which ticks have that are near to each other: one is late by the wheel's granularity. */
function periodOf(ticks: readonly number[]): number | undefined {
  const gaps = ticks.slice(1).map((at, i) => at - (ticks[i] ?? 0));
  if (gaps.length === 0) return undefined;
  const least = Math.min(...gaps);
  return least < 1 ? Math.max(10, 10 * Math.floor(least * 10)) : 100 * Math.floor(least);
}

function tickAfter(text: string, ticks: readonly number[], started: number, period: number): number | null {
  const seen = ticks.find((at) => at >= started);
  if (seen !== undefined) return rounded(seen - started);
  const mounted = numberAt(text, /^\[ *([\d.]+)\] inst: loading/m);
  if (mounted === null) return null;
  const first = mounted + period + Math.min(WHEEL_SLACK_S, period * 0.03);
  return rounded(first >= started ? first - started : period - ((started - first) % period));
}

const rounded = (seconds: number): number => Math.round(seconds * 1_000) / 1_000;
