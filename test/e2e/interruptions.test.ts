/**
 * Runs that are cut short, from inside and from outside: one line, the right exit code, no process and no file left
 * behind.
 */
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestIn, dragon as dragonEnded, DragonProcess, newFolder, until } from './dragon-process.ts';

const TIMEOUT = { timeout: 120_000 };

/** A run that goes on for seconds in one process, and for longer in two. */
const LONG = ['run', 'other-ag', '--cpus', '16'];

const FEDERATE = 'host-main.mjs';
const COORDINATOR = 'run-coordinator.mjs';
const INSPECTOR = 'inspector-main.mjs';

/** Never signals 0, which would be everybody here. */
function killProcess(pid: number | undefined): void {
  if (pid === undefined) throw new Error('there is no such process to kill');
  process.kill(pid, 'SIGKILL');
}

const servers = (dragon: DragonProcess) =>
  dragon.started('server.conf').filter((pid) => !dragon.started('sh -c').includes(pid));

function flipBytes(file: string): void {
  writeFileSync(
    file,
    readFileSync(file).map((byte, index) => (index % 997 === 200 ? byte ^ 85 : byte)),
  );
}

describe('Ctrl-C', () => {
  test('in the middle of a distributed run', TIMEOUT, async () => {
    const folder = newFolder();
    const dragon = new DragonProcess([...LONG, '--processes', '2', '--trace', join(folder, 'run.trace')]);
    await dragon.untilRunning();
    expect(dragon.started(FEDERATE)).toHaveLength(2);
    const signalled = performance.now();
    dragon.child.kill('SIGINT');
    const { code, err } = await dragon.untilGone();
    expect(performance.now() - signalled).toBeLessThan(5_000);
    expect([code, err]).toEqual([130, 'dragon: stopped\n']);
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  test('while the processes start', TIMEOUT, async () => {
    const dragon = new DragonProcess(['run', 'seed-deadlock', '--processes', '3', '--json']);
    await dragon.untilStarted(FEDERATE, 3);
    dragon.child.kill('SIGINT');
    const { code, out, err } = await dragon.untilGone();
    expect([code, out, err]).toEqual([130, '', 'dragon: stopped\n']);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('likewise %s, in one process: exit code %i', TIMEOUT, async (signal, expected) => {
    const folder = newFolder();
    const dragon = new DragonProcess(['run', 'other-ag', '--cpus', '512', '--trace', join(folder, 'run.trace')]);
    // The heading comes when the file has been opened.
    await new Promise((resolve) => dragon.child.stdout?.once('data', resolve));
    dragon.child.kill(signal);
    const { code, err } = await dragon.untilGone();
    expect([code, err]).toEqual([expected, 'dragon: stopped\n']);
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

test(
  'a federate, the coordinator, the inspector, those in their place, and the server are killed: the same digest and trace',
  TIMEOUT,
  async () => {
    const words = [...LONG, '--until', '60s', '--trace'];
    const [folder, quietFolder] = [newFolder(), newFolder()];
    const [killed, quiet] = [join(folder, 'killed.trace'), join(quietFolder, 'quiet.trace')];
    const dragon = new DragonProcess([...words, killed, '--processes', '2', '--inspect', '--no-open']);
    let told = '';
    dragon.child.stderr?.on('data', (chunk) => (told += String(chunk)));
    await dragon.untilRunning();
    for (const program of [FEDERATE, COORDINATOR, INSPECTOR]) {
      const before = dragon.started(program);
      killProcess(before[0]);
      killProcess(await until(() => dragon.started(program).find((pid) => !before.includes(pid))));
    }
    const [server] = servers(dragon);
    killProcess(server);
    const alone = await dragonEnded([...words, quiet]);
    const [page = ''] = await until(() => /the page stays until Ctrl-C: (\S+)/.exec(told)?.slice(1), 110);
    expect((await fetch(page)).status).toBe(200);
    dragon.child.kill('SIGINT');
    const { code, out, err } = await dragon.untilGone();
    expect(err).toMatch(/^dragon: the process of the inspector was killed by SIGKILL, and was started again$/m);
    expect(err.match(/^dragon: the coordinator was started again$/gm)).toHaveLength(2);
    expect(err).toContain(`dragon: the NATS server (process ${server}) was killed by SIGKILL, and was started again\n`);
    expect([code, digestIn(out)]).toEqual([alone.code, digestIn(alone.out)]);
    expect(readdirSync(folder)).toEqual(['killed.trace']);
    expect(readFileSync(killed).equals(readFileSync(quiet))).toBe(true);
    for (const each of [folder, quietFolder]) rmSync(each, { recursive: true });
  },
);

test('a coordinator that is killed in a run that does not recover', TIMEOUT, async () => {
  const dragon = new DragonProcess([...LONG, '--processes', '2', '--json', '--no-recovery']);
  await dragon.untilRunning();
  killProcess(dragon.started(COORDINATOR)[0]);
  const { code, out, err } = await dragon.untilGone();
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(
    /^dragon: the coordinator is lost: its process \d+ was killed by SIGKILL: run the same command again; .*\n$/,
  );
});

test('a federate that is killed in a run that does not recover', TIMEOUT, async () => {
  const dragon = new DragonProcess([...LONG, '--processes', '2', '--json', '--no-recovery']);
  await dragon.untilRunning();
  killProcess(dragon.started(FEDERATE)[0]);
  const { code, out, err } = await dragon.untilGone();
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(
    /^dragon: federate host-[12] is lost: its process \d+ was killed by SIGKILL: run the same command again; .*\n$/,
  );
});

test('a server that is killed in a run that does not recover', TIMEOUT, async () => {
  const folder = newFolder();
  const words = [...LONG, '--processes', '2', '--no-recovery', '--trace', join(folder, 'run.trace')];
  const dragon = new DragonProcess(words);
  await dragon.untilRunning();
  killProcess(servers(dragon)[0]);
  const { code, err } = await dragon.untilGone();
  expect(code).toBe(1);
  expect(err).toMatch(/(?:^|\n)dragon: the NATS server \(process \d+\) died.*: run the same command again; .*\n$/);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

test('what would end the server with us is killed, and the run ends as ever', TIMEOUT, async () => {
  const dragon = new DragonProcess(['run', 'seed-deadlock', '--processes', '2', '--json']);
  await dragon.untilStarted(FEDERATE, 2);
  killProcess(dragon.started('server.conf').find((pid) => dragon.started('sh -c').includes(pid)));
  const { code, out, err } = await dragon.untilGone();
  expect([code, err]).toEqual([2, '']);
  expect(JSON.parse(out)).toMatchObject({ outcome: 'deadlock' });
});

test('the command itself is killed, and cannot clean up', TIMEOUT, async () => {
  const dragon = new DragonProcess([...LONG, '--processes', '2']);
  await dragon.untilRunning();
  dragon.child.kill('SIGKILL');
  expect((await dragon.untilGone()).code).toBe(-1);
});

test(
  'all of a run is killed, and a command goes on with it; damaged, it gives one line or begins again',
  TIMEOUT,
  async () => {
    const state = newFolder();
    const env = { XDG_STATE_HOME: state };
    const words = [...LONG, '--until', '10s'];
    const dragon = new DragonProcess([...words, '--processes', '2', '--resumable'], env);
    await dragon.untilRunning();
    dragon.child.kill('SIGKILL');
    const { err } = await dragon.untilGone();
    const [run = ''] = /run-[0-9a-f]{12}/.exec(err) ?? [];
    const kept = join(state, 'sleeping-dragon', 'runs');
    expect(readdirSync(kept)).toEqual([run]);
    expect([statSync(join(kept, run)).mode & 0o777, statSync(join(kept, run, 'run.json')).mode & 0o777]).toEqual([
      0o700, 0o600,
    ]);
    const damaged = newFolder();
    cpSync(state, damaged, { recursive: true });
    for (const file of readdirSync(damaged, { recursive: true, encoding: 'utf8' }))
      if (file.endsWith('.blk')) flipBytes(join(damaged, file));
    const [resumed, alone] = [await dragonEnded(['run', '--resume', run], env), await dragonEnded(words)];
    expect([resumed.code, resumed.err, digestIn(resumed.out)]).toEqual([0, '', digestIn(alone.out)]);
    expect(readdirSync(kept)).toEqual([]);
    const other = await dragonEnded(['run', '--resume', run], { XDG_STATE_HOME: damaged });
    if (other.code === 0) expect(digestIn(other.out)).toBe(digestIn(alone.out));
    else expect([other.code, other.err]).toEqual([1, expect.stringMatching(/^dragon: .+\n$/)]);
    const again = await dragonEnded(['run', '--resume', run], env);
    expect([again.code, again.err]).toEqual([
      1,
      `dragon: there is no run ${run} to go on with: none is kept; --resumable keeps one\n`,
    ]);
    for (const folder of [state, damaged]) rmSync(folder, { recursive: true });
  },
);

test('a recording that is killed leaves a file that is read as far as it goes', TIMEOUT, async () => {
  const folder = newFolder();
  const run = new DragonProcess(['run', 'big-cache-50k', '--trace', join(folder, 'run.trace')]);
  const left = await until(() => {
    const [name] = readdirSync(folder);
    return name !== undefined && statSync(join(folder, name)).size > 50_000 ? name : undefined;
  });
  run.child.kill('SIGKILL');
  expect((await run.untilGone()).code).toBe(-1);
  expect(left).toMatch(/^run\.trace\.\d+\.partial$/);
  const { code, out, err } = await dragonEnded(['replay', join(folder, left)]);
  expect([code, out.split('\n').at(-2)]).toEqual([1, 'The rows before the cut are equal']);
  expect(err).toMatch(/^dragon: \S+\.partial is truncated after \d+ rows: it has no index: record it again .*\n$/);
  rmSync(folder, { recursive: true });
});
