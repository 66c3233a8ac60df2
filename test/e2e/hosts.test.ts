/** Several hosts, each a process on this machine: what they make together is what one makes, and they leave nothing. */
import { readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { addressToEnvironment } from '../../packages/federation/src/index.ts';
import { dragonInProcess } from '../../packages/cli/src/dragon-in-process.fixture.ts';
import { digestIn, DragonProcess, until } from './dragon-process.ts';

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

test('a run over three hosts has the digest of one process', { timeout: 120_000 }, async () => {
  const address = inject('natsAddress');
  const env = { ...addressToEnvironment(address), DRAGON_RUN_KEY: KEY };
  const hosts = await Promise.all(['alpha', 'beta', 'gamma'].map((name) => joined(name, env)));
  const run = new DragonProcess(['run', 'seed-deadlock', '--seed', '3', '--nats', address.url, '--hosts', '3'], env);
  const [federate = 0] = (await hosts[0]?.untilStarted('host-main', 1)) ?? [];
  const shown = [federate, ...hosts.map(({ child }) => child.pid), run.child.pid].map((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
  );
  for (const secret of [KEY, address.token ?? KEY]) expect(shown.join('\n')).not.toContain(secret);
  const { code, out, err } = await run.untilGone();
  expect(code).toBe(2);
  expect(err).toMatch(/\ndragon: hosts: host-1 on alpha, host-2 on beta, host-3 on gamma\n$/);
  expect(out.replaceAll('\n', ' ')).toContain('on 3 hosts over NATS at nats:');
  const alone = await dragonInProcess(['run', 'seed-deadlock', '--seed', '3']);
  expect(digestIn(out)).toBe(digestIn(alone.out));

  for (const { child } of hosts) child.kill('SIGINT');
  for (const ended of await Promise.all(hosts.map((host) => host.untilGone()))) {
    expect([ended.code, ended.out]).toEqual([130, '']);
    expect(ended.err).toMatch(/^dragon: joined as .*\ndragon: stopped\n$/);
  }
});
