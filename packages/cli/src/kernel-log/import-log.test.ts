/** Logs of hung machines on the command line: what is said of each, with which exit code. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { dragonInProcess as dragon } from '../dragon-in-process.fixture.ts';

const LOGS = fileURLToPath(new URL('../../../../test/kernel-logs', import.meta.url));
const log = (name: string) => join(LOGS, name);
const folder = mkdtempSync(join(tmpdir(), 'dragon-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Log, columns of the page, exit code. */
const REPORTS = [
  ['mail-deadlock.txt', '80', 2],
  ['kswapd-frozen-thaw.txt', '80', 2],
  ['holder-runs.txt', '80', 2],
  ['locks-held-abba.txt', '80', 2],
  ['public/lockdep-fs-reclaim.txt', '80', 2],
  ['public/inodegc-agf-5.15-wrapped.txt', '80', 3],
  ['mail-deadlock.txt', '50', 2],
] as const;

test('the reports, word by word, none wider than the page', async () => {
  const reports: string[] = [];
  for (const [name, COLUMNS, expected] of REPORTS) {
    const { code, out, err } = await dragon(['import', 'dmesg', log(name)], { COLUMNS });
    expect([name, code, err]).toEqual([name, expected, '']);
    // The heading has the path in it, which is as long as it is.
    const report = out.slice(out.indexOf('\n\n') + 2);
    expect(report.split('\n').filter((line) => line.length > Number(COLUMNS))).toEqual([]);
    reports.push(`---- ${name}, ${COLUMNS} columns, exit code ${code}\n${report}`);
  }
  await expect(reports.join('\n')).toMatchFileSnapshot('import-log.golden.txt');
});

test('the scenarios that it names can be run as it says', async () => {
  for (const [name] of REPORTS) {
    const { out } = await dragon(['import', 'dmesg', log(name)]);
    const [, command] = / {2}npx dragon (run .*)\n/.exec(out) ?? [];
    if (command === undefined) continue;
    const { code, err } = await dragon([...command.split(' '), '--until', '1ms']);
    expect([command, code, err]).toEqual([command, 0, '']);
  }
});

/** Settings of runs that end in a cycle. The flush of throttle=watermarks is in no kernel, so in no table. */
const CYCLES = [
  'seed-deadlock',
  'seed-deadlock --profile v5.13',
  'seed-deadlock --profile v6.1.0',
  'seed-deadlock --profile v6.4-rc',
  'seed-deadlock --policy throttle=inline',
  'seed-deadlock --policy repair-lock=trylock',
  'seed-direct-reclaim --policy throttle=skip-kswapd',
  'seed-drop-caches --policy throttle=skip-reclaim',
  'seed-drop-caches --cpus 1 --seed 3',
];

test.each(CYCLES)('run %s --format hung-task is read as the cycle that the run found', async (settings) => {
  const run = ['run', ...settings.split(' ')];
  const { deadlock } = JSON.parse((await dragon([...run, '--json'])).out) as {
    deadlock: { cycle: { comm: string; pid: number }[] };
  };
  const file = join(folder, 'hung-task');
  const { out, err } = await dragon([...run, '--format', 'hung-task']);
  expect(err).toContain('would print this, if nobody goes on until then');
  writeFileSync(file, out);
  const told = await dragon(['import', 'dmesg', file], { COLUMNS: '120' });
  expect(told.code).toBe(2);
  const [, cycle = ''] = /Who waits for whom:\n([^]*?)\n\n/.exec(told.out) ?? [];
  const names = [...cycle.matchAll(/^ {2}(\S+) +-> /gm)].map(([, name]) => name);
  expect(new Set(names)).toEqual(new Set(deadlock.cycle.map(({ comm }) => comm)));
});

test('what stands in for no finding', async () => {
  const quiet = join(folder, 'quiet');
  writeFileSync(quiet, '[    0.000000] Linux version 6.1.0 (gcc)\n[    1.000000] usb 1-1: new device\n');
  expect(await dragon(['import', 'dmesg', quiet])).toMatchObject({
    code: 0,
    out: expect.stringContaining('No task is blocked'),
    err: '',
  });
  const none = join(folder, 'none');
  writeFileSync(none, 'hello\n');
  expect(await dragon(['import', 'dmesg', none])).toEqual({
    code: 1,
    out: '',
    err: `dragon: ${none} is no kernel's log: no line of it is one that a kernel prints\n`,
  });
  expect(await dragon(['import', 'dmesg'])).toMatchObject({ code: 64 });
  expect(await dragon(['import', 'dmseg', quiet])).toMatchObject({
    code: 64,
    err: expect.stringContaining('did you mean dmesg?'),
  });
});

test('a file of the other kind is sent to its own command', async () => {
  const trace = fileURLToPath(new URL('../../../ftrace/src/excerpt.fixture.txt', import.meta.url));
  const { code, err } = await dragon(['import', 'dmesg', trace]);
  expect([code, err]).toEqual([1, `dragon: ${trace} is a text of ftrace: dragon import ftrace ${trace}\n`]);
});

test('nothing of a log reaches the terminal that it would obey', async () => {
  const forged = join(folder, 'forged');
  const text = readFileSync(log('mail-deadlock.txt'), 'utf8');
  writeFileSync(forged, text.replaceAll('task:scrub ', 'task:\u001b[31ms\u001b]0;pwn\u0007\u202ecrub '));
  const { code, out } = await dragon(['import', 'dmesg', forged]);
  expect(code).toBe(2);
  expect(out).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
});

test("what a simulated kernel printed is read as a real one's", async () => {
  const run = await dragon(['run', 'seed-deadlock']);
  const report = join(folder, 'simulated');
  writeFileSync(report, run.out);
  const { code, out } = await dragon(['import', 'dmesg', report]);
  expect(code).toBe(2);
  const parties = ['kworker/0:1', 'xfs_scrub', 'kswapd0'];
  for (const [i, who] of parties.entries())
    expect(out).toMatch(new RegExp(`\\n  ${who} +-> ${parties[(i + 1) % 3]} +for`));
  expect(out).toContain('dragon run seed-deadlock\n');
  expect((await dragon(['import', 'dmesg', await stuckDisk()])).code).toBe(2);
});

test('so is what khungtaskd would have printed', async () => {
  const { out } = await dragon(['run', 'seed-drop-caches', '--format', 'hung-task']);
  const report = join(folder, 'hung-task');
  writeFileSync(report, out);
  const found = await dragon(['import', 'dmesg', report]);
  expect([found.code, found.out.split('\n\n')[1]]).toEqual([2, expect.stringMatching(/^DEADLOCK: kworker\/0:1 waits/)]);
  expect(found.out).toContain('dragon run seed-drop-caches\n');
});

async function stuckDisk(): Promise<string> {
  const report = join(folder, 'stuck-disk');
  writeFileSync(report, (await dragon(['run', 'stuck-disk'])).out);
  return report;
}
