/** Several hosts, each a process on this machine: what they make together is what one makes, and they leave nothing. */
import { readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { addressToEnvironment, connectNats } from '../../packages/federation/src/index.ts';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';
import { digestIn, DragonProcess, until } from './dragon-process.ts';

const TIMEOUT = { timeout: 180_000 };
const KEY = 'a key of hosts that nobody else has';

/** A process that has joined, and what it says. */
async function joined(name: string, env: Readonly<Record<string, string | undefined>>) {
  const host = new DragonProcess(['join', '--name', name, '--capacity', '1'], env);
  let said = '';
  host.child.stderr?.on('data', (chunk) => (said += String(chunk)));
  await until(() => (said.includes('\n') ? said : undefined));
  expect(said).toMatch(new RegExp(`^dragon: joined as ${name} at nats://\\S+, with room for 1 process\n$`));
  return host;
}

const commandLine = (pid = 0) => readFileSync(`/proc/${pid}/cmdline`, 'utf8');

/** What a command prints for a program, without how long it took. */
function printed(out: string): unknown {
  return { ...(JSON.parse(out) as object), wallSeconds: 0, runsPerSecond: 0 };
}

test('runs that hosts share have the results of one process, also if a host is killed', TIMEOUT, async () => {
  const address = inject('natsAddress');
  const env = { ...addressToEnvironment(address), DRAGON_RUN_KEY: KEY };
  const hosts = await Promise.all(['alpha', 'beta'].map((name) => joined(name, env)));
  const link = await connectNats(address, { name: 'e2e eavesdropper' });
  const shown: string[] = [];
  // A federate is spoken to: while that is heard here, by the process that speaks, the run cannot be at its end.
  link.subscribe('dragon.*.control.host-1', () => {
    if (shown.length > 0) return;
    const federates = hosts.flatMap((host) => host.started('host-main'));
    // It may be that of another run.
    if (federates.length === 0) return;
    shown.push(...[...federates, ...hosts.map(({ child }) => child.pid)].map(commandLine));
  });
  let [ordered, taken] = [0, 0];
  link.subscribe('dragon-work.*', () => (ordered += 1));
  // What is said to hosts before there are orders is of the run.
  link.subscribe('dragon-hosts.host.*', () => (taken += ordered > 0 ? 1 : 0));
  await link.flush();
  const run = ['run', 'seed-deadlock', '--seed', '3'];
  const { code, out, err } = await dragonInProcess([...run, '--nats', address.url, '--hosts', '2'], env);
  expect(code).toBe(2);
  expect(err).toMatch(/\ndragon: hosts: host-1 on alpha, host-2 on beta\n$/);
  expect(out.replaceAll('\n', ' ')).toContain('on 2 hosts over NATS at nats:');
  const alone = await dragonInProcess(run);
  expect(digestIn(out)).toBe(digestIn(alone.out));
  expect(shown.length).toBeGreaterThan(hosts.length);
  for (const secret of [KEY, address.token ?? KEY]) expect(shown.join('\n')).not.toContain(secret);

  // Of many runs nobody can tell who made them, and a host that is killed in the midst of them loses none.
  const words = ['sweep', 'seed-deadlock', '--seeds', '1..16', '--jobs', '1', '--json'];
  const shared = dragonInProcess([...words, '--nats', address.url], env);
  let isOver = false;
  void shared.finally(() => (isOver = true));
  // On a busy machine the command may have made all of them before a host has made one.
  await until(() => (taken > 0 || isOver ? true : undefined));
  await link.close();
  const [killed, ...others] = hosts;
  killed?.child.kill('SIGKILL');
  const swept = await shared;
  const local = await dragonInProcess(words);
  expect([swept.code, printed(swept.out)]).toEqual([local.code, printed(local.out)]);
  // A host that is slow to answer comes later.
  expect(swept.err).toMatch(/^dragon: (?:with \d hosts? at nats:|no host with this )/);
  await killed?.untilGone();

  for (const { child } of others) child.kill('SIGINT');
  for (const ended of await Promise.all(others.map((host) => host.untilGone()))) {
    expect([ended.code, ended.out]).toEqual([130, '']);
    expect(ended.err).toMatch(
      /^dragon: joined as .*\n(?:dragon: \d+ runs? w(?:as|ere) made for others\n)?dragon: stopped\n$/,
    );
  }
});
