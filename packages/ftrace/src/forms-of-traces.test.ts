/** One trace in the forms that kernels, tools, mails and logs give it: the statistics are the same. */
import { expect, test } from 'vitest';
import { excerptLines, feed, recordedLines } from './recorded-traces.fixture.io.ts';
import { StatisticsAccumulator, type TraceStatistics } from './trace-statistics.ts';

type Form = (line: string, i: number) => string | readonly string[];

function statisticsOf(lines: readonly string[]): TraceStatistics {
  const statistics = new StatisticsAccumulator();
  feed(lines, statistics);
  return statistics.result();
}

/** What the form does not tell is left out: whether a lock is held, and how many lines there are. */
function told(lines: readonly string[]): unknown {
  const { events: _, reclaim, ...rest } = statisticsOf(lines);
  return { ...rest, reclaim: { ...reclaim, shrinkerLock: 'not told' } };
}

const HEAD = /^ *(.+?)-(\d+) +\[(\d+)\] (\S+) +(\d+\.\d+): (\w+): (.*)$/;
const isEvent = (line: string) => HEAD.test(line);

/** Makes another line of the parts of an event's. */
const rebuilt =
  (
    make: (comm: string, pid: string, cpu: string, flags: string, time: string, event: string, body: string) => string,
  ): Form =>
  (line) => {
    const [, comm = '', pid = '', cpu = '', flags = '', time = '', event = '', body = ''] = HEAD.exec(line) ?? [];
    return comm === '' ? line : make(comm, pid, cpu, flags, time, event, body);
  };

const between =
  (every: number, more: readonly string[]): Form =>
  (line, i) =>
    isEvent(line) && i % every === 0 ? [line, ...more] : line;

/** Lines of at most 76 characters, with a mark where one goes on. */
const quotedPrintable: Form = (line) =>
  line
    .replaceAll(/=/g, '=3D')
    .match(/.{1,70}=\w\w|.{1,73}/g)
    ?.map((piece, i, all) => (i < all.length - 1 ? `${piece}=` : piece)) ?? line;

const STACK = [' => xfs_inodegc_queue+0x1a0/0x2c0 [xfs]', ' => destroy_inode', ' => <00007f1234567890>'];

const FORMS: { readonly [name: string]: Form } = {
  'quoted once': (line) => `> ${line}`,
  'quoted twice': (line) => `> > ${line}`,
  'quoted thrice, without spaces': (line) => `>>> ${line}`,
  'quoted with a bar': (line) => `| ${line}`,
  'quoted without an indent': (line) => `> ${line.trimStart()}`,
  'with a carriage return': (line) => `${line}\r`,
  'without an indent': (line) => line.trimStart(),
  'with tabs': rebuilt((c, p, u, f, t, e, b) => `\t${c}-${p}\t[${u}]\t${f}\t${t}:\t${e}:\t${b}`),
  'with no-break spaces': (line) => line.replace(/ {2}/, '\u00a0 '),
  'with colours of grep': rebuilt(
    (c, p, u, f, t, e, b) => `  ${c}-${p}  [${u}] ${f} ${t}: \u001b[01;31m\u001b[K${e}\u001b[m\u001b[K: ${b}`,
  ),
  'in colours': (line) => `\u001b[32m${line}\u001b[0m`,
  'in a table of a mail': rebuilt((c, p, u, f, t, e, b) => `| ${c}-${p} | [${u}] | ${f} | ${t}: | ${e}: ${b} |`),
  'quoted-printable': quotedPrintable,
  'of grep -n': (line, i) => `${i + 1}:${line}`,
  'of grep -H': (line) => (isEvent(line) ? `trace.txt:  ${line}` : line),
  'of cat -n': (line, i) => (isEvent(line) ? `${String(i).padStart(6)}-  ${line}` : line),
  'in a kernel log': (line) => `[  100.123456] ${line}`,
  'in a kernel log with callers': (line) => `[  100.123456][  T123] ${line}`,
  'in dmesg -T': (line) => `[Fri Nov 27 11:46:49 2026] ${line}`,
  'in a syslog': (line) => `Nov 27 11:46:49 myhost kernel: [  100.123456] ${line}`,
  'in a journal': (line) => `2026-11-27T11:46:49.123456+00:00 myhost kernel: ${line}`,
  'with thread groups': rebuilt((c, p, u, f, t, e, b) => `${c}-${p}  (  ${p}) [${u}] ${f} ${t}: ${e}: ${b}`),
  'without flags': rebuilt((c, p, u, _, t, e, b) => `${c}-${p} [${u}] ${t}: ${e}: ${b}`),
  'of trace-cmd': rebuilt((c, p, u, f, t, e, b) => `${c}-${p} [${u}] ${f} ${t}: ${`${e}:`.padEnd(22)}${b}`),
  'of trace-cmd -l': rebuilt((c, p, u, f, t, e, b) => `${c}-${p}  ${Number(u)}${f} ${t}: ${e}: ${b}`),
  'of PREEMPT_RT': rebuilt((c, p, u, _, t, e, b) => `${c}-${p}  [${u}] d..h3.12 ${t}: ${e}: ${b}`),
  'with the time since the last event': rebuilt(
    (c, p, u, f, t, e, b) => `${c}-${p} [${u}] ${f} ${t}: (+17) ${e}: ${b}`,
  ),
  'of perf': rebuilt((c, p, u, _, t, e, b) => `${c.padStart(16)} ${p.padStart(5)} [${u}] ${t}:      xfs:${e}: ${b}`),
  'of perf with periods': rebuilt((c, p, u, _, t, e, b) => `${c} ${p}/${p} [${u}] ${t}:          1 ${e}: ${b}`),
  'with stacks': between(3, STACK),
  'with stacks of trace-cmd': between(5, [
    '  rm-280 [000] 1.000000: kernel_stack:         <stack trace >',
    '=> xfs_inodegc_queue (ffffffffc0c3409b)',
  ]),
  'with call chains of perf': between(4, [
    '\tffffffff81234567 shrink_slab+0x1f ([kernel.kallsyms])',
    '               0 [unknown] ([unknown])',
    '',
  ]),
  'with prose': between(50, ['Hi all,', 'my machine hangs here:', '[snip]']),
  'with comments': between(20, ['# a comment', '']),
  'with functions': between(7, ['  rm-280 [000] d..1. 10.389212: mutex_unlock <-rb_simple_write']),
  'with more words in shrinker events': (line) =>
    line
      .replace(/(: mm_shrink_slab_\w+: .*: nid: \d+)/, '$1 pid: 39 memcg_id: 1 colour blue')
      .replace(/(mm_shrink_slab.*)/, '$1 '),
  'with more words after': (line) => line.replace(/(: mm_vmscan_\w+: .*)$/, '$1 memcg=7 kind=a|b'),
  'with more words before': (line) => line.replace(/(: (?:mm_vmscan_\w+|reclaim_retry_zone): )/, '$1zid=3 '),
  'with more words in xfs events': (line) =>
    line.replace(/(: xfs_\w+: dev \S+)/, '$1 m_features 0x1bf6a9 opstate (clean|inodegc)'),
};

const lines = excerptLines();
const whole = told(lines);

test.each(Object.entries(FORMS))('%s', (_, form) => {
  expect(told(lines.flatMap((line, i) => form(line, i)))).toEqual(whole);
});

/** Forms that can be had together: one of what stands in front, one of words, one of what stands between. */
const CHOICES: readonly (readonly string[])[] = [
  ['with more words in shrinker events', 'with more words after', 'with more words in xfs events'],
  ['with stacks', 'with prose', 'with functions', 'with comments'],
  ['quoted once', 'quoted twice', 'in a kernel log', 'in a syslog', 'of grep -n', 'with a carriage return'],
];

test('forms on top of each other', () => {
  let random = 1;
  const pick = (names: readonly string[]) => {
    random = (random * 48_271) % 2_147_483_647;
    return FORMS[names[random % names.length] ?? ''] ?? ((line: string) => line);
  };
  for (let round = 0; round < 8; round += 1) {
    let changed = lines;
    for (const names of CHOICES) {
      const form = pick(names);
      changed = changed.flatMap((line, i) => form(line, i));
    }
    expect(told(changed)).toEqual(whole);
  }
});

/** Kernels up to 4.15 print pages scanned, and no priority. */
const as49: Form = (line) =>
  line
    .replace(/ cache items (\d+)/, ' pgs_scanned 32 lru_pgs 100000 cache items $1')
    .replace(/( total_scan -?\d+) priority \d+$/, '$1');

/** Without the priority there is one sum for each shrinker. */
function withoutPriority(statistics: TraceStatistics): unknown {
  const sums = new Map<string, { calls: number; scanned: number; freed: number }>();
  for (const { shrinker, calls, scanned, freed } of statistics.reclaim.kswapdScans) {
    const sum = sums.get(shrinker) ?? { calls: 0, scanned: 0, freed: 0 };
    sums.set(shrinker, { calls: sum.calls + calls, scanned: sum.scanned + scanned, freed: sum.freed + freed });
  }
  const { reclaim, ...rest } = statistics;
  return { ...rest, reclaim: { ...reclaim, kswapdScans: Object.fromEntries(sums), shrinkerLock: 'not told' } };
}

const MOST = 60_000;

test('the form of 4.9, and the stack trigger, on the longest trace there is', { timeout: 120_000 }, async () => {
  const long = (await recordedLines('pressure', MOST)) ?? lines;
  const as = (form: Form) => withoutPriority(statisticsOf(long.flatMap((line, i) => form(line, i))));
  const expected = withoutPriority(statisticsOf(long));
  expect(as(as49)).toEqual(expected);
  expect(as((line) => (line.includes('xfs_inodegc_throttle:') ? [line, ...STACK] : line))).toEqual(expected);
});
