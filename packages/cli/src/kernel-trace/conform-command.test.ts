/** `dragon conform` on traces that people have: of older kernels, cut down with grep, with nothing to check, ruined. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dragonInProcess as dragon } from '../dragon-in-process.fixture.ts';

const EXCERPT = fileURLToPath(new URL('../../../ftrace/src/excerpt.fixture.txt', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dragon-conform-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Rule = {
  readonly name: string;
  readonly checked: number;
  readonly agreed: number;
  readonly explanations: readonly { readonly reason: string; readonly count: number }[];
  readonly disagreements: readonly { readonly line: number; readonly text: string }[];
};
type Account = { readonly verdict: string; readonly unread: number; readonly rules: readonly Rule[] } & {
  readonly kernel: { readonly releases: string; readonly by: string };
};

/** Returns the exit code, the text, the JSON, and the rules by name. */
async function conform(lines: readonly string[], ...options: string[]) {
  const file = join(folder, 'trace.txt');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const { code, out } = await dragon(['conform', file, ...options]);
  const json = JSON.parse((await dragon(['conform', file, '--json', ...options])).out) as Account;
  const rule = (name: string): Rule => {
    const found = json.rules.find((each) => each.name === name);
    if (found === undefined) throw new Error(`there is no rule ${name}`);
    return found;
  };
  return { code, out, json, rule, finding: out.split('\n\n')[0]?.replace(/\n +/g, ' ') };
}

const start = (task: string, at: string, rest: string, shr = '0000000024acf00c: nid: 0') =>
  `  ${task}  [002] .... ${at}: mm_shrink_slab_start: super_cache_scan+0x0/0x190 ${shr} objects to shrink ${rest}`;
const end = (task: string, at: string, rest: string, shr = '0000000024acf00c: nid: 0') =>
  `  ${task}  [002] .... ${at}: mm_shrink_slab_end: super_cache_scan+0x0/0x190 ${shr} unused scan count ${rest}`;

const BEFORE_5_13 = [
  start(
    'kswapd0-475',
    '105968.252561',
    '3000000 gfp_flags GFP_KERNEL cache items 1000000 delta 488 total_scan 500000 priority 12',
  ),
  end('kswapd0-475', '105969.452561', '3000000 new scan count 2500776 total_scan 288 last shrinker return val 499712'),
  start(
    'kswapd0-475',
    '105969.552561',
    '2500776 gfp_flags GFP_KERNEL cache items 500288 delta 244 total_scan 250144 priority 12',
  ),
  end('kswapd0-475', '105970.152561', '2500776 new scan count 2251164 total_scan 288 last shrinker return val 249856'),
  start(
    'kswapd0-475',
    '105970.252561',
    '2251164 gfp_flags GFP_KERNEL cache items 250432 delta 122 total_scan 125216 priority 12',
  ),
  end('kswapd0-475', '105970.552561', '2251164 new scan count 2126358 total_scan 288 last shrinker return val 124928'),
];

test('a kernel before 5.13 is known by its arithmetic, and held to it', async () => {
  const { code, out, json, rule } = await conform(BEFORE_5_13);
  expect([code, json.verdict, json.kernel]).toEqual([
    0,
    'agrees',
    { releases: 'Linux 4.16 to 5.12', by: 'arithmetic' },
  ]);
  expect(rule('shrink-slab-start').explanations).toMatchObject([
    { reason: expect.stringContaining('a kernel before 5.13'), count: 3 },
  ]);
  expect(rule('shrink-slab-end').explanations).toMatchObject([
    { reason: expect.stringContaining('a kernel before 5.13'), count: 3 },
  ]);
  expect(out).toContain('\nKernel: Linux 4.16 to 5.12, by its arithmetic (6 numbers not of all kernels).\n');
  const wrong = BEFORE_5_13.with(3, BEFORE_5_13[3]?.replace('2251164', '2251165') ?? '');
  const found = await conform(wrong, '--kernel', '5.10.0-23-amd64');
  expect(found.rule('shrink-slab-start')).toMatchObject({ agreed: 3 });
  expect(found.out).toContain('\nKernel: Linux 4.16 to 5.12, as you say.\n');
});

test('whoever says which kernel it is has it held to that one', async () => {
  const { code, rule } = await conform(BEFORE_5_13, '--kernel', '5.4');
  expect([code, rule('shrink-slab-start').agreed, rule('shrink-slab-end').agreed]).toEqual([0, 3, 3]);
  const newer = await conform(BEFORE_5_13, '--kernel', '6.1.192');
  expect([newer.code, newer.rule('shrink-slab-start').disagreements.length]).toEqual([2, 3]);
  expect(newer.finding).toBe('3 numbers of the kernel disagree with ours: shrink-slab-start (3, the first in line 1).');
  expect(newer.out).toContain('\nshrink-slab-start disagrees (delta and total_scan are those of do_shrink_slab):\n');
  expect(await dragon(['conform', EXCERPT, '--kernel', 'two'])).toMatchObject({
    code: 64,
    err: expect.stringContaining("'two' is no release"),
  });
});

test('the head of a trace may say which kernel it is', async () => {
  const head = ['# tracer: irqsoff', '#', '# irqsoff latency trace v1.1.5 on 5.10.0-23-amd64'];
  const { code, rule, out } = await conform([...head, ...BEFORE_5_13]);
  expect([code, rule('shrink-slab-start').checked]).toEqual([0, 3]);
  expect(out).toContain('\nKernel: Linux 4.16 to 5.12, by the head of the trace.\n');
});

test('before 4.16 the calls follow from LRU pages scanned', async () => {
  const lru = (nr: number, scanned: number, delta: number, total: number) =>
    `${nr} gfp_flags GFP_HIGHUSER_MOVABLE pgs_scanned ${scanned} lru_pgs 6992959 cache items 5049 delta ${delta} total_scan ${total}`;
  const { code, json, rule } = await conform([
    start('app-2798', '6099.188540', lru(5895, 90, 0, 2524)),
    end('app-2798', '6109.494205', '5895 new scan count 941785 total_scan 476 last shrinker return val 1959'),
  ]);
  expect([code, json.kernel]).toEqual([0, { releases: 'Linux 4.15 or before', by: 'form' }]);
  expect(rule('shrink-slab-start').explanations).toMatchObject([
    { reason: 'a kernel before 4.16: an older formula, from LRU pages scanned', count: 1 },
  ]);
  // 4 x 90,000 / 2 x 5,049 / 6,992,960 is 129.
  expect((await conform([start('app-1', '1.000000', lru(0, 90_000, 129, 129))])).code).toBe(0);
  const wrong = await conform([start('app-1', '1.000000', lru(0, 90_000, 130, 130))]);
  expect([wrong.code, wrong.rule('shrink-slab-start').disagreements.length]).toEqual([2, 1]);
});

test('lines of one task, picked with grep: what others took or left is no disagreement, but a doubt', async () => {
  const lines = [
    start(
      'kswapd1-137',
      '66671.878236',
      '824 gfp_flags GFP_KERNEL cache items 1065515 delta 520 total_scan 1344 priority 12',
    ),
    end('kswapd1-137', '66707.247798', '824 new scan count 320 total_scan 320 last shrinker return val 1021'),
    start(
      'kswapd1-137',
      '66707.255750',
      '726 gfp_flags GFP_KERNEL cache items 1064232 delta 1038 total_scan 1764 priority 11',
    ),
    end('kswapd1-137', '66712.718536', '726 new scan count 740 total_scan 740 last shrinker return val 1022'),
  ];
  const { code, rule } = await conform(lines);
  expect(code).toBe(0);
  expect(rule('shrink-slab-taken').explanations.map(({ reason }) => reason)).toContain(
    'all calls here are by kswapd1-137: other callers, whose lines may be left out, take it and add to it, too',
  );
  // Nobody else can make a call leave less than it adds itself.
  const less = await conform(lines.with(3, lines[3]?.replace('count 740', 'count 739') ?? ''));
  expect([less.code, less.rule('shrink-slab-end').disagreements.length]).toEqual([2, 1]);
});

test('memory cgroups have a count each, where the kernel says which is meant', async () => {
  const group = (id: number) => `0000000080cb5356: nid: 0 pid: 39 memcg_id: ${id}`;
  const call = (id: number, at: number, nr: number, left: number) => [
    start(
      'kswapd0-39',
      `118.26${at}000`,
      `${nr} gfp_flags GFP_KERNEL cache items 50000 delta 24 total_scan ${24 + (nr >> 12)} priority 12 `,
      group(id),
    ),
    end('app-40', `118.26${at}000`, '0 new scan count 0 total_scan 0 last shrinker return val 0 ', group(9)),
    end(
      'kswapd0-39',
      `118.26${at}100`,
      `${nr} new scan count ${left} total_scan ${24 + (nr >> 12)} last shrinker return val 0 `,
      group(id),
    ),
  ];
  const lines = [call(1, 1, 0, 24), call(2, 2, 700, 724), call(1, 3, 24, 48), call(2, 4, 724, 748)].flat();
  const { code, rule } = await conform(lines);
  expect(code).toBe(0);
  expect(rule('shrink-slab-taken')).toMatchObject({ checked: 4, agreed: 2 });
  expect(rule('shrink-slab-end')).toMatchObject({ checked: 4, agreed: 4 });
});

test('a trace in which nothing can be checked says so, and which events to record', async () => {
  const { code, out, json, finding } = await conform([
    '  kswapd0-33    (   33) [001] ...1 12838.491407: mm_vmscan_kswapd_wake: nid=0 order=0',
    '  kswapd0-33    (   33) [001] ...1 12840.545737: mm_vmscan_kswapd_sleep: nid=0',
  ]);
  expect([code, json.verdict]).toEqual([3, 'unchecked']);
  expect(finding).toBe(
    'Nothing could be checked: this trace says neither that the kernel agrees with us nor that it does not.',
  );
  expect(out).toContain('\nNothing to check: shrink-slab-start, ');
  expect(out).not.toMatch(/^The rules:|^rule /m);
  expect(out).toMatch(/\n {2}trace-cmd record -e oom:reclaim_retry_zone .*\\\n/);
});

test('a rule that has nothing to check is no rule that agrees', async () => {
  const lines = readFileSync(EXCERPT, 'utf8').trimEnd().split('\n').slice(0, 120);
  const { code, out, finding } = await conform(lines);
  expect(code).toBe(0);
  expect(out).toMatch(/\nNothing to check: (?:\S+,\s+)*shrink-slab-end,/);
  expect(out).not.toMatch(/^\s*shrink-slab-end /m);
  const verbose = await conform(lines, '--verbose');
  expect(verbose.out).toMatch(/\n {2}(?:\S+, )*reclaim-retry.*: no reclaim_retry_zone\b/);
  expect(verbose.out).toMatch(/\n {2}shrink-slab-end +a call leaves /);
  expect(finding).toMatch(
    /^Every number that was checked agrees with ours \(\d+\), or is explained \(\d+\); \d+ of 15 rules had nothing to check\.$/,
  );
});

test('a ruin is no agreement', async () => {
  const lines = readFileSync(EXCERPT, 'utf8').trimEnd().split('\n');
  const torn = lines.map((line, i) => (i > 20 && i % 3 > 0 ? line.slice(0, 70) : line));
  const { code, json, finding } = await conform(torn);
  expect([code, json.verdict]).toEqual([3, 'unread']);
  expect(finding).toMatch(
    /^\d+ of \d+ lines \(6\d %\) could not be read: what is left disagrees nowhere, but it is no agreement either\.$/,
  );
});
