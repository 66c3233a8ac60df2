/** Consoles of real boots as a table, the table read again, and the run that stands for each. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Boot, BootsError } from './boot.ts';
import { bootOfConsole, isBootConsole } from './boot-console.ts';
import { bootRun } from './boot-run.ts';
import { bootsCsv, readBoots } from './boots-csv.ts';

const FOLDER = new URL('../../../../test/boots/', import.meta.url);
/** Every recorded boot: an unmodified Debian 6.1.192 in a guest of 384 MiB, with the patch of the mail and without. */
const TABLE = readFileSync(new URL('boots.csv', FOLDER), 'utf8');
const BOOTS = readBoots(TABLE);
/** Some of their consoles, without the lines that nobody reads. */
const CONSOLES = readdirSync(new URL('consoles/', FOLDER)).map((name) =>
  readFileSync(new URL(`consoles/${name}`, FOLDER), 'utf8'),
);

const named = (name: string): Boot => {
  const found = BOOTS.find(({ boot }) => boot === name);
  if (found === undefined) throw new Error(`no boot ${name}`);
  return found;
};

test.each(CONSOLES)('a console is its row of the table: %#', (text) => {
  expect(isBootConsole(text)).toBe(true);
  const boot = bootOfConsole(text);
  expect(boot).toEqual(named(boot.boot));
});

test('a table that is read and written is the same', () => {
  expect(bootsCsv(BOOTS)).toBe(TABLE);
  expect(BOOTS).toHaveLength(32);
});

test('what a killed boot says', () => {
  expect(named('late4s1-1')).toMatchObject({
    group: 'late4',
    policy: 'skip-kswapd',
    killed: 'hog',
    killS: 5.961,
    queued: 37_417,
    pinned: 12_317,
    kswapdCpuChanges: 28,
    doneS: null,
  });
  expect(named('noinstlate4')).toMatchObject({ policy: 'unmodified', logWorkerS: null, kswapdQueued: null });
});

test('the run of a boot has its settings, and nothing of what came of it', () => {
  const late = bootRun(named('late4s1-1'));
  expect(late).toEqual({
    scenario: 'late',
    policy: 'throttle=skip-kswapd',
    cpus: 4,
    set: [
      'memory=75437pages',
      'free=37632pages',
      'inodes=50100',
      'buffers=2016',
      'page-cache=0pages',
      'demand=172MiB',
      'at=1000ms',
      'log=64MiB',
      'log-worker=30000ms',
      'log-worker-at=24945ms',
      'late=8MiB',
      'late-at=6000ms',
    ],
    hogAtNs: 1_000_000_000,
    untilNs: 121_000_000_000,
  });
  const outcome = { killed: null, killS: null, doneS: 12, queued: 1, kswapdCpuChanges: 0, kswapdQueued: 7 };
  expect(bootRun({ ...named('late4s1-1'), ...outcome })).toEqual(late);
});

test('other sizes, logs, periods and page cache are read from the row, its workload included', () => {
  const head = 'boot,cpus,memory_mib,policy,workload,mem_total_kb,free_mib';
  const [boot] = readBoots(`${head}\nx,2,768,always,beyond=40 LATE=3 LOG=16 XFSSYNCD=100 CACHE=50,690000,500\n`);
  if (boot === undefined) throw new Error('no boot');
  expect(bootRun(boot).set).toEqual([
    'memory=172500pages',
    'free=128000pages',
    'page-cache=12800pages',
    'demand=540MiB',
    'at=1000ms',
    'log=16MiB',
    'log-worker=1000ms',
    'late=8MiB',
    'late-at=4000ms',
  ]);
});

test('drop_caches comes long enough before the hog to be through, and the log worker ticks where it would have', () => {
  const { scenario, set, hogAtNs } = bootRun(named('drop1s0-1'));
  expect([scenario, hogAtNs]).toEqual(['idle-fs', 13_024_000_000]);
  expect(set).toEqual(expect.arrayContaining(['at=13024ms', 'drop-at=1000ms', 'log-worker-at=21289ms']));
});

test('a second task may come after drop_caches, too', () => {
  const { scenario, set } = bootRun({ ...named('drop1s0-1'), workload: 'beyond=25 DROP=2 LATE=5' });
  expect(scenario).toBe('idle-fs');
  expect(set).toEqual(expect.arrayContaining(['at=13024ms', 'late=8MiB', 'late-at=18024ms']));
});

test.each([
  ['', 'no table of boots: its first line has none of their columns'],
  ['\u0000\u0001PNG', 'no table of boots: its first line has none of their columns'],
  ['cpus,policy,workload,cpus\n', "line 1: there are two columns 'cpus'"],
  ['boot,cpus,policy\n', "line 1: there is no column 'workload'"],
  ['cpus,policy,workload,inode\n', "line 1: unknown column 'inode'; did you mean inodes?"],
  ['cpus,policy,workload\n1,always\n', 'line 2: 2 fields, and the first line has 3'],
  ['cpus,policy,workload\n1,alway,beyond=25\n', "line 2: unknown policy 'alway'; did you mean always?"],
  ['cpus,policy,workload\n0,always,beyond=25\n', 'line 2: cpus is not a whole number of at least 1'],
  ['cpus,policy,workload,kill_s\n1,always,beyond=25,soon\n', "line 2: kill_s 'soon' is not a number of at least 0"],
  ['cpus,policy,workload\n1,always,beyond=25 LATE=x\n', "line 2: workload: 'LATE=x' gives no number, as in LATE=5"],
  ['cpus,policy,workload\n1,always,beyond=\n', "line 2: workload: 'beyond=' gives no number, as in beyond=5"],
  ['cpus,policy,workload\n1,always,"beyond=25\n', 'line 2: a quotation mark has no end, or something stands behind it'],
])('%j is refused in a line', (text, message) => {
  expect(() => readBoots(text)).toThrow(BootsError);
  expect(() => readBoots(text)).toThrow(message);
});

test('columns in another order, lines of DOS, and empty ones at the end are read', () => {
  const [boot] = readBoots('\uFEFFworkload,policy,cpus\r\nbeyond=25,always,2\r\n\r\n');
  expect(boot).toMatchObject({ workload: 'beyond=25', policy: 'always', cpus: 2, logMib: 64 });
});

test('a boot of which nobody knows how much memory it had has no run', () => {
  const [boot] = readBoots('boot,cpus,policy,workload\nx,1,always,beyond=25\n');
  expect(() => bootRun(boot as Boot)).toThrow('x: neither mem_total_kb nor memory_mib says how much memory it has');
});

test('what is no console, and one that ends too early, are refused', () => {
  expect(isBootConsole('[    0.000000] Linux version 6.1.0\n')).toBe(false);
  expect(() => bootOfConsole('tag=x\n')).toThrow('no console of a boot');
  expect(() => bootOfConsole('tag=x cpus=1 mem=384 args=arg.SKIP=0 arg.HOGX=25\n')).toThrow(
    'the console of x ends before its hogs start',
  );
  expect(() => bootOfConsole('tag=x cpus=1 mem=384 args=arg.SKIP=0 arg.HOGX=25 arg.LATE=x\n')).toThrow(
    "'LATE=x' gives no number, as in LATE=5",
  );
});

test('several hogs are one that wants as much, and is done with the last', () => {
  const two = (late: string) =>
    bootOfConsole(
      [
        'tag=two cpus=1 mem=384 args=arg.SKIP=0 arg.HOGX=25',
        'HOG 2 x 86 MiB, free 147 MiB',
        `HOGS start 10.00 end 40.00 exit  0 0: hog full 86 MiB at 28.5 s | ${late} | `,
        '[   10.000000] MARK hogs start',
      ].join('\n'),
    );
  expect(two('hog full 86 MiB at 31.25 s')).toMatchObject({ hogMib: 172, freeMib: 147, doneS: 31.25 });
  expect(two('hog 64 MiB at 3.0 s').doneS).toBeNull();
});

test.each([
  [[36.06, 66.78], 3_000],
  [[16.1, 17.13, 18.16], 100],
  [[16.1, 16.32], 20],
  [[36.06], 3_000],
])('the period of the log worker is read off its ticks where nobody says it: %j', (ticks, centisecs) => {
  const lines = ticks.map(
    (at) => `[   ${at}] inst: xfs_log_force lsn 0 by kworker/0:1-17 caller xfs_log_worker+0x3b/0xd0 [xfs] pins 1 ail 0`,
  );
  const console = ['tag=x cpus=1 mem=384 args=arg.HOGX=25', '[   10.000000] MARK hogs start', ...lines].join('\n');
  expect(bootOfConsole(console).xfssyncdCentisecs).toBe(centisecs);
  const said = console.replace('HOGX=25', 'HOGX=25 arg.XFSSYNCD=500');
  expect(bootOfConsole(said).xfssyncdCentisecs).toBe(500);
});
