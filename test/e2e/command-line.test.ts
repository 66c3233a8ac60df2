/** The command as a shell sees it: what it prints where, and its exit codes. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROGRAM } from '../../packages/cli/src/program-version.ts';
import { digestIn, dragon, newFolder, ROOT } from './dragon-process.ts';

const TIMEOUT = { timeout: 60_000 };

/** Of a kernel 6.1. */
const EXCERPT = join(ROOT, 'packages/ftrace/src/excerpt.fixture.txt');

test('list, for people and for programs', TIMEOUT, async () => {
  const [text, json] = await Promise.all([dragon(['list']), dragon(['list', '--json'])]);
  expect([text.code, text.err, json.code, json.err]).toEqual([0, '', 0, '']);
  const { scenarios } = JSON.parse(json.out) as { scenarios: { name: string }[] };
  expect(scenarios.map(({ name }) => name)).toContain('seed-deadlock');
  for (const { name } of scenarios) expect(text.out).toContain(name);
});

test('a run that finds a deadlock exits with 2, one that completes with 0', TIMEOUT, async () => {
  const [found, cured] = await Promise.all([
    dragon(['run', 'seed-deadlock']),
    dragon(['run', 'seed-deadlock', '--policy', 'throttle=skip-kswapd', '--until', '10s']),
  ]);
  expect([found.code, found.err, cured.code, cured.err]).toEqual([2, '', 0, '']);
  expect(found.out).toMatch(/^seed-deadlock, profile v6\.1, 4 CPUs, seed 1, in one process\n\nDEADLOCK: /);
  expect(found.out).toMatch(/\ntask:kswapd0 +state:D /);
  expect(found.out).toMatch(/\nThe same run again: npx dragon run seed-deadlock --seed 1\n$/);
  expect(cured.out).toMatch(
    /^Outcome: completed, at 10\.000000000 s of virtual time; [\d,]+ events;\s+digest \w{16}; 1 /m,
  );
  // Neither of them has a terminal.
  expect(found.out + cured.out).not.toContain('\u001b');
});

test('bad usage exits with 64 and says so on standard error only', TIMEOUT, async () => {
  const [run, command] = await Promise.all([dragon(['run', 'seed-deadlok', '--json']), dragon(['rnu'])]);
  expect([run.code, run.out, command.code, command.out]).toEqual([64, '', 64, '']);
  expect(run.err).toMatch(
    /^dragon: unknown scenario 'seed-deadlok'; did you mean seed-deadlock\?.*\nusage: dragon run .*\n$/,
  );
  expect(command.err).toMatch(/^dragon: unknown command 'rnu'; did you mean run\?.*\nusage: dragon .*\n$/);
});

test('list has every scenario, profile and option of the model', TIMEOUT, async () => {
  const { scenarios, profiles, policy } = JSON.parse((await dragon(['list', '--json'])).out) as {
    scenarios: { name: string }[];
    profiles: { name: string }[];
    policy: { key: string; values: { value: string }[] }[];
  };
  const names = scenarios.map(({ name }) => name);
  for (const name of ['unlink-storm', 'burst', 'pressure', 'big-cache', 'frozen-fs', 'quota-and-low-space'])
    expect(names).toContain(name);
  expect(profiles.map(({ name }) => name)).toContain('v6.1.0');
  const valuesOf = (option: string) => policy.find(({ key }) => key === option)?.values.map(({ value }) => value);
  expect(valuesOf('worker-context')).toEqual(['gfp-kernel', 'nofs']);
  expect(valuesOf('accounting')).toContain('queued-counted-and-oom-aware');
});

test('a run with measured delays is another run, and is repeated with them', TIMEOUT, async () => {
  const folder = newFolder();
  const profile = join(folder, 'profile.json');
  const trace = join(folder, 'run.trace');
  expect((await dragon(['calibrate', EXCERPT, '-o', profile])).code).toBe(0);
  const words = ['run', 'burst', '--cpus', '1', '--until', '1s'];
  const [own, measured] = await Promise.all([
    dragon(words),
    dragon([...words, '--latency', profile, '--trace', trace]),
  ]);
  expect([own.code, own.err, measured.code, measured.err]).toEqual([0, '', 0, '']);
  expect(digestIn(measured.out)).not.toBe(digestIn(own.out));
  const replayed = await dragon(['replay', trace]);
  expect([replayed.code, replayed.err]).toEqual([0, '']);
  expect(digestIn(replayed.out)).toBe(digestIn(measured.out));

  writeFileSync(join(folder, 'unknown.json'), readFileSync(profile, 'utf8').replace('"ifree":', '"ifre":'));
  writeFileSync(join(folder, 'text.json'), 'not JSON');
  const bad = await Promise.all(
    ['unknown.json', 'text.json', 'missing.json'].map((name) => dragon([...words, '--latency', join(folder, name)])),
  );
  for (const { code, out, err } of bad) expect([code, out, err.split('\n').length]).toEqual([1, '', 2]);
  expect(bad.map(({ err }) => err.replace(folder, ''))).toEqual([
    'dragon: /unknown.json: delays.ifre: the model has no such delay; did you mean ifree?\n',
    expect.stringMatching(/^dragon: \/text\.json: it is not JSON: /),
    expect.stringMatching(/^dragon: \/missing\.json: there is no such file\n$/),
  ]);
  rmSync(folder, { recursive: true });
});

test('conform: agreement, disagreement, a file that is no trace, bad usage', TIMEOUT, async () => {
  const folder = newFolder();
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const kernel = readFileSync(EXCERPT, 'utf8');
  const [good, changed, none, usage, bare, both] = await Promise.all([
    dragon(['conform', EXCERPT]),
    dragon(['conform', file('changed', kernel.replace('shrinker_hits 5', 'shrinker_hits 4'))]),
    dragon(['conform', file('none', 'hello\n')]),
    dragon(['conform']),
    dragon(['conform', '--simulate', file('bare', kernel.replaceAll(/^.*(?:xfs|vmscan|shrink).*\n/gm, ''))]),
    dragon(['conform', '--simulat', EXCERPT]),
  ]);
  expect([good, changed, none, usage, bare, both].map(({ code }) => code)).toEqual([0, 2, 1, 64, 1, 64]);
  expect(good.out).toMatch(/^Every number that was checked agrees with ours \(\d+\), or is explained \(\d+\)\.\n/);
  expect(changed.out).toMatch(/^1 number of the kernel disagrees with ours: shrinker-hits \(line 603\)\.\n/);
  expect(none.err).toMatch(/^dragon: \S+none is not a text of ftrace: .*\n$/);
  expect(usage.err).toMatch(/^dragon: conform needs .*\nusage: dragon conform .*\n$/);
  // Without the events of XFS and of reclaim a trace does not say what anybody did.
  expect([bare.out, bare.err]).toEqual([
    '',
    `dragon: ${join(folder, 'bare')}: its events tell of no workload: nobody removes files or wants memory: name one with --workload FILE\n`,
  ]);
  rmSync(folder, { recursive: true });
});

test('doctor finds what the other tests run on', TIMEOUT, async () => {
  const { code, out, err } = await dragon(['doctor']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^ok +node +\d+\.\d+\.\d+$/m);
  expect(out).toMatch(/^ok +xstate +5\./m);
  expect(out).toMatch(/^ok +nats-server +v2\.\S+, starts in \d+ ms\s+\(.*\)$/m);
});

test('statecharts are compiled, and XState steps them if it is asked to: the digest is the same', TIMEOUT, async () => {
  const { code, out } = await dragon(['doctor', '--machines']);
  expect(code).toBe(0);
  expect(out).toMatch(/^inodegc +compiled$/m);
  expect(out).toMatch(/^(\d+) of \1 statecharts are compiled\.$/m);
  const digests = [[], ['--interpreted']].map(async (option) => {
    const run = await dragon(['run', 'seed-deadlock', '--json', ...option]);
    return (JSON.parse(run.out) as { digest: string }).digest;
  });
  expect(new Set(await Promise.all(digests)).size).toBe(1);
  const refused = await dragon(['run', 'seed-deadlock', '--interpreted', '--processes', '2']);
  expect([refused.code, refused.err.split('\n')[0]]).toEqual([
    64,
    'dragon: --interpreted is for a run in one process: leave out --distributed, --processes and --nats',
  ]);
});

test('doctor says what is missing', TIMEOUT, async () => {
  const { code, out } = await dragon(['doctor'], { NATS_SERVER_BIN: '/nowhere/nats-server' });
  expect(code).toBe(1);
  expect(out).toMatch(/^missing +nats-server +NATS_SERVER_BIN is \/nowhere\/nats-server, which is not a program: /m);
});

test('doctor writes where runs write: a folder that is not there, or no folder, is said', TIMEOUT, async () => {
  const { code, out } = await dragon(['doctor'], { TMPDIR: '/dev/null', COLUMNS: '120' });
  expect(code).toBe(1);
  expect(out).toMatch(
    /^unwritable +temporary folder +\/dev\/null cannot be written: a part of its path is no folder: /m,
  );
  expect(out).toMatch(/^Distributed runs are not possible yet; /m);
});

test('the installed command is the same, and a reader may close its end', TIMEOUT, () => {
  const bin = join(ROOT, 'node_modules', '.bin', 'dragon');
  const { stdout, status } = spawnSync('sh', ['-c', `"${bin}" --version; "${bin}" list | head -n 1`], {
    encoding: 'utf8',
  });
  expect([stdout, status]).toEqual([
    `${PROGRAM}\nScenarios (dragon run SCENARIO; what may be set of one: dragon list SCENARIO)\n`,
    0,
  ]);
});

test('a full disk under standard output is said in one line, not lost', TIMEOUT, () => {
  const bin = join(ROOT, 'node_modules', '.bin', 'dragon');
  const full = spawnSync('sh', ['-c', `"${bin}" list >/dev/full`], { encoding: 'utf8' });
  expect([full.status, full.stderr]).toEqual([
    74,
    'dragon: standard output cannot be written: no space is left on its device\n',
  ]);
});
