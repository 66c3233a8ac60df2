/**
 * Boots as a table: a header and a row for each. Columns may stand in any order, and those that a table does not have
 * are as if its fields were empty.
 */
import { unknownName } from '@dragon/kernel';
import {
  type Boot,
  type BootPolicy,
  BootsError,
  USUAL_LOG_MIB,
  USUAL_XFSSYNCD_CENTISECS,
  workloadValues,
} from './boot.ts';

type Key = keyof Boot;

/** In the order of the table. */
const COLUMNS: readonly (readonly [column: string, key: Key])[] = [
  ['boot', 'boot'],
  ['group', 'group'],
  ['cpus', 'cpus'],
  ['memory_mib', 'memoryMib'],
  ['policy', 'policy'],
  ['workload', 'workload'],
  ['log_mib', 'logMib'],
  ['xfssyncd_centisecs', 'xfssyncdCentisecs'],
  ['inodes', 'inodes'],
  ['buffers', 'buffers'],
  ['mem_total_kb', 'memTotalKb'],
  ['mem_free_kb', 'memFreeKb'],
  ['page_cache_kb', 'pageCacheKb'],
  ['free_mib', 'freeMib'],
  ['hog_mib', 'hogMib'],
  ['drop_before_s', 'dropBeforeS'],
  ['log_worker_s', 'logWorkerS'],
  ['killed', 'killed'],
  ['kill_s', 'killS'],
  ['done_s', 'doneS'],
  ['queued', 'queued'],
  ['reclaimable', 'reclaimable'],
  ['pinned', 'pinned'],
  ['in_ail', 'inAil'],
  ['slab_kb', 'slabKb'],
  ['kswapd_queued', 'kswapdQueued'],
  ['kswapd_flushes', 'kswapdFlushes'],
  ['kswapd_skipped', 'kswapdSkipped'],
  ['kswapd_cpu_changes', 'kswapdCpuChanges'],
  ['kswapd_migrations', 'kswapdMigrations'],
  ['out_of_memory_calls', 'outOfMemoryCalls'],
];

const TEXTS: ReadonlySet<Key> = new Set<Key>(['boot', 'group', 'policy', 'workload', 'killed']);
const POLICIES: readonly BootPolicy[] = ['always', 'skip-kswapd', 'unmodified'];

export function bootsCsv(boots: readonly Boot[]): string {
  const rows = boots.map((boot) => COLUMNS.map(([, key]) => field(boot[key])).join(','));
  return `${[COLUMNS.map(([column]) => column).join(','), ...rows].join('\n')}\n`;
}

const field = (value: string | number | null): string =>
  typeof value === 'string' && /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : String(value ?? '');

/** Returns the boots of a table; throws a `BootsError` that names the line. */
export function readBoots(text: string): Boot[] {
  const [head, ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const columns = fieldsOf(head ?? '', 1).map((name) => name.trim());
  const names = COLUMNS.map(([column]) => column);
  if (!columns.some((column) => names.includes(column)))
    throw new BootsError('no table of boots: its first line has none of their columns; dragon import boots makes one');
  for (const [i, column] of columns.entries()) {
    if (!names.includes(column)) throw new BootsError(`line 1: ${unknownName('column', column, names)}`);
    if (columns.indexOf(column) < i) throw new BootsError(`line 1: there are two columns '${column}'`);
  }
  for (const needed of ['cpus', 'policy', 'workload'])
    if (!columns.includes(needed)) throw new BootsError(`line 1: there is no column '${needed}'`);
  return lines.flatMap((line, i) => (line.trim() === '' ? [] : [bootOf(columns, line, i + 2)]));
}

function bootOf(columns: readonly string[], line: string, at: number): Boot {
  const fields = fieldsOf(line, at);
  if (fields.length !== columns.length)
    throw new BootsError(`line ${at}: ${fields.length} fields, and the first line has ${columns.length}`);
  const given = new Map(columns.map((column, i) => [column, (fields[i] ?? '').trim()]));
  const read = (column: string, key: Key): string | number | null => {
    const value = given.get(column) ?? '';
    if (value === '') return null;
    if (TEXTS.has(key)) return value;
    const number = Number(value);
    if (Number.isFinite(number) && number >= 0) return number;
    throw new BootsError(`line ${at}: ${column} '${value}' is not a number of at least 0`);
  };
  const boot = Object.fromEntries(COLUMNS.map(([column, key]) => [key, read(column, key)])) as unknown as {
    readonly [Each in Key]: Boot[Each] | null;
  };
  const { cpus, workload } = boot;
  const policy = POLICIES.find((each) => each === boot.policy);
  if (policy === undefined) throw new BootsError(`line ${at}: ${unknownName('policy', boot.policy ?? '', POLICIES)}`);
  if (cpus === null || !Number.isSafeInteger(cpus) || cpus < 1)
    throw new BootsError(`line ${at}: cpus is not a whole number of at least 1`);
  const values = valuesOf(workload ?? '', at);
  return {
    ...boot,
    cpus,
    policy,
    workload: workload ?? '',
    boot: boot.boot ?? `line ${at}`,
    group: boot.group ?? `${workload ?? ''} on ${cpus}`,
    memoryMib: boot.memoryMib ?? 0,
    logMib: boot.logMib ?? values.get('log') ?? USUAL_LOG_MIB,
    xfssyncdCentisecs: boot.xfssyncdCentisecs ?? values.get('xfssyncd') ?? USUAL_XFSSYNCD_CENTISECS,
  };
}

function valuesOf(workload: string, at: number): ReadonlyMap<string, number> {
  try {
    return workloadValues(workload);
  } catch (error) {
    if (error instanceof BootsError) throw new BootsError(`line ${at}: workload: ${error.message}`);
    throw error;
  }
}

/** RFC 4180, without line breaks in fields. */
function fieldsOf(line: string, at: number): string[] {
  const fields: string[] = [];
  let rest = line;
  for (;;) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*(?=,|$)/.exec(rest);
    const plain = quoted ?? /^([^,"]*)(?=,|$)/.exec(rest);
    if (plain === null) throw new BootsError(`line ${at}: a quotation mark has no end, or something stands behind it`);
    fields.push((plain[1] ?? '').replaceAll('""', '"'));
    if (plain[0].length === rest.length) return fields;
    rest = rest.slice(plain[0].length + 1);
  }
}
