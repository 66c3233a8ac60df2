/** Exports of a recorded run: what is written, and where; nothing is left of one that failed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Plan } from '@dragon/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dragonInProcess as dragon } from '../dragon-in-process.fixture.ts';
import { runProgram } from '../program.ts';
import { terminalOf } from '../terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'dragon-exports-'));
const file = (name: string) => join(folder, name);
const TRACE = file('run.trace');
/** Rows alone. */
const VERSION_4 = fileURLToPath(new URL('../trace/version-4.fixture.ndjson.gz', import.meta.url));

beforeAll(async () => {
  const { code, err } = await dragon(['run', 'seed-deadlock', '--cpus', '1', '--trace', TRACE]);
  expect([code, err]).toEqual([2, '']);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('perfetto: a file and standard output have the same bytes', async () => {
  const out = file('run.pftrace');
  const made = await dragon(['export', 'perfetto', TRACE, '--out', out]);
  expect([made.code, made.err]).toEqual([0, '']);
  expect(made.out).toMatch(/^Perfetto trace: \S+\/run\.pftrace, \d+ rows, [\d,]+ bytes\nOpen it in \S+\n$/);
  const bytes = readFileSync(out);
  expect(bytes.includes('seed-deadlock, profile v6.1, 1 CPU, seed 1')).toBe(true);
  for (const words of ['ended: deadlock', 'holds the AGI of AG 0', 'waits for shrinker_rwsem for writing', 'priority'])
    expect(bytes.includes(words), words).toBe(true);
  expect(bytes.includes('DEADLOCK: kswapd0, kworker/0:1 and xfs_scrub wait for each other')).toBe(true);
  for (const words of [[], ['--out', '-']]) {
    const piped = await dragon(['export', 'perfetto', TRACE, ...words]);
    expect([piped.code, piped.err]).toEqual([0, '']);
    expect(Buffer.from(piped.out, 'latin1').equals(bytes)).toBe(true);
  }
});

test('mermaid: agents by id or as the report calls them, to a file or to standard output', async () => {
  const agents = 'kswapd0,inodegc/0,xfs_scrub,kswapd/0';
  const { code, out, err } = await dragon(['export', 'mermaid', TRACE, '--agents', agents]);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(
    /^sequenceDiagram\nparticipant a0 as kswapd0\nparticipant a1 as kworker\/0#58;1\nparticipant a2 as xfs/,
  );
  expect(out).toContain('\nNote over a0,a2: seed-deadlock, profile v6.1, 1 CPU, seed 1\n');
  expect(out).toMatch(/^Note over a0: \d\.\d{6} waits for the inodegc work of CPU 0$/m);
  expect(out).toMatch(/^a1-->>a0: \d\.\d{6} task\.inodesQueued /m);
  const made = await dragon(['export', 'mermaid', TRACE, '--agents', agents, '--out', file('run.mmd')]);
  expect([made.code, made.out, made.err]).toEqual([0, `Mermaid diagram: ${file('run.mmd')}\n`, '']);
  expect(readFileSync(file('run.mmd'), 'utf8')).toBe(out);
  const late = await dragon(['export', 'mermaid', TRACE, '--agents', agents, '--from', '1h', '--to', '2h']);
  expect(late.out).toMatch(/\nNote over a0,a2: nothing from 3600\.0+ s to 7200\.0+ s\n$/);
});

test('of a trace of an older program the rows are exported, and what it lacks is said', async () => {
  const { code, err } = await dragon(['export', 'perfetto', VERSION_4, '--out', file('old.pftrace')]);
  expect(code).toBe(0);
  expect(err).toMatch(
    /^dragon: \S+ does not say who waits for whom: .*\ndragon: \S+ does not say how many inodes and pages there are.*\n$/,
  );
  expect(readFileSync(file('old.pftrace')).includes('ended: deadlock')).toBe(true);
});

test('svg: the chart of an agent at an instant, of a trace and of its scenario alike', async () => {
  const made = await dragon(['export', 'svg', TRACE, '--agent', 'xfs_scrub', '--at', '2s']);
  expect([made.code, made.err]).toEqual([0, '']);
  expect(made.out).toContain('<title>xfs_scrub at 2.000000000 s of seed-deadlock, profile v6.1, 1 CPU, seed 1</title>');
  expect(made.out).toMatch(/<g class="box leaf active look-sleep" data-path="rebuilding">/);
  expect(made.out.match(/class="line taken"/g)).toHaveLength(1);
  expect(made.out.match(/class="line possible"/g)?.length).toBeGreaterThan(0);
  expect(made.out.match(/class="line out"/g)?.length).toBeGreaterThan(2);
  const out = file('scrub.svg');
  const again = await dragon([
    'export',
    'svg',
    'seed-deadlock',
    '--agent',
    'repair/0',
    '--theme',
    'dark',
    '--out',
    out,
  ]);
  expect([again.code, again.err]).toEqual([0, '']);
  expect(again.out).toMatch(/^xfs_scrub at 2\.\d+ s of seed-deadlock, profile v6\.1, 4 CPUs, seed 1: \S+scrub\.svg\n$/);
  expect(readFileSync(out, 'utf8')).toMatch(
    /<g class="box leaf active look-find" data-path="unregisteringInTransaction">/,
  );
});

test('what is no text is refused to a terminal', async () => {
  const nothing = { write: () => undefined };
  const terminal = terminalOf({}, { ...nothing, isTTY: true }, nothing);
  const { signal } = new AbortController();
  await expect(
    runProgram(['export', 'perfetto', TRACE], { terminal, env: {}, signal, replay: undefined }),
  ).rejects.toThrow('a Perfetto trace is nothing to read on a terminal: name a file with --out');
});

test('of a trace that was cut nothing is written', async () => {
  writeFileSync(file('cut.trace'), readFileSync(TRACE).subarray(0, -60));
  const { code, err } = await dragon(['export', 'perfetto', file('cut.trace'), '--out', file('cut.pftrace')]);
  expect(code).toBe(1);
  expect(err).toMatch(/^dragon: \S+cut\.trace is truncated after \d+ rows: /);
  expect(readdirSync(folder).filter((name) => name.startsWith('cut.'))).toEqual(['cut.trace']);
});

test.each([
  [['perfeto', TRACE], 64, "unknown format 'perfeto'; did you mean perfetto?"],
  [['perfetto'], 64, 'export needs '],
  [['perfetto', TRACE, '--out', file('none/run.pftrace')], 74, 'cannot be written: there is no such folder'],
  [['perfetto', TRACE, '--out', ''], 64, "'' is no name of a file to write"],
  [['perfetto', file('none.trace')], 1, 'none.trace'],
  [['page', 'seed-deadlok'], 64, "'seed-deadlok' is neither a scenario nor a file; did you mean seed-deadlock?"],
  [['svg', file('none.trace')], 64, 'is neither a scenario nor a file'],
  [['page', 'seed-deadlock', '--out', '/dev/full'], 74, '/dev/full cannot be written: no space is left on its device'],
  [['perfetto', TRACE, '--agents', 'kswapd0'], 64, 'export perfetto takes no --agents'],
  [['svg', TRACE, '--theme', 'pink'], 64, "--theme: unknown theme 'pink' (one of: light, dark)"],
  [['svg', TRACE], 64, '--agent is missing: name one of cpu/0, kswapd0'],
  [['svg', TRACE, '--agent', 'xfs_scrub', '--at', '1h'], 64, '--at: the run ends at 2.'],
  [['mermaid', TRACE], 64, '--agents is missing: name some of cpu/0, kswapd0, kworker/0:1'],
  [['mermaid', TRACE, '--agents', 'kswapd'], 64, "unknown agent 'kswapd'; did you mean kswapd0?"],
  [['mermaid', TRACE, '--agents', 'kswapd0', '--from', '2'], 64, "--from: '2' is not a duration"],
  [['mermaid', TRACE, '--agents', 'kswapd0', '--from', '2s', '--to', '1s'], 64, '--from must be earlier than --to'],
])('export %s', async (words, exit, message) => {
  const { code, out, err } = await dragon(['export', ...words]);
  expect([code, out]).toEqual([exit, '']);
  expect(err).toContain(message);
});

/** What a page was opened with. */
function bootIn(page: string): { run: { plan: Plan; heading: string; command: object }; end: object } {
  const [, behind = ''] = page.split('<script type="application/json" id="boot">');
  return JSON.parse(behind.split('</script>', 1)[0] ?? '') as ReturnType<typeof bootIn>;
}

test('page: of a trace and of its scenario the same run is inside, and how it ended', async () => {
  const [ofTrace, ofScenario] = [file('trace.html'), file('scenario.html')];
  const made = await dragon(['export', 'page', TRACE, '--out', ofTrace]);
  expect([made.code, made.err]).toEqual([0, '']);
  expect(made.out).toMatch(/^Page: \S+trace\.html, [\d,]+ bytes; deadlock, digest [0-9a-f]{16}\nOpen it/);
  const again = await dragon(['export', 'page', 'seed-deadlock', '--cpus', '1', '--out', ofScenario]);
  expect(again.code).toBe(0);
  const page = readFileSync(ofScenario, 'utf8');
  const { run, end } = bootIn(page);
  expect(bootIn(readFileSync(ofTrace, 'utf8'))).toMatchObject({ run, end });
  expect(run.plan.agents.length).toBeGreaterThan(5);
  expect(run.heading).toBe('seed-deadlock, profile v6.1, 1 CPU, seed 1');
  expect(run.command).toMatchObject({ scenario: 'seed-deadlock', seed: 1 });
  expect(end).toEqual({ outcome: 'deadlock', digest: expect.stringMatching(/^[0-9a-f]{16}$/) });
  expect(gzipSync(page).length).toBeLessThan(1.5 * 2 ** 20);
});

test('page: of an older trace too, of a fork with its faults; a trace takes no options of a run', async () => {
  const old = await dragon(['export', 'page', VERSION_4, '--out', file('old.html')]);
  expect([old.code, old.err]).toEqual([0, '']);
  const stalled = ['--fault', 'stall-cpu cpu=0 for=10ms at=100ms', '--until', '200ms', '--keep-going'];
  const fork = await dragon(['export', 'page', 'seed-deadlock', ...stalled, '--out', file('fork.html')]);
  expect([fork.code, fork.err]).toEqual([0, '']);
  const { run } = bootIn(readFileSync(file('fork.html'), 'utf8'));
  expect(run).toMatchObject({ fork: { at: 100_000_000 }, command: { keepGoing: true } });
  const seeded = await dragon(['export', 'page', TRACE, '--keep-going', '--out', file('none.html')]);
  expect([seeded.code, seeded.err]).toEqual([
    64,
    expect.stringContaining('--keep-going is for a scenario: a trace has its run'),
  ]);
  const other = await dragon(['export', 'svg', TRACE, '--keep-going']);
  expect([other.code, other.err]).toEqual([64, expect.stringContaining('export svg takes no --keep-going')]);
});
